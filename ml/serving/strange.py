"""How unlike the patients of every class a patient is, and from when on that is strange.

Only NumPy is used, because the service that answers doctors reads this module.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Weights = NDArray[np.float64]
Values = NDArray[np.intp]

UNKNOWN = -1
_LEAST = 1e-9
# As much variance as one middling finding has: a single odd finding is not yet a strange patient.
_CALM = 1.0
_PRESENT_OR_NOT = (0.5,)


class Strangeness(NamedTuple):
    """How strange a patient is: `score` above `limit` is called strange.

    A share `false_alarms` of the patients like those that were learned from is called so too.
    """

    score: float
    limit: float
    false_alarms: float

    @property
    def is_strange(self) -> bool:
        """Whether the patient is unlike any that were learned from."""
        return self.score > self.limit


@dataclass(frozen=True)
class Familiarity:
    """What is usual in each class, ready to reckon with.

    `excess` [findings, values, classes] is how much more than the average one a value of a finding
    surprises in a class, in natural logarithms; `variance` [findings, classes] is the variance of
    that. A finding in `only_present` was never recorded as absent: its absence says nothing.
    """

    findings: Mapping[str, int]
    edges: tuple[tuple[float, ...], ...]
    excess: Weights
    variance: Weights
    only_present: tuple[bool, ...]
    limit: float
    false_alarms: float

    @classmethod
    def of(
        cls,
        edges: Mapping[str, tuple[float, ...]],
        shares: Mapping[str, Sequence[Sequence[float]]],
        mentions: Mapping[str, Sequence[float]],
        limit: float,
        false_alarms: float,
    ) -> "Familiarity":
        """From the lists that a bundle holds, by the finding's code."""
        parts = [*map(_finding, shares.values()), *_mentioned(list(mentions.values()))]
        widest = max((len(excess) for excess, _ in parts), default=0)
        padded = np.zeros((len(parts), widest, len(parts[0][1]) if parts else 0))
        for row, (excess, _) in zip(padded, parts, strict=True):
            row[: len(excess)] = excess
        return cls(
            findings={code: position for position, code in enumerate((*shares, *mentions))},
            edges=(*(edges[code] for code in shares), *(_PRESENT_OR_NOT for _ in mentions)),
            excess=padded,
            variance=np.asarray([variance for _, variance in parts]),
            only_present=(*(False for _ in shares), *(True for _ in mentions)),
            limit=limit,
            false_alarms=false_alarms,
        )

    def judge(self, known: Mapping[str, float]) -> Strangeness:
        """How much more the `known` findings surprise than usual, in the class they fit best.

        The sum of their excess in units of its standard deviation, if findings were independent
        within a class. Both grow with what is known and what is unknown adds to neither, so that a
        patient of whom little is told is not strange for that; the limit was found with patients of
        whom all, part and little was told.
        """
        findings, edges, only_present = self.findings, self.edges, self.only_present
        width, kept = self.excess.shape[1], []
        for place, number in sorted(
            (findings[code], number) for code, number in known.items() if code in findings
        ):
            value = bisect_right(edges[place], number)
            if value or not only_present[place]:
                kept.append(place * width + value)
        if not kept:
            return Strangeness(0.0, self.limit, self.false_alarms)
        excess, variance = np.add.reduce(self._both.take(kept, axis=0), axis=0).tolist()
        # Of a few classes Python has the least sooner than NumPy has begun.
        score = min(
            [one / sqrt(spread + _CALM) for one, spread in zip(excess, variance, strict=True)]
        )
        return Strangeness(score, self.limit, self.false_alarms)

    @cached_property
    def _both(self) -> Weights:
        """Excess and variance [findings * values, 2, classes], picked together for one patient."""
        variance = np.broadcast_to(self.variance[:, None], self.excess.shape)
        both = np.stack([self.excess, variance], axis=2)
        return both.reshape(-1, 2, self.variance.shape[1])

    def scores(self, x: NDArray[np.float32], features: Sequence[str]) -> Weights:
        """The scores [n] of many patients `x` [n, features], NaN where unknown."""
        excess = np.zeros((len(x), self.variance.shape[1]))
        variance = np.zeros_like(excess)
        for code, position in self.findings.items():
            values = self._values(position, x[:, features.index(code)])
            told = values != UNKNOWN
            excess[told] += self.excess[position, values[told]]
            variance[told] += self.variance[position]
        return np.asarray((excess / np.sqrt(variance + _CALM)).min(axis=1))

    def _values(self, position: int, column: NDArray[np.float32]) -> Values:
        values = np.searchsorted(self.edges[position], column, side="right")
        says_nothing = np.isnan(column) | (self.only_present[position] & (values == 0))
        return np.where(says_nothing, UNKNOWN, values)


def _finding(shares: Sequence[Sequence[float]]) -> tuple[Weights, Weights]:
    """Excess [values, classes] and variance [classes] of a finding with these shares."""
    share = np.asarray(shares)
    surprise = -np.log(np.maximum(share, _LEAST))
    excess = surprise - (share * surprise).sum(axis=0)
    return excess, (share * excess**2).sum(axis=0)


def _mentioned(shares: Sequence[Sequence[float]]) -> list[tuple[Weights, Weights]]:
    """The same for signs only ever mentioned: which one it is, is one draw among them all.

    So each mention has the same mean and variance, and mentioning many is not strange by itself.
    """
    if not shares:
        return []
    excess, variance = _finding(shares)
    return [(np.stack([np.zeros_like(row), row]), variance) for row in excess]
