"""The leaves where many patients end, by the masks of `ml.serving.stepwise`, a few features at a time.

Features with few pieces are taken together, with a mask for each way their pieces may fall: the
hundred and sixty signs of a model are then a sixth as many masks to put one upon the other.

Only NumPy is used, because the service that answers doctors reads this module.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Masks = NDArray[np.unsignedinteger[Any]]
Rows = NDArray[np.float32]
Positions = NDArray[np.intp]

# Most signs part patients in two: six of them fall in 64 ways.
_MOST_WAYS = 64
# So many patients' masks stay in the nearest memory of a core.
AT_ONCE = 64


@dataclass(frozen=True)
class Pieces:
    """One feature: where it is cut, and the masks [pieces, trees] of its pieces.

    `unknown` is the piece of whoever nothing is known of.
    """

    feature: int
    cuts: Rows
    masks: Masks
    unknown: int

    def of(self, column: Rows) -> Positions:
        """The piece of each patient from a column [n], NaN where nothing is known."""
        found = np.searchsorted(self.cuts, column)
        found[np.isnan(column)] = self.unknown
        return found


@dataclass(frozen=True)
class Crowd:
    """The features of an ensemble whose masks are one word for each tree."""

    features: tuple[Pieces, ...]

    def left(self, rows: Rows) -> Iterator[Masks]:
        """The leaves [some patients, trees] that are left, of a few patients after another."""
        columns = np.ascontiguousarray(rows.T)
        ways = [self._ways(group, columns) for group, _ in self._groups]
        for start in range(0, len(rows) or 1, AT_ONCE):
            some = [way[start : start + AT_ONCE] for way in ways]
            yield self._together(some)

    def _together(self, ways: Sequence[Positions]) -> Masks:
        tables = [table for _, table in self._groups]
        left = tables[0].take(ways[0], axis=0)
        taken = np.empty_like(left)
        for table, way in zip(tables[1:], ways[1:], strict=True):
            # Clipped is what NumPy does without a copy of its own; no way lies outside.
            np.bitwise_and(left, table.take(way, axis=0, out=taken, mode="clip"), out=left)
        return left

    @staticmethod
    def _ways(group: Sequence[Pieces], columns: Rows) -> Positions:
        way = np.zeros(columns.shape[1], dtype=np.intp)
        for one in group:
            way = way * len(one.masks) + one.of(columns[one.feature])
        return way

    @cached_property
    def _groups(self) -> tuple[tuple[tuple[Pieces, ...], Masks], ...]:
        """Features taken together, with the masks [ways, trees] of every way they may fall."""
        groups: list[list[Pieces]] = []
        ways = _MOST_WAYS + 1
        for one in sorted(self.features, key=lambda feature: len(feature.masks)):
            if ways * len(one.masks) > _MOST_WAYS:
                groups.append([])
                ways = 1
            groups[-1].append(one)
            ways *= len(one.masks)
        return tuple((tuple(group), _table(group)) for group in groups)


def _table(group: Sequence[Pieces]) -> Masks:
    table = group[0].masks
    for one in group[1:]:
        both = table[:, None] & one.masks[None]
        table = both.reshape(-1, both.shape[-1])
    return table
