"""What is unknown, how often, and whether being known tells the answer."""

from dataclasses import dataclass

import numpy as np

from ml.cohort.dataset import Dataset
from ml.exploration.association import auc_of

# Being known says something of the answer from this macro AUC on.
TELLS = 0.55


@dataclass(frozen=True)
class Missing:
    """Of one feature: share unknown, 0 to 1, and the macro AUC of nothing but knowing that."""

    feature: str
    unknown: float
    auc: float


def missing(dataset: Dataset) -> list[Missing]:
    """Every feature that is unknown in some patients, those that tell most first."""
    found = []
    for place, name in enumerate(dataset.features):
        known = (~np.isnan(dataset.x[:, place])).astype(np.intp)
        if 0 < known.mean() < 1:
            auc = auc_of(known, dataset.y, len(dataset.classes))
            found.append(Missing(name, float(1 - known.mean()), auc))
    return sorted(found, key=lambda one: -one.auc)
