"""Trees as masks of leaves: which leaf a patient ends in, without walking down from a root.

Every leaf of a tree is a bit. For each piece of a feature's range there is a mask of the leaves
that a patient there can still reach, and the masks of all features together leave the one leaf
where the patient ends (QuickScorer: Lucchese et al. 2015, doi:10.1145/2766462.2767733). Telling one
thing more changes one mask.

Only NumPy is used, because the service that answers doctors reads this module.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.serving.arrays import Arrays
from ml.serving.leaves_of_many import Crowd, Masks, Pieces, Positions, Rows

Scores = NDArray[np.float64]
# The value of each feature that is known, in single precision, by its position, ascending.
Known = Mapping[int, float]


@dataclass(frozen=True)
class Told:
    """Which of the known `pieces` each step tells, [steps, pieces], also as models read it."""

    pieces: NDArray[np.bool_]

    @cached_property
    def numbers(self) -> Scores:
        """One for told and nought for not: numbers are multiplied sooner than truths."""
        return self.pieces.astype(np.float64)

    @cached_property
    def places(self) -> Positions:
        """Where [pieces, steps] each is among what all give when told, then when not."""
        count = self.pieces.shape[1]
        # By pieces first: what is put one upon the other then lies in one stretch of memory.
        return np.ascontiguousarray((np.where(self.pieces, 0, count) + np.arange(count)).T)


@dataclass(frozen=True)
class Trees:
    """Trees whose leaves add up.

    Feature f is cut at `cuts[f]`, and its piece p has the masks `masks[start[f] + p]` [trees,
    words], `masks[unknown[f]]` where nothing is known of it. `masks[spans[l] + i]` are those of 2^l
    features from the i-th on with nothing known of any. A leaf adds its `values` [leaves of all
    trees], the trees of one class after another, or [leaves of all trees, classes]; `before`
    [trees] is the place before the first leaf of each. `base` [outputs] is there before any tree.
    """

    cuts: tuple[tuple[float, ...], ...]
    start: tuple[int, ...]
    unknown: tuple[int, ...]
    masks: Masks
    spans: tuple[int, ...]
    before: Positions
    values: NDArray[Any]
    base: Scores

    @classmethod
    def of(cls, stored: Arrays) -> "Trees":
        """From the arrays that `ml.export.graph_parts` writes."""
        first, edges = stored["first"].tolist(), stored["edges"].tolist()
        cuts = tuple(tuple(edges[a:b]) for a, b in pairwise(first))
        start = stored["first"][:-1] + np.arange(len(cuts))
        filled = stored["filled"].tolist()
        pieces = [bisect_left(cut, one) for cut, one in zip(cuts, filled, strict=True)]
        unknown = start + np.asarray(pieces, np.intp)
        values, trees = _values(stored), int(stored["shape"][0])
        masks, spans = _masks(stored, start, unknown)
        return cls(
            cuts=cuts,
            start=tuple(start.tolist()),
            unknown=tuple(unknown.tolist()),
            masks=masks,
            spans=spans,
            before=np.arange(trees) * (len(values) // trees) - 1,
            values=values,
            base=stored["base"],
        )

    def along(self, known: Known, told: Told) -> Scores:
        """Scores [steps, outputs]; see `ml.serving.stepwise.Part`."""
        silent = [self.unknown[feature] for feature in known]
        rows = np.array(self._at(known) + silent, np.intp).take(told.places)
        left = np.bitwise_and.reduce(self.masks.take(rows, axis=0), axis=0, initial=self._all)
        left &= np.bitwise_and.reduce(
            self.masks.take(self._others(known), axis=0), initial=self._all
        )
        return self.base + self._added(self.before + _from_first(left))

    def alone(self, known: Known) -> Scores:
        """Scores [1, outputs]; see `ml.serving.stepwise.Part`."""
        rows = self._at(known) + self._others(known)
        left = np.bitwise_and.reduce(self.masks.take(rows, axis=0), axis=0)
        return self.base + self._added((self.before + _from_first(left))[None])

    def many(self, rows: Rows) -> Scores:
        """Scores [n, outputs]; see `ml.serving.stepwise.Part`."""
        added = [
            self._added(self.before + _from_first(left[..., None]))
            for left in self._crowd.left(rows)
        ]
        return np.asarray(self.base + np.concatenate(added))

    @cached_property
    def _crowd(self) -> Crowd:
        """Made when many are first asked for."""
        every = [
            Pieces(
                feature,
                np.asarray(cuts, np.float32),
                self.masks[start : start + len(cuts) + 1, :, 0],
                self.unknown[feature] - start,
            )
            for feature, (cuts, start) in enumerate(zip(self.cuts, self.start, strict=True))
            if cuts
        ]
        return Crowd(tuple(every))

    @cached_property
    def _all(self) -> np.unsignedinteger[Any]:
        return np.invert(self.masks.dtype.type(0))

    def _at(self, known: Known) -> list[int]:
        """Where the masks are of what is known."""
        cuts, start = self.cuts, self.start
        return [
            start[feature] + bisect_left(cuts[feature], value) for feature, value in known.items()
        ]

    def _others(self, known: Iterable[int]) -> list[int]:
        """Where the masks of every feature not `known` are, two for each stretch of them."""
        found, begin = [], 0
        for end in (*known, len(self.cuts)):
            if begin < end:
                level = (end - begin).bit_length() - 1
                found += [self.spans[level] + begin, self.spans[level] + end - (1 << level)]
            begin = end + 1
        return found

    def _added(self, ends: Positions) -> Scores:
        """The values [steps, outputs] of the leaves [steps, trees] where a patient ends."""
        values, outputs, trees = self.values.take(ends, axis=0), len(self.base), len(self.before)
        if values.ndim == 3:
            return np.asarray(self._ones @ values, dtype=np.float64)
        by_output = values.reshape(len(ends), outputs, trees // outputs)
        return np.asarray(np.add.reduce(by_output, axis=2))

    @property
    def _ones(self) -> NDArray[np.float32]:
        return np.ones(len(self.before), dtype=np.float32)


def _masks(stored: Arrays, start: Positions, unknown: Positions) -> tuple[Masks, tuple[int, ...]]:
    """The masks of `Trees`, and where those of the spans begin, all in one piece of memory."""
    pieces, lengths = len(stored["edges"]) + len(start), _lengths(len(unknown))
    spans = tuple(accumulate(lengths[:-1], initial=pieces))
    masks = np.empty((pieces + sum(lengths), *stored["shape"]), stored["gone"].dtype)
    _cut(masks[:pieces], stored, start)
    masks[spans[0] : spans[0] + lengths[0]] = masks[unknown]
    for level in range(1, len(lengths)):
        shorter, begin, width = spans[level - 1], spans[level], 1 << (level - 1)
        np.bitwise_and(
            masks[shorter : shorter + lengths[level]],
            masks[shorter + width : begin],
            out=masks[begin : begin + lengths[level]],
        )
    return masks, spans


def _lengths(features: int) -> list[int]:
    """How many spans of 1, 2, 4, 8 ... neighbours there are; two of them make up any stretch."""
    return [features - width + 1 for width in (1 << n for n in range(features.bit_length()))]


def _cut(masks: Masks, stored: Arrays, start: Positions) -> None:
    """Fill in the masks of every piece: a piece lacks what the splits below it take."""
    gone, pieces = stored["gone"], len(masks)
    masks[...] = np.invert(gone.dtype.type(0))
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


def _from_first(left: Masks) -> NDArray[np.integer[Any]]:
    """Which bit, the first being one, is the lowest that is set, of masks [.., words]."""
    one, bits = left.dtype.type(1), left.dtype.itemsize * 8
    if left.shape[-1] == 1:
        # A byte each: whoever adds them to a place widens them by the way.
        return _up_to_lowest(left[..., 0], one)
    at = (left != 0).argmax(axis=-1)
    word = np.take_along_axis(left, at[..., None], axis=-1)[..., 0]
    return np.asarray(at * bits + _up_to_lowest(word, one))


def _up_to_lowest(word: Masks, one: np.unsignedinteger[Any]) -> NDArray[np.uint8]:
    """How many bits there are up to the lowest that is set."""
    ones = word - one
    ones ^= word
    return np.asarray(np.bitwise_count(ones))
