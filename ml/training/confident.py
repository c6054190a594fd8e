"""When an answer may be called confident, chosen on the unseen and measured on the held-out."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ml.evaluation.metrics import LEAST_ANSWERS, precision_low
from ml.serving.confidence import tally
from ml.serving.problem_file import Confident, ConfidentFrom
from ml.training.thresholds import Told, confident_levels, needed_floors

Floors = dict[int, float | None]


def confident(
    classes: Sequence[str], unseen: Sequence[Told], held_out: Sequence[Told]
) -> Confident | None:
    """The rule by which answers are confident, and what it gives; None where none ever is.

    Both are the same patients with all, part and little of their evidence known: thresholds are
    chosen on answers by models that never saw them, and measured on who was held out.
    """
    levels, floors = _levels(unseen)
    sure = [level.threshold for level in levels if level.threshold is not None]
    if not sure:
        return None
    rule = Confident(
        threshold=min(sure),
        precision=0,
        precision_low=0,
        coverage=0,
        levels=levels,
        floors={classes[answer]: floor for answer, floor in sorted(floors.items())},
    )
    answered, right = _all(_tally(rule, classes, unseen[0]))
    of_each = _tally(rule, classes, held_out[0])
    judged, judged_right = _all(of_each)
    of_little, little_right = _all(_tally(rule, classes, held_out[-1]))
    if judged == 0:
        return None
    patients = len(held_out[0].y)
    figures = {
        "precision": judged_right / judged,
        "precision_low": precision_low(right, answered),
        "coverage": judged / patients,
        "precision_by_answer": {
            code: right / given
            for code, (given, right) in of_each.items()
            if given >= LEAST_ANSWERS
        },
        "precision_told_little": little_right / of_little if of_little >= LEAST_ANSWERS else None,
        "coverage_told_little": of_little / patients,
    }
    return rule.model_copy(update=figures)


def _levels(unseen: Sequence[Told]) -> tuple[tuple[ConfidentFrom, ...], Floors]:
    """A threshold for each amount of evidence, and the floors of the answers that need one.

    Without the answers beneath their floors the others may hold at a lower threshold, at which
    others may need a floor; floors only rise, so this ends.
    """
    found: Floors = {}
    while True:
        above = [one.take(_above(one, found)) for one in unseen]
        levels = confident_levels(*above)
        raised = needed_floors(above, levels)
        if not raised:
            return levels, found
        found |= raised


def _above(told: Told, found: Floors) -> NDArray[np.bool_]:
    """Which first answers are as probable as their floor."""
    own = np.zeros(told.probabilities.shape[1])
    own[list(found)] = [np.inf if floor is None else floor for floor in found.values()]
    return np.asarray(told.first >= own[told.answers])


def _tally(rule: Confident, classes: Sequence[str], told: Told) -> Mapping[str, tuple[int, int]]:
    return tally(rule, classes, told.y, told.probabilities, told.counts)


def _all(of_each: Mapping[str, tuple[int, int]]) -> tuple[int, int]:
    given = sum(answered for answered, _ in of_each.values())
    return given, sum(right for _, right in of_each.values())
