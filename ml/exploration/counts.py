"""Counts that may be shown: a cell of fewer than ten patients could point at one of them."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

LEAST = 10


def shown(count: int) -> str:
    """The count, or that it is a small one."""
    return f"<{LEAST}" if 0 < count < LEAST else f"{count:,}"


def all_shown(counts: Mapping[str, int]) -> dict[str, str]:
    """Counts of one table that add up to a known total, the small ones hidden.

    Where just one is small the next smallest is hidden too: subtraction would give it away.
    """
    small = [name for name, count in counts.items() if 0 < count < LEAST]
    others = sorted((count, name) for name, count in counts.items() if count >= LEAST)
    hidden = dict.fromkeys(small, f"<{LEAST}")
    if len(small) == 1 and others:
        hidden[others[0][1]] = "hidden"
    return {name: hidden.get(name, f"{count:,}") for name, count in counts.items()}


def without_small(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Counts of a figure, NaN (drawn blank) in cells of one to nine."""
    return np.where((counts > 0) & (counts < LEAST), np.nan, counts)
