"""From which probability on an answer may be called confident, by how much is known."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.evaluation.metrics import LEAST_ANSWERS, precision_high, precision_low
from ml.serving.confidence import reached_by_level
from ml.serving.problem_file import ConfidentFrom

Probabilities = NDArray[np.float64]
Codes = NDArray[np.intp]
Mask = NDArray[np.bool_]

LEAST_PRECISION = 0.85
_ERROR = 0.05
# A threshold is first tried where it lets this many answers through, then lower and lower. Where
# few are needed the first step may fail by chance, where many are the surest are too few.
_STARTS = (LEAST_ANSWERS, 120, 360)
# An answer that two in five say is wrong is called confident nowhere, whatever the others are.
_LEAST_THRESHOLD = 0.6
_THRESHOLDS = np.arange(0.995, _LEAST_THRESHOLD - 0.001, -0.005).round(3).tolist()
# Amounts of evidence that are told apart: each needs patients enough to choose a threshold by.
# Three to eight answer as many patients; the more, the finer is what is promised (decision 0019).
_LEVELS, _LEVELS_OF_FEW = 6, 2
_FEW_PATIENTS = 1_000
# A part with a smaller share of an amount's answers need not prove the threshold there. Where a
# part with so many confident answers is contradicted over all amounts, it may not be there either.
_SHARE_TO_PROVE = 0.25
_ENOUGH_TO_OBJECT = 20
_EVENS = 0.5


@dataclass(frozen=True)
class Told:
    """Answers `probabilities` [n, classes] to patients of class `y`, `counts` features known.

    `sources` [n] is where each patient was learned from; None where all are of one source.
    """

    y: Codes
    probabilities: Probabilities
    counts: Codes
    sources: NDArray[np.str_] | None = None

    @property
    def first(self) -> NDArray[np.float64]:
        """Probability of the first answer."""
        return np.asarray(self.probabilities.max(axis=1))

    @property
    def right(self) -> Mask:
        """Whether the first answer is right."""
        return np.asarray(self.answers == self.y)

    @property
    def answers(self) -> Codes:
        """The first answer's position."""
        return np.asarray(self.probabilities.argmax(axis=1), dtype=np.intp)

    def take(self, rows: Mask) -> "Told":
        """These patients only."""
        sources = None if self.sources is None else self.sources[rows]
        return Told(self.y[rows], self.probabilities[rows], self.counts[rows], sources)

    def of(self, source: str) -> "Told":
        """The patients of one source only."""
        alone = np.zeros(len(self.y), dtype=np.bool_)
        return self.take(alone if self.sources is None else self.sources == source)


def confident_levels(*told: Told) -> tuple[ConfidentFrom, ...]:
    """For each amount of evidence the least probability with 85 right first answers in 100.

    `told` are the same patients, each time with another part of their evidence known; the amounts
    are equal shares of all that was known of anybody. So a full record keeps its answer where
    the little that a doctor tells does not allow one. Where one of the parts would be answered
    less well than that over all amounts, every part may object in each. So may each source: what is
    proved on many of one source is no proof for the few of another.
    """
    levels = _levels(told, (), may_object=False)
    sure = [one.take(reached_by_level(levels, one.first, one.counts)) for one in told]
    parts = any(_objects(one.right) for one in sure)
    misled = [source for source in _sources(told) if _objects(_together(sure, source).right)]
    return _levels(told, misled, may_object=parts) if parts or misled else levels


def _sources(told: Sequence[Told]) -> list[str]:
    named = [one.sources for one in told if one.sources is not None]
    return np.unique(np.concatenate(named)).tolist() if named else []


def _levels(
    told: Sequence[Told], misled: Sequence[str], may_object: bool
) -> tuple[ConfidentFrom, ...]:
    """The levels, each source that would be `misled` having its say in every one of them."""
    counts = np.concatenate([one.counts for one in told])
    levels = _LEVELS if len(told[0].y) >= _FEW_PATIENTS else _LEVELS_OF_FEW
    starts = np.unique(np.quantile(counts, np.arange(levels) / levels, method="higher"))
    ends = [*starts[1:], counts.max() + 1]
    found = []
    for start, end in zip(starts, ends, strict=True):
        inside = [one.take((one.counts >= start) & (one.counts < end)) for one in told]
        threshold = confident_threshold(
            *inside,
            may_object=may_object,
            groups=[_together(inside, source) for source in misled],
        )
        found.append(ConfidentFrom(known_from=int(start), threshold=threshold))
    return tuple(found)


