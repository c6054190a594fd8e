"""Figures measured on a published file: how they are kept, and what keeps them anonymous.

Only aggregates are kept, and none over fewer than `SMALLEST` people.
"""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

Figures = dict[str, Any]
Array = NDArray[np.float64]

SMALLEST = 10
# What stands for any number of people from one to nine.
FEW = 5
# Where a distribution's shape is kept: dense in the tails, but never the extremes themselves.
QUANTILE_LEVELS = (0.01, 0.025, 0.05, *(step / 20 for step in range(2, 19)), 0.95, 0.975, 0.99)


def load_figures(folder: Path) -> Figures:
    """The figures kept beside a source's modules."""
    return cast("Figures", json.loads((folder / "figures.json").read_text("utf-8")))


def save_figures(folder: Path, figures: Figures) -> None:
    """Write `figures` beside a source's modules, one top-level entry a line."""
    lines = (f"{json.dumps(key)}: {json.dumps(value)}" for key, value in figures.items())
    (folder / "figures.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


def kept(value: float, people: int, digits: int = 3) -> float | None:
    """`value` rounded, or None when it describes fewer than `SMALLEST` people."""
    return round(float(value), digits) if people >= SMALLEST else None


def share(count: int, total: int, digits: int = 4) -> float | None:
    """`count` of `total`, or None when those with it, or those without, are too few to tell."""
    few = any(0 < people < SMALLEST for people in (count, total - count))
    if few or total < SMALLEST:
        return None
    return round(count / total, digits)


def told(count: int, total: int, digits: int = 3) -> float:
    """`count` of `total`, where a count or a rest of one to nine people is told as five."""
    if 0 < count < SMALLEST:
        count = FEW
    elif 0 < total - count < SMALLEST:
        count = total - FEW
    return round(min(max(count / total, 0.0), 1.0), digits)


def or_else(values: Iterable[float | None], instead: float) -> Array:
    """The values as an array, a withheld one replaced by `instead`."""
    return np.array([instead if value is None else value for value in values], dtype=float)


def quantiles(values: ArrayLike, digits: int = 3) -> list[float]:
    """The values at `QUANTILE_LEVELS`, averaged over at least ten neighbours."""
    ordered = np.sort(np.asarray(values, dtype=float))
    width = max(SMALLEST, len(ordered) // 100)
    smooth = np.convolve(np.pad(ordered, width // 2, mode="edge"), np.ones(width) / width, "valid")
    return [round(float(q), digits) for q in np.quantile(smooth, QUANTILE_LEVELS)]


def correlation(columns: Sequence[ArrayLike]) -> list[list[float]]:
    """Pearson correlation of each pair of columns, over the rows where both are known."""
    table = np.column_stack([np.asarray(column, dtype=float) for column in columns])
    return [
        [_pearson(table[:, [i, j]]) for j in range(table.shape[1])] for i in range(table.shape[1])
    ]


def _pearson(pair: Array) -> float:
    known = pair[~np.isnan(pair).any(axis=1)]
    return round(float(np.corrcoef(known[:, 0], known[:, 1])[0, 1]), 3)
