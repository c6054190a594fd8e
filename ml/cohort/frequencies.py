"""Count how often each finding goes with each class; `ml.serving.likelihoods` asks by what is found."""

import numpy as np
from numpy.typing import NDArray

from ml.cohort.dataset import Dataset
from ml.cohort.pooled import class_shares, shares
from ml.serving.problem_file import Asking, Finding

_PIECES = 4
_DIGITS = 5
_HALF = np.array([0.5])


def frequencies(dataset: Dataset, classes: tuple[str, ...]) -> Asking:
    """The share of each value of every feature in the patients of each of `classes`, pooled.

    Only patients in whom a feature is known count for it, but a sign whose absence no source ever
    recorded counts as absent where it is not mentioned. Measured features are cut at their
    quartiles. A feature with a single value is left out: to ask for it tells nothing.
    """
    y = among(dataset, classes)
    found: dict[str, Finding] = {}
    for position, feature in enumerate(dataset.features):
        values = dataset.x[:, position]
        edges = _edges(values) if position in dataset.numbers else _HALF
        codes = _codes(values, edges)
        if len(np.unique(codes[codes >= 0])) > 1:
            found[feature] = Finding(
                edges=tuple(edges.tolist()),
                shares=shares_of(codes, y, (len(edges) + 1, len(classes))),
            )
    prior = class_shares(np.bincount(y[y >= 0], minlength=len(classes)))
    return Asking(prior=tuple(prior.round(_DIGITS).tolist()), findings=found)


def among(dataset: Dataset, classes: tuple[str, ...]) -> NDArray[np.intp]:
    """The class of each row by its position in `classes`, -1 where it is none of them."""
    code_of = np.asarray([classes.index(c) if c in classes else -1 for c in dataset.classes])
    return code_of[dataset.y]


def _edges(values: NDArray[np.float32]) -> NDArray[np.float64]:
    known = values[~np.isnan(values)].astype(float)
    if len(known) == 0:
        return _HALF
    return np.unique(np.quantile(known, np.arange(1, _PIECES) / _PIECES))


def _codes(values: NDArray[np.float32], edges: NDArray[np.float64]) -> NDArray[np.intp]:
    """The number of the piece into which each patient's value falls, -1 where it is unknown."""
    known = ~np.isnan(values)
    never_absent = edges is _HALF and not (values == 0).any()
    unknown = 0 if never_absent else -1
    return np.where(known, np.searchsorted(edges, values, side="right"), unknown)


def shares_of(
    codes: NDArray[np.intp], y: NDArray[np.intp], shape: tuple[int, int]
) -> tuple[tuple[float, ...], ...]:
    """Shares [values][classes] of each of the `codes` among patients `y`, -1 counting for none."""
    counts = np.zeros(shape, dtype=np.intp)
    counted = (codes >= 0) & (y >= 0)
    np.add.at(counts, (codes[counted], y[counted]), 1)
    return tuple(map(tuple, shares(counts).round(_DIGITS).tolist()))