def _together(told: Sequence[Told], source: str) -> Told:
    """The patients of one source, with each part of their evidence, as one."""
    taken = [one.of(source) for one in told]
    return Told(
        np.concatenate([one.y for one in taken]),
        np.concatenate([one.probabilities for one in taken]),
        np.concatenate([one.counts for one in taken]),
    )


def needed_floors(told: Sequence[Told], levels: Sequence[ConfidentFrom]) -> dict[int, float | None]:
    """The least probability of each answer that alone would be right less often than promised.

    By the position of the answer. All answers together may hold a precision that one of them, the
    rarer, does not; whoever is given that one would be deceived. None where it does at no
    probability, over some twenty answers.
    """
    passing = [one.take(reached_by_level(levels, one.first, one.counts)) for one in told]
    given = np.unique(np.concatenate([one.answers for one in passing]))
    found = {}
    for answer in given.tolist():
        alone = [one.take(one.answers == answer) for one in passing]
        if any(_objects_alone(one.right) for one in alone):
            found[answer] = _floor(alone)
    return found


def _floor(told: Sequence[Told]) -> float | None:
    """The least probability from which answers are right often enough, and not too few to say."""
    for threshold in reversed(_THRESHOLDS):
        answers = [one.right[one.first >= threshold] for one in told]
        if max(map(len, answers)) < _ENOUGH_TO_OBJECT:
            return None
        if not any(map(_objects_alone, answers)):
            return float(threshold)
    return None


def confident_threshold(
    *told: Told, may_object: bool = True, groups: Sequence[Told] = ()
) -> float | None:
    """The least threshold that every part of some size proves.

    Parts of few patients need not; where they `may_object`, they may not contradict it either,
    nor may any of the `groups`.

    Thresholds are tried from the highest down in an order that no label decides, and the first
    that does not hold ends the search, so one 95 % Clopper-Pearson bound serves them all (fixed
    sequence testing: Angelopoulos et al. 2021, arXiv:2110.01052). The search is begun at three
    places, which share the error between them. None where no threshold holds.
    """
    least = _SHARE_TO_PROVE * sum(len(one.y) for one in told)
    proving = [one for one in told if len(one.y) and len(one.y) >= least]
    others = [one for one in told if 0 < len(one.y) < least] if may_object else []
    found = [_descend(proving, others, groups, start) for start in _STARTS] if proving else []
    return min((one for one in found if one is not None), default=None)


def _descend(
    proving: Sequence[Told], others: Sequence[Told], groups: Sequence[Told], start: int
) -> float | None:
    """The last threshold that holds, from the first with `start` answers to every part on down."""
    last: float | None = None
    for threshold in _THRESHOLDS:
        answers = [one.right[one.first >= threshold] for one in proving]
        if min(len(right) for right in answers) < start:
            continue
        objections = (one.right[one.first >= threshold] for one in others)
        if not all(map(_proves, answers)) or any(map(_objects, objections)):
            break
        if any(_doubts(one.right[one.first >= threshold]) for one in groups):
            break
        last = threshold
    return last


def _proves(right: Mask) -> bool:
    """Whether 85 of 100 are right, by a lower bound that leaves each start a third of 5 %."""
    low = precision_low(int(right.sum()), len(right), _ERROR / len(_STARTS))
    return low >= LEAST_PRECISION


def _objects_alone(right: Mask) -> bool:
    """Whether these answers of one kind speak against it, however few they are."""
    return _objects(right) or precision_high(int(right.sum()), len(right)) < LEAST_PRECISION


def _doubts(right: Mask) -> bool:
    """Whether 85 of 100 are likelier missed than held: few cannot prove it, a mean is too little.

    By chance the last threshold that holds looks better than it is, on few answers by points.
    """
    enough = len(right) >= _ENOUGH_TO_OBJECT
    return enough and precision_low(int(right.sum()), len(right), _EVENS) < LEAST_PRECISION


def _objects(right: Mask) -> bool:
    return len(right) >= _ENOUGH_TO_OBJECT and bool(right.mean() < LEAST_PRECISION)
