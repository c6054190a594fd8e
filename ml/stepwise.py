"""Probabilities while evidence is told piece by piece, without running a model for each step.

Every leaf of a tree is a bit. For each piece of a feature's range there is a mask of the leaves
that a patient there can still reach, and the masks of all features together leave the one leaf
where the patient ends (QuickScorer: Lucchese et al. 2015, doi:10.1145/2766462.2767733). Telling one
thing more changes one mask, so that the twenty steps of an explanation cost little more than one.

Only NumPy is used, because the service that answers doctors reads this module.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from ml.arrays import Arrays

Scores = NDArray[np.float64]
# The value of each feature that is known, in single precision, by its position, ascending.
Known = Mapping[int, float]
Positions = NDArray[np.intp]
Told = NDArray[np.bool_]
Masks = NDArray[np.unsignedinteger[Any]]
End = Literal["softmax", "logistic", "none"]


class Part(Protocol):
    """One model of those that are averaged."""

    def along(self, known: Known, told: Told) -> Scores:
        """Scores [steps, outputs] of one patient; see `Stepwise.probabilities`."""


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
        """From the arrays that `ml.unfold` writes."""
        unknown = stored["unknown"]
        return cls(stored["slope"], unknown, stored["base"] + unknown.sum(axis=0))

    def along(self, known: Known, told: Told) -> Scores:
        """Scores [steps, outputs]; see `Part`."""
        at = list(known)
        values = np.fromiter(known.values(), np.float64, len(at))
        brought = values[:, None] * self.slope[at] - self.unknown[at]
        return np.asarray(self.nothing + told @ brought)


@dataclass(frozen=True)
class Trees:
    """Trees whose leaves add up.

    Feature f is cut at `cuts[f]`, and its piece p has the masks `masks[start[f] + p]` [trees,
    words], `masks[unknown[f]]` where nothing is known of it. `spans[l][i]` are the masks of 2^l
    features from the i-th on with nothing known of any. A leaf adds its `values` [leaves of all
    trees], the trees of one class after another, or [leaves of all trees, classes]. `base`
    [outputs] is there before any tree.
    """

    cuts: tuple[tuple[float, ...], ...]
    start: tuple[int, ...]
    unknown: tuple[int, ...]
    masks: Masks
    spans: tuple[Masks, ...]
    leaves: Positions
    values: NDArray[Any]
    base: Scores

    @classmethod
    def of(cls, stored: Arrays) -> "Trees":
        """From the arrays that `ml.unfold` writes."""
        first, edges = stored["first"].tolist(), stored["edges"].tolist()
        cuts = tuple(tuple(edges[a:b]) for a, b in pairwise(first))
        start = stored["first"][:-1] + np.arange(len(cuts))
        filled = stored["filled"].tolist()
        pieces = [bisect_left(cut, one) for cut, one in zip(cuts, filled, strict=True)]
        unknown = start + np.asarray(pieces, np.intp)
        masks, values = _masks(stored, start), _values(stored)
        trees = masks.shape[1]
        return cls(
            cuts=cuts,
            start=tuple(start.tolist()),
            unknown=tuple(unknown.tolist()),
            masks=masks,
            spans=tuple(_spans(masks[unknown])),
            leaves=np.arange(trees) * (len(values) // trees),
            values=values,
            base=stored["base"],
        )

    def along(self, known: Known, told: Told) -> Scores:
        """Scores [steps, outputs]; see `Part`."""
        at = [self.start[f] + bisect_left(self.cuts[f], value) for f, value in known.items()]
        silent = [self.unknown[feature] for feature in known]
        rows = np.where(told, np.asarray(at, np.intp), np.asarray(silent, np.intp))
        left = np.bitwise_and.reduce(self.masks.take(rows, axis=0), axis=1, initial=self._all)
        left &= self._others(known)
        return self.base + self._added(self.leaves + _lowest(left))

    @property
    def _all(self) -> np.unsignedinteger[Any]:
        return np.invert(self.masks.dtype.type(0))

    def _others(self, known: Iterable[int]) -> Masks:
        """Leaves [trees, words] that are left by every feature that is not `known`."""
        found, begin = [], 0
        for end in (*known, len(self.cuts)):
            if begin < end:
                level = (end - begin).bit_length() - 1
                span = self.spans[level]
                found += [span[begin], span[end - (1 << level)]]
            begin = end + 1
        return np.bitwise_and.reduce(found, axis=0, initial=self._all)

    def _added(self, ends: Positions) -> Scores:
        """The values [steps, outputs] of the leaves [steps, trees] where a patient ends."""
        values = self.values.take(ends, axis=0)
        if values.ndim == 3:
            return np.asarray(self._ones @ values, dtype=np.float64)
        return np.asarray(values.reshape(len(ends), len(self.base), -1).sum(axis=2))

    @property
    def _ones(self) -> NDArray[np.float32]:
        return np.ones(len(self.leaves), dtype=np.float32)


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
        tells those that its row of `told` [steps, pieces] names, and none of the others.
        """
        mean = sum(
            weight * _ended(end, part.along(known, told))
            for part, end, weight in zip(self.parts, self.ends, self.weights, strict=True)
        )
        softened = np.maximum(mean, self.floor) ** (1 / self.temperature)
        return np.asarray(softened / softened.sum(axis=1, keepdims=True))

    def answer(self, known: Known) -> Scores:
        """Calibrated probabilities [classes] with all told that is known."""
        return np.asarray(self.probabilities(known, np.ones((1, len(known)), np.bool_))[0])


