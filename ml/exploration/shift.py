"""How differently two groups of patients look, feature by feature: sources, or years."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.cohort.dataset import Dataset
from ml.cohort.suppression import LEAST

_BANDS = 10
# An empty band counts as this share: the index has no value at nought (as in ml.governance.drift).
_LEAST_SHARE = 0.0001


@dataclass(frozen=True)
class Shift:
    """Stability index of each feature between two groups: over 0.25 they are not alike."""

    one: str
    other: str
    psi: Mapping[str, float]


def shifts(dataset: Dataset, groups: NDArray[np.str_]) -> list[Shift]:
    """Every group of ten patients and more against the largest, the most moved features first."""
    names, counts = np.unique(groups, return_counts=True)
    largest = names[counts.argmax()]
    others = [name for name, n in zip(names, counts, strict=True) if n >= LEAST]
    return [_shift(dataset, groups, str(largest), str(name)) for name in others if name != largest]


def _shift(dataset: Dataset, groups: NDArray[np.str_], one: str, other: str) -> Shift:
    first, second = dataset.x[groups == one], dataset.x[groups == other]
    found = {name: _index(first[:, i], second[:, i]) for i, name in enumerate(dataset.features)}
    return Shift(one, other, dict(sorted(found.items(), key=lambda item: -item[1])))


def _index(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Population stability index over bands of the first group; being unknown is a band."""
    known = one[~np.isnan(one)]
    inner = np.linspace(0, 1, _BANDS + 1)[1:-1]
    cuts = np.quantile(known, inner) if len(known) else np.empty(0)
    edges = np.unique(cuts).astype(np.float64)
    then, now = (_shares(values, edges) for values in (one, other))
    return float(np.sum((now - then) * np.log(now / then)))


def _shares(values: NDArray[np.float32], edges: NDArray[np.float64]) -> NDArray[np.float64]:
    unknown = np.isnan(values)
    bands = np.searchsorted(edges, values[~unknown], side="left")
    counts = np.append(np.bincount(bands, minlength=len(edges) + 1), unknown.sum())
    return np.maximum(counts / len(values), _LEAST_SHARE)
