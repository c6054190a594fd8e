"""How far a figure could be off: 95 % intervals by drawing the patients again."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.cohort.split import SEED

Figures = Mapping[str, float]
Rows = NDArray[np.intp]

DRAWS = 100
_LOW, _HIGH = 2.5, 97.5


@dataclass(frozen=True)
class Interval:
    """A figure with its 95 % percentile interval; all three are None where it has no meaning."""

    value: float | None
    low: float | None
    high: float | None

    def shown(self) -> tuple[str, str]:
        """The figure and its interval as a person reads them."""
        if self.value is None or self.low is None or self.high is None:
            return "·", ""
        return f"{self.value:.3f}", f"{self.low:.3f} – {self.high:.3f}"


def redrawn(
    measure: Callable[[Rows], Figures], patients: NDArray[np.str_], draws: int = DRAWS
) -> dict[str, Interval]:
    """Every figure of `measure(row positions)` on all rows, with its interval.

    Patients are drawn with replacement and bring all their rows along, since rows of one patient
    resemble each other (Efron's percentile bootstrap, by cluster). A draw in which a figure cannot
    be measured, for want of a class, does not count for it.
    """
    whole = measure(np.arange(len(patients)))
    drawn = [measure(rows) for rows in _draws(patients, draws)]
    return {name: _interval(value, [one[name] for one in drawn]) for name, value in whole.items()}


def _draws(patients: NDArray[np.str_], draws: int) -> Iterator[Rows]:
    rng = np.random.default_rng(SEED)
    _, of_row = np.unique(patients, return_inverse=True)
    order = np.argsort(of_row, kind="stable")
    ends = np.cumsum(np.bincount(of_row))
    rows_of = np.split(order, ends[:-1])
    for _ in range(draws):
        chosen = rng.integers(0, len(rows_of), len(rows_of))
        yield np.concatenate([rows_of[one] for one in chosen])


def _interval(value: float, drawn: list[float]) -> Interval:
    measured = [one for one in drawn if math.isfinite(one)]
    if not math.isfinite(value) or not measured:
        return Interval(None, None, None)
    low, high = np.percentile(measured, [_LOW, _HIGH])
    # Of few patients a draw holds fewer classes than there are, and its figure is another one.
    return Interval(value, min(value, float(low)), max(value, float(high)))
