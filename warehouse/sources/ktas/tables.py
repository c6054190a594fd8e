"""Tables of chances given the expert level, made from the measured means and deviations."""

import numpy as np
from numpy.typing import NDArray

from warehouse.sources.figures import Array, Figures
from warehouse.sources.ktas.complaints import COMPLAINTS
from warehouse.sources.sampling import Indices, pick_given, tilted


class Tables:
    """What is likely at each level; `levels` are the chances of the five levels themselves."""

    def __init__(self, figures: Figures, levels: Array) -> None:
        self.levels = levels
        self._categories: Figures = figures["categories"]
        counts = np.array(figures["levels"], dtype=float)
        self._measured = counts / counts.sum()
        self._rows = int(figures["rows"])
        self._complaints: Figures = figures["complaints"]

    def _spread(self, one: Figures | None) -> Array:
        """The chance of a category at each level, from its count and its people's levels."""
        if not one or "count" not in one:
            return np.full(5, 0.005)
        among = tilted(self._measured, one["mean_level"], one["deviation"])
        return np.asarray(one["count"] / self._rows * among / self._measured)

    def table(self, column: str) -> tuple[NDArray[np.str_], Array]:
        """The values of a column, and at each level (rows) the chance of each value (columns)."""
        values = self._categories[column]
        chances = np.column_stack([self._spread(one) for one in values.values()])
        return np.array(list(values)), chances / chances.sum(axis=1, keepdims=True)

    def complaint(self, rng: np.random.Generator, level: Indices) -> Indices:
        """The index in COMPLAINTS of each row's complaint, given its level."""
        chances = [self._spread(self._complaints[said.name]) for said in COMPLAINTS]
        return pick_given(rng, np.column_stack(chances), level)

    def drawn(self, rng: np.random.Generator, column: str, level: Indices) -> NDArray[np.str_]:
        """A value of the column for each row, given its level."""
        values, chances = self.table(column)
        return np.asarray(values[pick_given(rng, chances, level)])

    def chance(self, column: str, value: str) -> Array:
        """The chance of `value` at each level; "not alert" stands for all but alert."""
        if value == "not alert":
            return 1 - np.clip(self._spread(self._categories[column]["1"]), 0.1, 0.99)
        return np.clip(self._spread(self._categories[column][value]), 0.005, 0.995)

    def missing(self, one: Figures | None) -> Array:
        """The chance at each level that a vital is not written down."""
        return np.clip(self._spread(one), 0.0, 0.9)
