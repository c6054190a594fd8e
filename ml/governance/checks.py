"""What the gate looks at: each check with its figure, its limit and whether it holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ml.cohort.dataset import Dataset
from ml.cohort.split import SEED
from ml.evaluation.metrics import (
    LEAST_ANSWERS,
    calibration,
    discrimination,
    expected_calibration_error,
    precision_high,
)
from ml.evaluation.subgroups import auc_by_subgroup
from ml.export.graph import MOST_DIFFERENCE
from ml.governance.limits import Limits
from ml.problems import Problem
from ml.registry import Registered
from ml.serving.broader import group_of_each, places, together
from ml.serving.confidence import added_up, tally
from ml.serving.problem_file import Confident

_MEGABYTE = 1_000_000
_DRAWS = 20


@dataclass(frozen=True)
class Check:
    """One check: `figure` was measured, None where it could not be; `bound` `limit` is allowed."""

    name: str
    figure: float | None
    bound: Literal["at least", "at most"]
    limit: float
    holds: bool

    def allowed(self) -> str:
        """The limit as a person reads it."""
        return f"{self.bound} {self.limit:.4g}"

    def failing(self) -> str:
        """What is wrong, where the check does not hold."""
        if self.figure is None:
            return f"{self.name} was not measured, and must be {self.allowed()}"
        return f"{self.name} is {self.figure:.4g}, and must be {self.allowed()}"


@dataclass(frozen=True)
class Scored:
    """A model's probabilities [n, classes] for the held-out patients.

    `counts` [n] is how many of its features are known of each, `milliseconds` what one answer
    takes.
    """

    model: Registered
    patients: Dataset
    probabilities: NDArray[np.float64]
    counts: NDArray[np.intp]
    milliseconds: float

    def figures(self) -> dict[str, float]:
        """Discrimination and calibration on these patients."""
        return {
            **discrimination(self.patients.y, self.probabilities, self.patients.classes),
            **calibration(self.patients.y, self.probabilities),
        }


def absolute(ours: Scored, limits: Limits, problem: Problem) -> list[Check]:
    """The checks that every model must pass, the first as the thousandth."""
    figures = ours.figures()
    about = ours.model.about
    prior = _prior_log_loss(ours)
    checks = [
        _at_least("auc_roc", figures["auc_roc"], limits.least_auc_roc),
        at_most(
            "log_loss as a share of the dummy's",
            figures["log_loss"] / prior,
            limits.most_log_loss_share,
        ),
        at_most("ece beyond chance", ece_beyond_chance(ours), limits.most_ece_beyond_chance),
        at_most(
            "shift without vitals",
            abs(about.metrics.get("shift_without_vitals", np.inf)),
            limits.most_shift_without_vitals,
        ),
        *_worst_subgroup(ours, limits),
        at_most("milliseconds for one answer", ours.milliseconds, limits.most_milliseconds),
        at_most("megabytes", len(ours.model.onnx) / _MEGABYTE, limits.most_megabytes),
        at_most(
            "difference of ONNX from scikit-learn",
            about.metrics.get("onnx_difference", np.inf),
            MOST_DIFFERENCE,
        ),
    ]
    if about.origin == "public":
        # Better than anyone reached honestly: a leak is likelier than a discovery.
        checks.append(at_most("auc_roc below the ceiling", figures["auc_roc"], problem.ceiling))
    return [*checks, *_confident(ours, limits)]


def relative(ours: Scored, theirs: Scored, limits: Limits) -> list[Check]:
    """The checks against the champion, on the same patients."""
    mine, champion = ours.figures(), theirs.figures()
    return [
        _at_least(
            "auc_roc against the champion's",
            mine["auc_roc"],
            champion["auc_roc"] - limits.tolerated_auc_roc_loss,
        ),
        at_most(
            "ece against the champion's", mine["ece"], champion["ece"] + limits.tolerated_ece_rise
        ),
        *_worst_fall(ours, theirs, limits),
    ]


def ece_beyond_chance(scored: Scored) -> float:
    """Calibration error less what a perfectly calibrated model would show on as many patients."""
    return expected_calibration_error(scored.patients.y, scored.probabilities) - _ece_by_chance(
        scored.probabilities
    )


def _ece_by_chance(probabilities: NDArray[np.float64]) -> float:
    """Mean error when classes are drawn from the very probabilities that were given."""
    rng = np.random.default_rng(SEED)
    cumulative = probabilities.cumsum(axis=1)
    drawn = [
        (cumulative < rng.random((len(cumulative), 1)) * cumulative[:, -1:]).sum(axis=1)
        for _ in range(_DRAWS)
    ]
    return float(np.mean([expected_calibration_error(y, probabilities) for y in drawn]))


def _prior_log_loss(scored: Scored) -> float:
    """Log-loss of answering every one of these patients with their own class shares."""
    shares = np.bincount(scored.patients.y) / len(scored.patients.y)
    return float(-(shares[shares > 0] * np.log(shares[shares > 0])).sum())


def _confident(scored: Scored, limits: Limits) -> list[Check]:
    """Confident answers are as precise as promised, together and each by itself."""
    about, patients = scored.model.about, scored.patients
    found = _precise(
        "single", scored, about.confident, patients.classes, patients.y, scored.probabilities
    )
    if about.broader is not None:
        groups = about.broader.groups
        of = places([group.classes for group in groups], patients.classes)
        codes = [group.code for group in groups]
        y, put_together = group_of_each(patients.y, of), together(scored.probabilities, of)
        found += _precise("broader", scored, about.broader.confident, codes, y, put_together)
    return [
        _at_least(f"precision of {name}, upper bound", upper, limits.least_confident_precision)
        for name, upper in found
    ]


def _precise(
    kind: Literal["single", "broader"],
    scored: Scored,
    rule: Confident | None,
    classes: Sequence[str],
    y: NDArray[np.intp],
    probabilities: NDArray[np.float64],
) -> list[tuple[str, float]]:
    """The upper 95 % bound of the precision of all confident answers of a kind, and of the least
    precise one."""
    if rule is None:
        return []
    of_each = tally(rule, classes, y, probabilities, scored.counts)
    answered, right = added_up(of_each)
    upper = {
        code: precision_high(sure, given)
        for code, (given, sure) in of_each.items()
        if given >= LEAST_ANSWERS
    }
    worst = min(upper, key=lambda code: upper[code], default=None)
    return [
        (f"confident {kind} answers", precision_high(right, answered)),
        *([] if worst is None else [(f"confident {kind} answer {worst}", upper[worst])]),
    ]


def _worst_subgroup(scored: Scored, limits: Limits) -> list[Check]:
    """The group that is told apart worst; none where every group is too small to judge."""
    found = auc_by_subgroup(scored.patients, scored.probabilities)
    if not found:
        return []
    worst = min(found, key=lambda name: found[name])
    return [_at_least(f"auc_roc of {worst}", found[worst], limits.least_subgroup_auc_roc)]


def _worst_fall(ours: Scored, theirs: Scored, limits: Limits) -> list[Check]:
    """The group that loses most by the change of models."""
    before = auc_by_subgroup(theirs.patients, theirs.probabilities)
    after = auc_by_subgroup(ours.patients, ours.probabilities)
    if not before:
        return []
    worst = min(before, key=lambda name: after[name] - before[name])
    least = before[worst] - limits.tolerated_subgroup_loss
    return [_at_least(f"auc_roc of {worst} against the champion's", after[worst], least)]


def _at_least(name: str, figure: float, limit: float) -> Check:
    return Check(name, _measured(figure), "at least", limit, bool(figure >= limit))


def at_most(name: str, figure: float, limit: float) -> Check:
    """The check that `figure` is no greater than `limit`; what was not measured does not pass."""
    return Check(name, _measured(figure), "at most", limit, bool(figure <= limit))


def _measured(figure: float) -> float | None:
    """Neither JSON nor the decisions' table has a word for what is not a number."""
    return float(figure) if np.isfinite(figure) else None
