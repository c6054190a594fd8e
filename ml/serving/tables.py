"""Scores looked up: what each piece of a feature's range adds, for `ml.serving.stepwise`.

Only NumPy is used, because the service that answers doctors reads this module.
"""

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ml.serving.arrays import Arrays
from ml.serving.leaves_of_many import Rows
from ml.serving.trees import Known, Scores, Told

# So few patients' products with some seven hundred steps and fifty classes stay on one core.
_AT_ONCE = 8


@dataclass(frozen=True)
class Tables:
    """A model to whose scores each feature adds by the piece of its range, and none by another.

    `cuts` are those of each feature, ascending; what is at most a cut lies below it. `brought`
    [pieces, outputs] is what a piece adds over the feature's being unknown, those of feature f
    from `start[f]` on; `nothing` [outputs] is the score with nothing known.
    """

    cuts: tuple[tuple[float, ...], ...]
    start: tuple[int, ...]
    brought: Scores
    nothing: Scores

    @classmethod
    def of(cls, stored: Arrays) -> "Tables":
        """From the arrays that `ml.export.graph_parts` writes."""
        first, edges = stored["first"].tolist(), stored["edges"].tolist()
        cuts = tuple(tuple(edges[a:b]) for a, b in pairwise(first))
        start = tuple(place + feature for feature, place in enumerate(first[:-1]))
        return cls(cuts, start, stored["brought"], stored["base"])

    def along(self, known: Known, told: Told) -> Scores:
        """Scores [steps, outputs]; see `ml.serving.stepwise.Part`."""
        return np.asarray(self.nothing + told.numbers @ self.brought.take(self._at(known), axis=0))

    def alone(self, known: Known) -> Scores:
        """Scores [1, outputs]; see `ml.serving.stepwise.Part`."""
        brought = self.brought.take(self._at(known), axis=0).sum(axis=0)
        return np.asarray(self.nothing + brought)[None]

    def many(self, rows: Rows) -> Scores:
        """Scores [n, outputs]; see `ml.serving.stepwise.Part`."""
        parts = [self._few(rows[at : at + _AT_ONCE]) for at in range(0, len(rows) or 1, _AT_ONCE)]
        return np.concatenate(parts)

    def _at(self, known: Known) -> list[int]:
        """The piece of each known feature."""
        return [self.start[one] + bisect_left(self.cuts[one], v) for one, v in known.items()]

    def _few(self, rows: Rows) -> Scores:
        """The scores of so few that a matrix product does not take other cores to them."""
        features, edges, steps = self._climb
        # As numbers, for which matrices are multiplied twenty times as fast as for truths.
        reached = (rows[:, features] > edges).astype(np.float64)
        return np.asarray(self.nothing + reached @ steps)

    @cached_property
    def _climb(self) -> tuple[NDArray[np.intp], Rows, Scores]:
        """What a value adds by reaching a piece: its feature, the edge below, the step [outputs].

        The first piece has no edge below, and is reached by whatever is known.
        """
        features = np.repeat(np.arange(len(self.cuts)), [len(cut) + 1 for cut in self.cuts])
        edges = [edge for cut in self.cuts for edge in (-np.inf, *cut)]
        steps = np.diff(self.brought, axis=0, prepend=0.0)
        steps[list(self.start)] = self.brought[list(self.start)]
        return features, np.asarray(edges, np.float32), steps
