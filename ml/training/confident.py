"""When an answer may be called confident, chosen on the unseen and measured on the held-out."""

from collections.abc import Mapping, Sequence

from ml.evaluation.metrics import LEAST_ANSWERS, precision_low
from ml.serving.confidence import above_floors, added_up, tally
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
    levels, floors = _levels(len(classes), unseen)
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
    answered, right = added_up(_tally(rule, classes, unseen[0]))
    of_each = _tally(rule, classes, held_out[0])
    judged, judged_right = added_up(of_each)
    of_little, little_right = added_up(_tally(rule, classes, held_out[-1]))
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


def _levels(classes: int, unseen: Sequence[Told]) -> tuple[tuple[ConfidentFrom, ...], Floors]:
    """A threshold for each amount of evidence, and the floors of the answers that need one.

    Without the answers beneath their floors the others may hold at a lower threshold, at which
    others may need a floor; floors only rise, so this ends.
    """
    found: Floors = {}
    while True:
        own = [found.get(place, 0.0) for place in range(classes)]
        above = [one.take(above_floors(own, one.probabilities)) for one in unseen]
        levels = confident_levels(*above)
        raised = needed_floors(above, levels)
        if not raised:
            return levels, found
        found |= raised


def _tally(rule: Confident, classes: Sequence[str], told: Told) -> Mapping[str, tuple[int, int]]:
    return tally(rule, classes, told.y, told.probabilities, told.counts)
