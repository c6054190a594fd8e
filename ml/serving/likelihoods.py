"""How often each finding goes with each answer: what a question could tell before it is asked.

Only NumPy is used, because the service that answers doctors reads this module.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Weights = NDArray[np.float64]
LEAST_SHARE = 1e-12


@dataclass(frozen=True)
class Likelihoods:
    """Share of each class's patients in whom a finding has each of its values.

    `shares` is [findings, values, classes]; a sign's values are absent and present, a number's the
    pieces of its range. Values that a finding lacks have share nought. `within`
    [findings, classes] is the entropy, in bits, of a finding within a class.
    """

    findings: Mapping[str, int]
    shares: Weights
    within: Weights

    @cached_property
    def codes(self) -> Sequence[str]:
        """The findings' codes, in the order of their positions."""
        return tuple(self.findings)

    @cached_property
    def has(self) -> NDArray[np.bool_]:
        """Which values [findings, values] a finding has."""
        return np.asarray(self.shares.any(axis=2))

    @cached_property
    def table(self) -> Weights:
        """What a belief is mixed into [rows, classes]: the shares of every value, then `within`."""
        return np.concatenate([self.shares[self.has], self.within])

    @classmethod
    def of(cls, shares: Mapping[str, Sequence[Sequence[float]]]) -> "Likelihoods":
        """From the lists [values][classes] that a bundle holds, by the finding's code."""
        each = [np.asarray(values) for values in shares.values()]
        widest = max((len(values) for values in each), default=1)
        padded = np.zeros((len(each), widest, each[0].shape[1] if each else 0))
        for row, values in zip(padded, each, strict=True):
            row[: len(values)] = values
        found = {code: position for position, code in enumerate(shares)}
        return cls(findings=found, shares=padded, within=_entropy(padded))

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


def _entropy(shares: Weights) -> Weights:
    return np.asarray(
        -np.einsum("fv...,fv...->f...", shares, np.log2(np.maximum(shares, LEAST_SHARE)))
    )
