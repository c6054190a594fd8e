"""Patients on principal components: how many directions the features really have."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA

from ml.cohort.dataset import Dataset
from ml.cohort.split import SEED
from ml.exploration.redundancy import standardised

_COMPONENTS = 15


@dataclass(frozen=True)
class Projection:
    """`points` [rows, 2] on the first two components, and the `shares` of variance of each."""

    points: NDArray[np.float64]
    shares: NDArray[np.float64]


def project(dataset: Dataset) -> Projection:
    """Principal components of the standardised features, the unknown filled with the mean."""
    values = standardised(dataset.x)
    most = min(_COMPONENTS, *values.shape)
    fitted = PCA(most, svd_solver="randomized", random_state=SEED).fit(values)
    return Projection(fitted.transform(values)[:, :2], fitted.explained_variance_ratio_)
