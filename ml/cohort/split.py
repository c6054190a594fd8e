"""Who is learned from, who sees which of these anew, and who is never touched."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedKFold

from ml.cohort.dataset import Dataset
from warehouse.errors import NotEnoughData

SEED = 20260
HELD_OUT_SHARE = 0.2
# So many models, each without one part of the patients, answer those whom they never saw.
FOLDS = 3
# The learning curve and the limit of strangeness ask one part of so many.
_SET_BACK = 4

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Split:
    """Two sets of rows with no patient in both.

    `train` fits the model and, fold by fold, calibrates it; `held_out` judges it, and the same
    patients judge every later model.
    """

    train: Dataset
    held_out: Dataset


def held_out(dataset: Dataset) -> Mask:
    """Which rows judge: their patients drew a low lot, which new data and a new key leave alone."""
    return np.asarray(dataset.lots < HELD_OUT_SHARE)


def split(dataset: Dataset) -> Split:
    """Split by patient.

    Raises `NotEnoughData` when training, without any of its folds, or judging would see fewer than
    two classes.
    """
    apart = held_out(dataset)
    parts = Split(dataset.take(~apart), dataset.take(apart))
    learned = [np.delete(parts.train.y, rows) for rows in stratified_folds(parts.train, FOLDS)]
    if any(len(np.unique(y)) < 2 for y in (*learned, parts.held_out.y)):
        raise NotEnoughData(
            f"{dataset.problem.name} has too few patients of a second class to learn and judge",
            where=f"features.{dataset.problem.spine}",
            next_step="land more data with semia land or semia synthesise, then semia build",
        )
    return parts


def set_back(train: Dataset) -> tuple[Dataset, Dataset]:
    """Three quarters of the patients, and the quarter that judges what was counted on those."""
    back = stratified_folds(train, _SET_BACK)[0]
    return train.take(np.setdiff1d(np.arange(len(train.y)), back)), train.take(back)


def stratified_folds(dataset: Dataset, parts: int) -> list[NDArray[np.intp]]:
    """Row positions of each of `parts` folds: patients whole, classes in even shares.

    Patients are shared out by the class of their first encounter; scikit-learn's grouped splitter
    does the same one patient at a time, and takes half a minute for what takes a hundredth here.
    Classes with fewer patients than folds are stratified together, since alone they cannot be.
    """
    # By lot, since patients in the order of their hashed ids would change folds with the key.
    patients, first, of_row = np.unique(dataset.lots, return_index=True, return_inverse=True)
    strata = _shareable(dataset.y[first], parts)
    folds = StratifiedKFold(parts, shuffle=True, random_state=SEED).split(patients, strata)
    return [np.flatnonzero(np.isin(of_row, members)) for _, members in folds]


def _shareable(y: NDArray[np.intp], parts: int) -> NDArray[np.intp]:
    """The classes, with all that have fewer members than `parts` in one stratum."""
    counts = np.bincount(y)
    rare = counts[y] < parts
    common = int(counts.argmax())
    return np.where(rare, -1 if rare.sum() >= parts else common, y)
