"""How often each finding goes with each answer: what a question could tell before it is asked.

Only NumPy is used, because the service that answers doctors reads this module.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Weights = NDArray[np.float64]
Positions = NDArray[np.intp]
_LEAST = 1e-12


@dataclass(frozen=True)
class Likelihoods:
    """Share of each class's patients in whom a finding has each of its values.

    `shares` is [findings, values, classes]; a finding's value is the piece between its `edges` into
    which its number falls, so that a sign, cut at a half, is absent or present. Values that a
    finding lacks have share nought. `within` [findings, classes] is the entropy, in bits, of a
    finding within a class, and `prior` [classes] the share of each class.
    """

    findings: Mapping[str, int]
    edges: tuple[tuple[float, ...], ...]
    shares: Weights
    within: Weights
    prior: Weights

    @cached_property
    def codes(self) -> Sequence[str]:
        """The findings' codes, in the order of their positions."""
        return tuple(self.findings)

    @classmethod
    def of(
        cls,
        prior: Sequence[float],
        edges: Mapping[str, Sequence[float]],
        shares: Mapping[str, Sequence[Sequence[float]]],
    ) -> "Likelihoods":
        """From the lists that a bundle holds, by the finding's code."""
        widest = max((len(values) for values in shares.values()), default=1)
        padded = np.zeros((len(shares), widest, len(prior)))
        for row, values in zip(padded, shares.values(), strict=True):
            row[: len(values)] = values
        return cls(
            findings={code: position for position, code in enumerate(shares)},
            edges=tuple(tuple(edges[code]) for code in shares),
            shares=padded,
            within=_entropy(padded),
            prior=np.asarray(prior, dtype=np.float64),
        )

    def belief(self, known: Mapping[str, float], prior: Weights | None = None) -> Weights:
        """Probability of each class [classes] by Bayes' rule from the `known` findings.

        Findings count as independent within a class; what is unknown says nothing. A `prior`
        [classes] takes the place of the shares that were learned.
        """
        odds = self._log_prior if prior is None else np.log(prior)
        width, place, edges = self.shares.shape[1], self.findings.get, self.edges
        told = [
            position * width + bisect_right(edges[position], number)
            for code, number in known.items()
            if (position := place(code)) is not None
        ]
        if told:
            odds = odds + np.add.reduce(self._rows.take(told, axis=0), axis=0)
        return normalised(odds)

    def value(self, finding: int, number: float) -> int:
        """Which of a finding's values a number is."""
        return bisect_right(self.edges[finding], number)

    def log_shares(self, findings: int | Positions, values: int | Positions) -> Weights:
        """Logarithm of the shares [.., classes] of patients with these values of these findings."""
        return np.asarray(self._logs[findings, values])

    @cached_property
    def _logs(self) -> Weights:
        return np.asarray(np.log(np.maximum(self.shares, _LEAST)))

    @cached_property
    def _rows(self) -> Weights:
        """The same [findings * values, classes], of which one patient's are picked at once."""
        return self._logs.reshape(-1, self.shares.shape[2])

    @cached_property
    def _log_prior(self) -> Weights:
        return np.asarray(np.log(self.prior))

    def gains(self, beliefs: Weights) -> Weights:
        """Information [.., findings], in bits, that each finding is expected to give on the answer.

        The mutual information of finding and class under `beliefs` [.., classes]: the finding's
        entropy over all, less its mean entropy within the classes.
        """
        findings, values, classes = self.shares.shape
        # One product of two tables: a product for each finding takes three times as long.
        mixed = self.shares.reshape(findings * values, classes) @ beliefs.T
        over_all = _entropy(mixed.reshape(findings, values, *beliefs.shape[:-1]))
        return np.asarray(np.maximum(over_all - self.within @ beliefs.T, 0.0).T)


def normalised(log_odds: Weights) -> Weights:
    """Probabilities [.., classes] from unnormalised logarithms."""
    powers = np.exp(log_odds - np.maximum.reduce(log_odds, axis=-1, keepdims=True))
    return np.asarray(powers / np.add.reduce(powers, axis=-1, keepdims=True))


def _entropy(shares: Weights) -> Weights:
    return np.asarray(-np.einsum("fv...,fv...->f...", shares, np.log2(np.maximum(shares, _LEAST))))
