"""The broader question on patients never seen: how often it is answered, and how often rightly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.cohort.dataset import Dataset
from ml.evaluation.bootstrap import Interval, Rows, redrawn
from ml.evaluation.external import confident_ones
from ml.evaluation.metrics import areas_under_roc
from ml.evaluation.told_apart import ToldApart
from ml.problems import Group
from ml.serving.broader import together
from ml.serving.problem_file import ProblemFile

Probabilities = NDArray[np.float64]
Codes = NDArray[np.intp]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class BroaderFigures:
    """The `figures` of a broader question; `undefined` says why each without a value has none.

    Both are empty for a problem without a broader question.
    """

    figures: Mapping[str, Interval]
    undefined: Mapping[str, str]


@dataclass(frozen=True)
class _Answered:
    """Probabilities `given` [n, groups], which first ones are `sure`, and the group `y` [n].

    Where the source tells the groups not apart, nobody `knows` who was answered rightly.
    """

    codes: Sequence[str]
    given: Probabilities
    sure: Mask
    y: Codes
    knows: bool

    def measure(self, rows: Rows) -> dict[str, float]:
        """The figures of these rows; NaN for one without a meaning."""
        first, y, sure = self.given[rows].argmax(axis=1), self.y[rows], self.sure[rows]
        # What nobody knows is carried through means as what it is.
        right = np.where(self.knows, first == y, np.nan)
        area = areas_under_roc(y, self.given[rows], self.codes)["auc_roc"]
        said = {"": sure, **{f"_{code}": sure & (first == k) for k, code in enumerate(self.codes)}}
        return {
            "broader_auc_roc": area if self.knows else float("nan"),
            "broader_accuracy": float(right.mean()),
            **{f"broader_coverage{which}": float(those.mean()) for which, those in said.items()},
            **{f"broader_precision{which}": _mean(right[those]) for which, those in said.items()},
        }

    def why_undefined(self, name: str) -> str:
        """Why the figure called `name` has no value."""
        if not self.knows:
            return "one word of this source stands for answers of more than one group"
        if name.startswith("broader_precision"):
            return "it is said of none of these patients"
        return "all these patients have the same broader answer"


def broader_figures(
    patients: Dataset,
    answers: Probabilities,
    about: ProblemFile,
    told: ToldApart,
    strange: NDArray[np.float64],
) -> BroaderFigures:
    """How good the broader answers are, and how often each is said as a confident one.

    `answers` [n, model's classes] are to all the `patients`, of whom those with 1 in `strange` [n]
    are told nothing as if it were sure. `broader_coverage` is the share of the patients to whom
    such an answer is said, `broader_precision` the share of these answers that are right; ended by
    a group's code, the same of the answers of that group.
    """
    groups = patients.problem.groups
    if not groups:
        return BroaderFigures({}, {})
    codes = [group.code for group in groups]
    under = {code: place for place, group in enumerate(groups) for code in group.classes}
    given = together(answers, tuple(_learned(group, about.classes) for group in groups))
    rule = about.broader.confident if about.broader else None
    answered = _Answered(
        codes=codes,
        given=given,
        sure=confident_ones(patients, about, rule, codes, given) & ~(strange > 0),
        y=np.asarray([under[code] for code in patients.classes], dtype=np.intp)[patients.y],
        knows=all(
            under[code] == under[told.classes[at]]
            for code, at in zip(about.classes, told.under, strict=True)
        ),
    )
    figures = redrawn(answered.measure, patients.patients)
    bare = [name for name, one in figures.items() if one.value is None]
    return BroaderFigures(figures, {name: answered.why_undefined(name) for name in bare})


def _learned(group: Group, classes: Sequence[str]) -> tuple[int, ...]:
    """Where those of a group's classes that the model learned stand among its `classes`."""
    return tuple(place for place, code in enumerate(classes) if code in group.classes)


def _mean(of: NDArray[np.float64]) -> float:
    return float(of.mean()) if len(of) else float("nan")
