"""Measurements as steps: how far along its range each lies, in noughts and ones."""

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

Matrix = NDArray[np.float32]

# Close together at the ends, where a vital sign says most and straight lines fit worst.
SHARES = (0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 0.98)


class Steps(TransformerMixin, BaseEstimator):
    """Whether a measurement is above each of its cuts, for one measurement after another.

    A measurement is cut where `SHARES` of the patients lie at or below; where many have the same
    value, as with counts of visits, once. Each step then has a weight of its own, and a penalty on
    the weights keeps neighbouring steps alike.
    """

    def fit(self, x: Matrix, _: object = None) -> "Steps":
        """Find the cuts of the columns of `x` [n, columns], in which nothing is unknown."""
        found = [
            np.unique(np.quantile(x[:, at], SHARES, method="lower")) for at in range(x.shape[1])
        ]
        # ONNX compares float32, and so does a patient's value arrive.
        self.cuts_ = np.concatenate([*found, []]).astype(np.float32)
        self.columns_ = np.repeat(np.arange(x.shape[1]), [len(cuts) for cuts in found])
        return self

    def transform(self, x: Matrix) -> Matrix:
        """Noughts and ones [n, steps]."""
        check_is_fitted(self)
        above = np.asarray(x, np.float32)[:, self.columns_] > self.cuts_
        return np.asarray(above, np.float32)
