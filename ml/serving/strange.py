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
# The one kind of an older version, which told none apart.
_ANY = ""


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
    that. A finding with a `kind` was never recorded as absent: its absence says nothing, and all
    that are mentioned of a kind count as one between them.
    """

    findings: Mapping[str, int]
    edges: tuple[tuple[float, ...], ...]
    excess: Weights
    variance: Weights
    kind: tuple[str | None, ...]
    limit: float
    false_alarms: float

    @classmethod
    def of(
        cls,
        edges: Mapping[str, tuple[float, ...]],
        shares: Mapping[str, Sequence[Sequence[float]]],
        mentions: Mapping[str, Sequence[float]],
        kinds: Mapping[str, str],
        limit: float,
        false_alarms: float,
    ) -> "Familiarity":
        """From the lists that a bundle holds, by the finding's code."""
        kind = [kinds.get(code, _ANY) for code in mentions]
        parts = [*map(_finding, shares.values()), *_mentioned(list(mentions.values()), kind)]
        widest = max((len(excess) for excess, _ in parts), default=0)
        padded = np.zeros((len(parts), widest, len(parts[0][1]) if parts else 0))
        for row, (excess, _) in zip(padded, parts, strict=True):
            row[: len(excess)] = excess
        return cls(
            findings={code: position for position, code in enumerate((*shares, *mentions))},
            edges=(*(edges[code] for code in shares), *(_PRESENT_OR_NOT for _ in mentions)),
            excess=padded,
            variance=np.asarray([variance for _, variance in parts]),
            kind=(*(None for _ in shares), *kind),
            limit=limit,
            false_alarms=false_alarms,
        )

    def judge(self, known: Mapping[str, float]) -> Strangeness:
        """How much more the `known` findings surprise than usual, in the class they fit best.

        The sum of their excess in units of its standard deviation, if findings were independent
        within a class. Both grow with what is known and what is unknown adds to neither, so that a
        patient of whom little is told is not strange for that; the limit was found with patients of
        whom all, part and little was told. Of signs only ever mentioned the mean of each kind
        counts: a record names one complaint, and a doctor tells all that there are.
        """
        findings, edges, kind = self.findings, self.edges, self.kind
        width, kept, kinds = self.excess.shape[1], [], []
        for place, number in sorted(
            (findings[code], number) for code, number in known.items() if code in findings
        ):
            value = bisect_right(edges[place], number)
            if value or kind[place] is None:
                kept.append(place * width + value)
                kinds.append(kind[place])
        if not kept:
            return Strangeness(0.0, self.limit, self.false_alarms)
        parts = [1.0 if one is None else 1 / kinds.count(one) for one in kinds]
        sums = np.dot(parts, self._both.take(kept, axis=0)).tolist()
        classes = len(sums) // 2
        # Of a few classes Python has the least sooner than NumPy has begun.
        score = min([sums[k] / sqrt(sums[classes + k] + _CALM) for k in range(classes)])
        return Strangeness(score, self.limit, self.false_alarms)

    @cached_property
    def _both(self) -> Weights:
        """Excess, then variance [findings * values, 2 * classes], picked together for a patient."""
        variance = np.broadcast_to(self.variance[:, None], self.excess.shape)
        both = np.concatenate([self.excess, variance], axis=2)
        return both.reshape(-1, 2 * self.variance.shape[1])

    def scores(self, x: NDArray[np.float32], features: Sequence[str]) -> Weights:
        """The scores [n] of many patients `x` [n, features], NaN where unknown."""
        excess = np.zeros((len(x), self.variance.shape[1]))
        variance = np.zeros_like(excess)
        told = {
            code: self._values(position, x[:, features.index(code)])
            for code, position in self.findings.items()
        }
        counts = self._mentions(told, len(x))
        for code, position in self.findings.items():
            known, kind = told[code] != UNKNOWN, self.kind[position]
            part = 1.0 if kind is None else 1 / counts[kind][known, None]
            excess[known] += part * self.excess[position, told[code][known]]
            variance[known] += part * self.variance[position]
        return np.asarray((excess / np.sqrt(variance + _CALM)).min(axis=1))

    def _mentions(self, told: Mapping[str, Values], patients: int) -> dict[str, Values]:
        """How many of each kind are mentioned of each of the patients, who are so many."""
        counts: dict[str, Values] = {}
        for code, position in self.findings.items():
            kind = self.kind[position]
            if kind is not None:
                before = counts.get(kind, np.zeros(patients, dtype=np.intp))
                counts[kind] = before + (told[code] != UNKNOWN)
        return counts

    def _values(self, position: int, column: NDArray[np.float32]) -> Values:
        values = np.searchsorted(self.edges[position], column, side="right")
        says_nothing = np.isnan(column) | ((self.kind[position] is not None) & (values == 0))
        return np.where(says_nothing, UNKNOWN, values)


def _finding(shares: Sequence[Sequence[float]]) -> tuple[Weights, Weights]:
    """Excess [values, classes] and variance [classes] of a finding with these shares."""
    share = np.asarray(shares)
    surprise = -np.log(np.maximum(share, _LEAST))
    excess = surprise - (share * surprise).sum(axis=0)
    return excess, (share * excess**2).sum(axis=0)


def _mentioned(
    shares: Sequence[Sequence[float]], kinds: Sequence[str]
) -> list[tuple[Weights, Weights]]:
    """The same for signs only ever mentioned: which one it is, is one draw among its kind.

    So each mention of a kind has the same mean and variance. Complaints and past illnesses are
    drawn apart, for of the latter there are many in every record and of the former one.
    """
    parts: list[tuple[Weights, Weights]] = [(np.empty(0), np.empty(0))] * len(shares)
    for kind in dict.fromkeys(kinds):
        places = [place for place, one in enumerate(kinds) if one == kind]
        excess, variance = _finding([shares[place] for place in places])
        for place, row in zip(places, excess, strict=True):
            parts[place] = (np.stack([np.zeros_like(row), row]), variance)
    return parts
