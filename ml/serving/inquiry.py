"""What each question could tell of several answers at once, for one patient.

It is the mutual information of `likelihoods`. For one patient NumPy's calls are what takes the
time, so the findings of all models that are asked go through each of them together.

Only NumPy is used, because the service that answers doctors reads this module.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from ml.serving.likelihoods import LEAST_SHARE, Likelihoods, Weights

Places = NDArray[np.intp]


@dataclass(frozen=True)
class Inquiry:
    """The findings of several `models`, by their problem, reckoned with one after another.

    In the rows of all their tables, `begins` are where each finding's values begin, and after those
    of a model where its entropies do; `within` [models] are the rows of those, and `places` where
    each model's findings are among what begins.
    """

    models: Mapping[str, Likelihoods]
    begins: Places
    within: tuple[slice, ...]
    places: tuple[slice, ...]

    @classmethod
    def of(cls, models: Mapping[str, Likelihoods]) -> "Inquiry":
        """Of these models, one at least."""
        each = models.values()
        ends = list(accumulate(len(one.table) for one in each))
        within = [slice(end - len(one.findings), end) for one, end in zip(each, ends, strict=True)]
        begins: list[int] = []
        places = []
        for one, start in zip(each, (0, *ends), strict=False):
            places.append(slice(len(begins), len(begins) + len(one.findings)))
            begins += accumulate(one.has.sum(axis=1).tolist(), initial=start)
        return cls(models, np.array(begins), tuple(within), tuple(places))

    def less(self, beliefs: Sequence[Weights]) -> list[Weights]:
        """The information [findings] that each is expected to give, in bits, less than nought.

        Of each model under its belief [classes]; a hair above nought where there is none.
        """
        mixed, start = np.empty(self.within[-1].stop), 0
        for model, belief, within in zip(self.models.values(), beliefs, self.within, strict=True):
            np.dot(model.table, belief, out=mixed[start : within.stop])
            start = within.stop
        told = np.log2(np.maximum(mixed, LEAST_SHARE))
        told *= mixed
        of_values = np.add.reduceat(told, self.begins)
        return [
            of_values[place] + mixed[within]
            for place, within in zip(self.places, self.within, strict=True)
        ]