def stepwise_of(arrays: Arrays) -> Stepwise:
    """From the arrays of a bundle's file; raise `KeyError` or `ValueError` where one is wrong."""
    ends = tuple(str(end) for end in arrays["ends"])
    parts = [
        {name.partition(".")[2]: one for name, one in arrays.items() if name.startswith(f"{n}.")}
        for n in range(len(ends))
    ]
    return Stepwise(
        parts=tuple(Lines.of(part) if "slope" in part else Trees.of(part) for part in parts),
        ends=ends,  # type: ignore[arg-type]
        weights=tuple(arrays["weights"].tolist()),
        floor=float(arrays["floor"]),
        temperature=float(arrays["temperature"]),
        features=int(arrays["features"]),
    )


def _ended(end: End, scores: Scores) -> Scores:
    """Probabilities [steps, classes] from scores [steps, outputs]."""
    if end == "none":
        return scores
    if end == "logistic":
        ill = 1 / (1 + np.exp(-scores[:, -1]))
        return np.stack([1 - ill, ill], axis=1)
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _masks(stored: Arrays, start: Positions) -> Masks:
    """The masks of every piece of every feature: a piece lacks what the splits below it take."""
    gone, pieces = stored["gone"], len(stored["edges"]) + len(start)
    masks = np.full((pieces, *stored["shape"]), np.invert(gone.dtype.type(0)), gone.dtype)
    # The piece beyond the e-th edge of all features stands as many places further as there are
    # features up to this one, each of which has a piece more than it has edges.
    edge = stored["split_edges"]
    beyond = edge + np.searchsorted(stored["first"], edge, side="right")
    split = np.ravel_multi_index((beyond, stored["split_trees"]), masks.shape[:2])
    for word in range(masks.shape[2]):
        # One word after another, each a plain list of numbers, is what NumPy does quickly.
        np.bitwise_and.at(masks.reshape(-1, masks.shape[2])[:, word], split, ~gone[:, word])
    for begin, end in zip(start, (*start[1:], pieces), strict=True):
        if end - begin > 1:
            np.bitwise_and.accumulate(masks[begin:end], axis=0, out=masks[begin:end])
    return masks


def _spans(unknown: Masks) -> Iterator[Masks]:
    """Masks of 1, 2, 4, 8 ... neighbours together, so that two of them make up any stretch."""
    width, span = 1, unknown
    while len(span):
        yield span
        span = span[:-width] & span[width:]
        width *= 2


def _values(stored: Arrays) -> NDArray[Any]:
    """What each leaf of each tree adds: to its tree's own class, or to every class."""
    trees, words = stored["shape"].tolist()
    leaves = trees * words * stored["gone"].dtype.itemsize * 8
    if "leaf_classes" not in stored:
        values = np.zeros(leaves)
        values[stored["leaves"]] = stored["weights"]
        return values
    shared = np.zeros((leaves, len(stored["base"])), dtype=np.float32)
    shared[stored["leaves"], stored["leaf_classes"]] = stored["weights"]
    return shared


def _lowest(left: Masks) -> Positions:
    """The place of the lowest bit that is set, of masks [.., words]."""
    one, bits = left.dtype.type(1), left.dtype.itemsize * 8
    if left.shape[-1] == 1:
        word = left[..., 0]
        return np.asarray(np.bitwise_count(~word & (word - one)), dtype=np.intp)
    at = (left != 0).argmax(axis=-1)
    word = np.take_along_axis(left, at[..., None], axis=-1)[..., 0]
    return np.asarray(at * bits + np.bitwise_count(~word & (word - one)))
