"""The trees of an ONNX graph as the arrays that `ml.serving.trees` makes its masks of."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Given = Mapping[str, Any]
Node = tuple[int, int]
_SMALLEST = (np.uint16, np.uint32, np.uint64)


class NotTold(Exception):
    """Something that cannot be told in trees and lines."""


@dataclass(frozen=True)
class Columns:
    """Columns over so many `features`: (feature - offset) * scale, `filled` for one unknown.

    Where `cut` is a number, one or nought stands in the feature's place: whether it is above it.
    """

    features: int
    feature: NDArray[np.intp]
    filled: NDArray[np.float64]
    offset: NDArray[np.float64]
    scale: NDArray[np.float64]
    cut: NDArray[np.float64]

    @classmethod
    def of(cls, width: int) -> "Columns":
        """The features themselves, nothing filled."""
        nought = np.zeros(width)
        unset = nought * np.nan
        return cls(width, np.arange(width), unset, nought, nought + 1, unset)

    @classmethod
    def joined(cls, sides: Sequence["Columns"]) -> "Columns":
        """One beside the other."""
        names = ("feature", "filled", "offset", "scale", "cut")
        joined = (np.concatenate([getattr(side, name) for side in sides]) for name in names)
        return cls(sides[0].features, *joined)

    def by_feature(self) -> NDArray[np.float32]:
        """What each of the features counts as where it is unknown, nought where none is read.

        Raises `NotTold` where that differs, or where a column is scaled or cut.
        """
        found = np.zeros(self.features, np.float32)
        found[self.feature] = self.filled
        other = found[self.feature] != self.filled.astype(np.float32)
        if other.any() or (self.scale != 1).any() or not np.isnan(self.cut).all():
            raise NotTold
        return found

    def chosen(self, at: NDArray[np.intp]) -> "Columns":
        """Those at these places."""
        return replace(
            self,
            feature=self.feature[at],
            filled=self.filled[at],
            offset=self.offset[at],
            scale=self.scale[at],
            cut=self.cut[at],
        )

    def filled_with(self, values: Sequence[float]) -> "Columns":
        """The same with `values`, one for all or one for each, where nothing is filled yet."""
        wanted = self.offset + np.asarray(values, np.float64) / self.scale
        return replace(self, filled=np.where(np.isnan(self.filled), wanted, self.filled))

    def scaled(self, offset: Sequence[float], scale: Sequence[float]) -> "Columns":
        """Less `offset`, times `scale`."""
        shifted = self.offset + np.asarray(offset) / self.scale
        return replace(self, offset=shifted, scale=self.scale * np.asarray(scale))

    def cut_at(self, threshold: float) -> "Columns":
        """Whether each is above the threshold; raise `NotTold` where one is cut already."""
        if not np.isnan(self.cut).all():
            raise NotTold
        at, nought = self.offset + threshold / self.scale, np.zeros(len(self.offset))
        return replace(self, cut=at, offset=nought, scale=nought + 1)


@dataclass(frozen=True)
class _Split:
    """A split of a tree: it takes the leaves from `begin` up to `end` from whoever lies above."""

    tree: int
    feature: int
    threshold: float
    begin: int
    end: int


def grown(given: Given, columns: Columns) -> dict[str, NDArray[Any]]:
    """The arrays of a TreeEnsembleClassifier over `columns`.

    `edges` are the thresholds of all features one after another, those of feature f from `first[f]`
    on, and `filled` [features] what an unknown one counts as. The split at edge `split_edges` of
    tree `split_trees` takes the leaves `gone` [splits, words] from whoever lies above it. `leaves`
    add `weights`, to `leaf_classes` where a tree speaks of several. `shape` is trees and words.
    Raises `NotTold` for trees of another make.
    """
    if not set(given["nodes_modes"]) <= {b"BRANCH_LEQ", b"LEAF"}:
        raise NotTold
    order, is_shared = _order(given)
    splits, place = _walked(given, columns.feature, order)
    masks = _masks_of(splits, max(place.values()) + 1)
    word_bits = masks.dtype.itemsize * 8 * masks.shape[1]
    leaves = zip(given["class_treeids"], given["class_nodeids"], strict=True)
    at = [order[tree] * word_bits + place[tree, node] for tree, node in leaves]
    return {
        **_edges(splits, columns),
        "gone": masks,
        "split_trees": np.asarray([split.tree for split in splits], np.int32),
        "shape": np.asarray([len(order), masks.shape[1]]),
        "leaves": np.asarray(at, np.int32),
        "weights": np.asarray(given["class_weights"], np.float32),
        "base": _base(given),
    } | ({"leaf_classes": np.asarray(given["class_ids"], np.int16)} if is_shared else {})


def _order(given: Given) -> tuple[Mapping[int, int], bool]:
    """The place of each tree, by class where each speaks of one; and whether they share classes."""
    classes: dict[int, set[int]] = {tree: set() for tree in given["nodes_treeids"]}
    for tree, one in zip(given["class_treeids"], given["class_ids"], strict=True):
        classes[tree].add(one)
    if any(len(of) > 1 for of in classes.values()):
        return {tree: place for place, tree in enumerate(classes)}, True
    by_class = sorted(classes, key=lambda tree: min(classes[tree]))
    counts = Counter(min(of) for of in classes.values())
    if len(set(counts.values())) > 1:
        raise NotTold
    return {tree: place for place, tree in enumerate(by_class)}, False


def _walked(
    given: Given, feature_of: NDArray[np.intp], order: Mapping[int, int]
) -> tuple[list[_Split], Mapping[Node, int]]:
    """Every split, and the place of every leaf in its tree, from the left."""
    names = ("treeids", "nodeids", "modes", "featureids", "values", "truenodeids", "falsenodeids")
    nodes = {row[:2]: row for row in zip(*(given[f"nodes_{one}"] for one in names), strict=True)}
    splits: list[_Split] = []
    place: dict[Node, int] = {}

    def walk(tree: int, node: int, begin: int) -> int:
        """Place the leaves under a node from `begin` on, and say where they end."""
        _, _, mode, column, threshold, low, high = nodes[tree, node]
        if mode == b"LEAF":
            place[tree, node] = begin
            return begin + 1
        middle = walk(tree, low, begin)
        splits.append(_Split(order[tree], feature_of[column], threshold, begin, middle))
        return walk(tree, high, middle)

    for tree in order:
        walk(tree, 0, 0)
    return splits, place


def _masks_of(splits: Sequence[_Split], leaves: int) -> NDArray[Any]:
    """The leaves [splits, words] that each split takes away, in words as small as will do."""
    fitting = [one for one in _SMALLEST if leaves <= np.dtype(one).itemsize * 8]
    word = np.dtype(fitting[0] if fitting else np.uint64)
    bits = word.itemsize * 8
    words = -(-leaves // bits)
    taken = [((1 << one.end) - 1) ^ ((1 << one.begin) - 1) for one in splits]
    low = (1 << bits) - 1
    return np.asarray([[(one >> bits * n) & low for n in range(words)] for one in taken], word)


def _edges(splits: Sequence[_Split], columns: Columns) -> dict[str, NDArray[Any]]:
    """Where each feature is cut, what an unknown one counts as, and the edge of each split."""
    width = columns.features
    found = sorted({(split.feature, split.threshold) for split in splits})
    at = {edge: place for place, edge in enumerate(found)}
    counts = np.bincount([feature for feature, _ in found], minlength=width)
    return {
        "edges": np.asarray([threshold for _, threshold in found], np.float32),
        "first": np.concatenate([[0], np.cumsum(counts)]),
        "filled": columns.by_feature(),
        "split_edges": np.asarray([at[one.feature, one.threshold] for one in splits], np.int32),
    }


def _base(given: Given) -> NDArray[np.float64]:
    outputs = max(given["class_ids"]) + 1
    base = np.zeros(outputs) if "base_values" not in given else given["base_values"]
    if len(base) != outputs:
        raise NotTold
    return np.asarray(base, np.float64)
