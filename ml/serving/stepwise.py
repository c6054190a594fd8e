"""Probabilities while evidence is told piece by piece, without running a model for each step.

What is told changes masks of leaves (`ml.serving.trees`) and sums, so that the twenty steps of an
explanation cost little more than one.

Only NumPy is used, because the service that answers doctors reads this module.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Protocol

import numpy as np

from ml.serving.arrays import Arrays
from ml.serving.leaves_of_many import AT_ONCE, Rows
from ml.serving.tables import Tables
from ml.serving.trees import Known, Scores, Told, Trees

End = Literal["softmax", "logistic", "none"]


class Part(Protocol):
    """One model of those that are averaged."""

    def along(self, known: Known, told: Told) -> Scores:
        """Scores [steps, outputs] of one patient; see `Stepwise.probabilities`."""

    def alone(self, known: Known) -> Scores:
        """Scores [1, outputs] of one patient with all told that is known."""

    def many(self, rows: Rows) -> Scores:
        """Scores [n, outputs] of many patients; see `Stepwise.many`."""


@dataclass(frozen=True)
class Lines:
    """A linear model: what is known adds `slope` times its value, what is not `unknown`.

    Both are [features, outputs]; `nothing` [outputs] is the score with nothing known.
    """

    slope: Scores
    unknown: Scores
    nothing: Scores

    @classmethod
    def of(cls, stored: Arrays) -> "Lines":
        """From the arrays that `ml.export.graph_parts` writes."""
        unknown = stored["unknown"]
        return cls(stored["slope"], unknown, stored["base"] + unknown.sum(axis=0))

    def along(self, known: Known, told: Told) -> Scores:
        """Scores [steps, outputs]; see `Part`."""
        return np.asarray(self.nothing + told.numbers @ self._brought(known))

    def alone(self, known: Known) -> Scores:
        """Scores [1, outputs]; see `Part`."""
        return np.asarray(self.nothing + self._brought(known).sum(axis=0))[None]

    def _brought(self, known: Known) -> Scores:
        """What each known piece changes [pieces, outputs]."""
        at, values = list(known), np.fromiter(known.values(), np.float64, len(known))
        changed = values[:, None] * self.slope.take(at, axis=0)
        return np.asarray(changed - self.unknown.take(at, axis=0))

    def many(self, rows: Rows) -> Scores:
        """Scores [n, outputs]; see `Part`."""
        parts = [self._few(rows[at : at + AT_ONCE]) for at in range(0, len(rows) or 1, AT_ONCE)]
        return np.concatenate(parts)

    def _few(self, rows: Rows) -> Scores:
        """The scores of so few that a matrix product does not take other cores to them."""
        is_known = ~np.isnan(rows)
        # As numbers, for which matrices are multiplied twenty times as fast as for truths.
        values, known = (
            np.where(is_known, rows, 0.0).astype(np.float64),
            is_known.astype(np.float64),
        )
        return np.asarray(self.nothing + values @ self.slope - known @ self.unknown)


@dataclass(frozen=True)
class Stepwise:
    """A model as the mean of its `parts`, each ended in probabilities, softened by a temperature.

    `weights` are those of the mean; a probability counts as `floor` at least.
    """

    parts: tuple[Part, ...]
    ends: tuple[End, ...]
    weights: tuple[float, ...]
    floor: float
    temperature: float
    features: int

    def probabilities(self, known: Known, told: Told) -> Scores:
        """Calibrated probabilities [steps, classes] of one patient, one row for each step.

        `known` is the value of each feature that is known, by its position, ascending; a step
        tells those that its row of `told` names, and none of the others.
        """
        return self._softened([part.along(known, told) for part in self.parts])

    def _softened(self, scores: Sequence[Scores]) -> Scores:
        """Probabilities [n, classes] from the scores [n, outputs] of each part."""
        softened = np.maximum(self._mean(scores), self.floor) ** (1 / self.temperature)
        return np.asarray(softened / np.add.reduce(softened, axis=1, keepdims=True))

    def _mean(self, scores: Sequence[Scores]) -> Scores:
        """The weighed mean [n, classes] of the parts' probabilities."""
        if self.weights == (1.0,):
            # One part is the mean: nothing to weigh, and nothing to add up.
            return _ended(self.ends[0], _read(self.ends[0], scores[0]))
        if len(set(self.ends)) > 1:
            each = [_ended(end, one) for end, one in zip(self.ends, scores, strict=True)]
            ended = np.array(each)
        else:
            # All at once: of one patient NumPy's calls are what takes the time.
            end = self.ends[0]
            read = [_read(end, one) for one in scores]
            both = _ended(end, np.concatenate(read) if len(read) > 1 else read[0])
            ended = both.reshape(len(scores), -1, both.shape[1])
        return np.asarray(np.add.reduce(ended * self._weighed, axis=0))

    @cached_property
    def _weighed(self) -> Scores:
        return np.asarray(self.weights)[:, None, None]

    @property
    def is_for_many(self) -> bool:
        """Whether this is sooner done with many patients than a session of onnxruntime is.

        It is where a tree has no more leaves than a word has bits.
        """
        trees = [part for part in self.parts if isinstance(part, Trees)]
        return all(part.masks.shape[2] == 1 and any(part.cuts) for part in trees)

    def many(self, rows: Rows) -> Scores:
        """Calibrated probabilities [n, classes] of `rows` [n, features], NaN where unknown."""
        return self._softened([part.many(rows) for part in self.parts])

    def answer(self, known: Known) -> Scores:
        """Calibrated probabilities [classes] with all told that is known."""
        return np.asarray(self._softened([part.alone(known) for part in self.parts])[0])


def stepwise_of(arrays: Arrays) -> Stepwise:
    """From the arrays of a bundle's file; raise `KeyError` or `ValueError` where one is wrong."""
    ends = tuple(str(end) for end in arrays["ends"])
    parts = [
        {name.partition(".")[2]: one for name, one in arrays.items() if name.startswith(f"{n}.")}
        for n in range(len(ends))
    ]
    return Stepwise(
        parts=tuple(map(_part, parts)),
        ends=ends,  # type: ignore[arg-type]
        weights=tuple(arrays["weights"].tolist()),
        floor=float(arrays["floor"]),
        temperature=float(arrays["temperature"]),
        features=int(arrays["features"]),
    )


def _part(stored: Arrays) -> Part:
    if "slope" in stored:
        return Lines.of(stored)
    return Tables.of(stored) if "brought" in stored else Trees.of(stored)


def _read(end: End, scores: Scores) -> Scores:
    """What of the scores [steps, outputs] counts for their end: of two that add up, the last."""
    return scores[:, -1:] if end == "logistic" else scores


def _ended(end: End, scores: Scores) -> Scores:
    """Probabilities [steps, classes] from scores [steps, outputs]."""
    if end == "none":
        return scores
    if end == "logistic":
        ill = 1 / (1 + np.exp(-scores[:, -1]))
        # Half as long as stacking them: of one patient what NumPy does in Python is most of it.
        return np.array([1 - ill, ill]).T
    powers = np.exp(scores - np.maximum.reduce(scores, axis=1, keepdims=True))
    return np.asarray(powers / np.add.reduce(powers, axis=1, keepdims=True))
