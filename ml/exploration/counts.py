"""Counts that may be shown: a cell of fewer than ten patients could point at one of them."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ml.cohort.suppression import LEAST, unsaid


def shown(count: int) -> str:
    """The count, or that it is a small one."""
    return f"<{LEAST}" if 0 < count < LEAST else f"{count:,}"


def all_shown(counts: Mapping[str, int]) -> dict[str, str]:
    """Counts of one table that add up to a known total, less what `unsaid` hides."""
    hidden = unsaid(list(counts.values()))
    return {
        name: "hidden" if place in hidden and count >= LEAST else shown(count)
        for place, (name, count) in enumerate(counts.items())
    }


def without_small(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Counts of a figure, NaN (drawn blank) in cells of one to nine."""
    return np.where((counts > 0) & (counts < LEAST), np.nan, counts)
