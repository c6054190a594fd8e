"""How often each finding goes with each answer: what a question could tell before it is asked.

Only NumPy is used, because the service that answers doctors reads this module.
"""

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
    edges: tuple[Weights, ...]
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
            edges=tuple(np.asarray(edges[code]) for code in shares),
            shares=padded,
            within=_entropy(padded),
            prior=np.asarray(prior, dtype=np.float64),
        )

    def belief(self, known: Mapping[str, float]) -> Weights:
        """Probability of each class [classes] by Bayes' rule from the `known` findings.

        Findings count as independent within a class; what is unknown says nothing.
        """
        odds = np.log(self.prior)
        for code, number in known.items():
            position = self.findings.get(code)
            if position is not None:
                odds = odds + self.log_shares(position, self.value(position, number))
        return normalised(odds)

    def value(self, finding: int, number: float) -> int:
        """Which of a finding's values a number is."""
        return int(np.searchsorted(self.edges[finding], number, side="right"))

    def log_shares(self, findings: int | Positions, values: int | Positions) -> Weights:
        """Logarithm of the shares [.., classes] of patients with these values of these findings."""
        return np.asarray(np.log(np.maximum(self.shares[findings, values], _LEAST)))

    def gains(self, beliefs: Weights) -> Weights:
        """Information [n, findings], in bits, that each finding is expected to give on the answer.

        The mutual information of finding and class under `beliefs` [n, classes]: the finding's
        entropy over all, less its mean entropy within the classes.
        """
        over_all = _entropy(self.shares @ beliefs.T)
        return np.asarray(np.maximum(over_all - self.within @ beliefs.T, 0.0).T)


def normalised(log_odds: Weights) -> Weights:
    """Probabilities [.., classes] from unnormalised logarithms."""
    powers = np.exp(log_odds - log_odds.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def _entropy(shares: Weights) -> Weights:
    return np.asarray(-np.einsum("fv...,fv...->f...", shares, np.log2(np.maximum(shares, _LEAST))))
