"""What each question could tell of several answers at once, for one patient.

It is the mutual information of `likelihoods`. For one patient NumPy's calls are what takes the
time, so the findings of all models that are asked go through each of them together.

Only NumPy is used, because the service that answers doctors reads this module.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from ml.serving.likelihoods import LEAST_SHARE, Likelihoods, Weights

Places = NDArray[np.intp]


@dataclass(frozen=True)
class Inquiry:
    """The findings of several `models`, by their problem, reckoned with one after another.

    In the rows of all their tables, `values` [values, findings] are the places of each finding's
    values and `within` [findings] that of its entropy within the classes; a value that a finding
    lacks lies behind the last row. `places` are those of each model's findings.
    """

    models: Mapping[str, Likelihoods]
    values: Places
    within: Places
    places: tuple[slice, ...]

    @classmethod
    def of(cls, models: Mapping[str, Likelihoods]) -> "Inquiry":
        """Of these models, one at least."""
        each = models.values()
        starts = list(accumulate((len(one.table) for one in each), initial=0))
        ends = accumulate((len(one.findings) for one in each), initial=0)
        places = tuple(slice(*both) for both in pairwise(ends))
        widest = max(one.shares.shape[1] for one in each)
        # An even number, so that they can be added in two halves.
        values = np.full((widest + widest % 2, places[-1].stop), starts[-1])
        within = np.empty(places[-1].stop, np.intp)
        for one, start, place in zip(each, starts, places, strict=False):
            count = int(one.has.sum())
            values[: one.has.shape[1], place].T[one.has] = start + np.arange(count)
            within[place] = start + count + np.arange(len(one.findings))
        return cls(models, values, within, places)

    def less(self, beliefs: Sequence[Weights]) -> list[Weights]:
        """The information [findings] that each is expected to give, in bits, less than nought.

        Of each model under its belief [classes]; a hair above nought where there is none.
        """
        mixed, start = np.zeros(int(self.within[-1]) + 2), 0
        for model, belief in zip(self.models.values(), beliefs, strict=True):
            end = start + len(model.table)
            np.dot(model.table, belief, out=mixed[start:end])
            start = end
        told = np.log2(np.maximum(mixed, LEAST_SHARE))
        told *= mixed
        every = told.take(self.values)
        halves = np.add.reduce(every.reshape(-1, 2, every.shape[1]), axis=0)
        found = halves[0] + halves[1]
        found += mixed.take(self.within)
        return [found[place] for place in self.places]
