"""Features that say the same as others, and which of them stay."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, leaves_list, linkage
from scipy.spatial.distance import squareform

from ml.cohort.dataset import Dataset

# Two features in one cluster are said to be redundant from this correlation on.
CLUSTERED = 0.7
# A measurement that repeats another from this on is left out. A sign never is, however alike two
# are in these patients: a doctor may tell only the one that was left out, and not be heard.
_SAME = 0.98


@dataclass(frozen=True)
class Redundancy:
    """`correlation` [varying, varying] of the features `varying`, in the order of a dendrogram;
    `clusters` of names that go together; `dropped` maps a feature to why it is left out.
    """

    varying: tuple[str, ...]
    correlation: NDArray[np.float64]
    clusters: tuple[tuple[str, ...], ...]
    dropped: dict[str, str]


def redundancy(dataset: Dataset) -> Redundancy:
    """What repeats what among the features, and what never varies.

    Correlation is Pearson's over mean-filled values; for signs it is the phi coefficient.
    """
    varies = np.asarray([_varies(column) for column in dataset.x.T])
    dropped = {
        name: "the same in every patient"
        for name, moves in zip(dataset.features, varies, strict=True)
        if not moves
    }
    places = np.flatnonzero(varies & ~np.isnan(dataset.x).all(axis=0))
    filled = standardised(dataset.x[:, places])
    # A sign that is only ever present or unknown has no correlation of its own.
    moving = filled.std(axis=0) > 0
    places, filled = places[moving], filled[:, moving]
    correlation = filled.T @ filled / len(filled)
    order, groups = _grouped(correlation)
    names = [dataset.features[i] for i in places]
    measured = set(dataset.numbers)
    for group in groups:
        dropped |= _repeats(dataset, [places[i] for i in group if places[i] in measured])
    return Redundancy(
        varying=tuple(names[i] for i in order),
        correlation=correlation[np.ix_(order, order)],
        clusters=tuple(tuple(names[i] for i in group) for group in groups),
        dropped=dropped,
    )


def standardised(x: NDArray[np.float32]) -> NDArray[np.float64]:
    """Columns with mean 0 and deviation 1, the unknown filled with the mean; a still one is 0."""
    values = x.astype(np.float64)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a column of unknowns has no mean
        values = np.where(np.isnan(values), np.nanmean(values, axis=0), values)
    values = np.nan_to_num(values) - np.nan_to_num(values).mean(axis=0)
    spread = values.std(axis=0)
    return np.divide(values, spread, out=np.zeros_like(values), where=spread > 1e-9)


def _varies(column: NDArray[np.float32]) -> bool:
    known = column[~np.isnan(column)]
    return bool(len(known) and (np.ptp(known) > 0 or len(known) < len(column)))


def _grouped(
    correlation: NDArray[np.float64],
) -> tuple[NDArray[np.intp], list[NDArray[np.intp]]]:
    """The order of a dendrogram, and the groups of two and more below the cut."""
    if len(correlation) < 2:
        return np.arange(len(correlation)), []
    apart = np.clip(1 - np.abs(correlation), 0, None)
    np.fill_diagonal(apart, 0)
    tree = linkage(squareform(apart, checks=False), "average")
    number = fcluster(tree, 1 - CLUSTERED, "distance")
    groups = [np.flatnonzero(number == one) for one in np.unique(number)]
    return leaves_list(tree), [group for group in groups if len(group) > 1]


def _repeats(dataset: Dataset, places: Sequence[np.intp]) -> dict[str, str]:
    """Members that repeat another that is known at least as often: the better known stays."""
    known = ~np.isnan(dataset.x)
    ordered = sorted(places, key=lambda i: (-known[:, i].sum(), dataset.features[i]))
    kept: list[np.intp] = []
    dropped: dict[str, str] = {}
    for place in ordered:
        twin = next((one for one in kept if _is_same(dataset, one, place)), None)
        if twin is None:
            kept.append(place)
        else:
            dropped[dataset.features[place]] = f"says the same as {dataset.features[twin]}"
    return dropped


def _is_same(dataset: Dataset, one: np.intp, other: np.intp) -> bool:
    """Known in the same patients, and saying the same of them."""
    first, second = dataset.x[:, one], dataset.x[:, other]
    both = ~np.isnan(first) & ~np.isnan(second)
    either = ~np.isnan(first) | ~np.isnan(second)
    if both.sum() < _SAME * either.sum() or not np.ptp(first[both]) or not np.ptp(second[both]):
        return False
    return bool(abs(np.corrcoef(first[both], second[both])[0, 1]) >= _SAME)
