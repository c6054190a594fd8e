"""Who is learned from, who calibrates, who sets the threshold, and who is never touched."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedKFold

from ml.dataset import Dataset
from warehouse.errors import NotEnoughData

SEED = 20260
HELD_OUT_SHARE = 0.2
# One part of these many calibrates and one sets the threshold.
_PARTS = 8

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Split:
    """Four sets of rows with no patient in two of them.

    `train` fits the model, `calibration` its temperature, `threshold` the least probability of a
    confident answer; `held_out` judges it, and the same patients judge every later model.
    """

    train: Dataset
    calibration: Dataset
    threshold: Dataset
    held_out: Dataset


def held_out(dataset: Dataset) -> Mask:
    """Which rows judge: their patients drew a low lot, which new data and a new key leave alone."""
    return np.asarray(dataset.lots < HELD_OUT_SHARE)


def split(dataset: Dataset) -> Split:
    """Split by patient; what is not held out is stratified by class with a fixed seed.

    Raises `NotEnoughData` when training or judging would see fewer than two classes.
    """
    apart = held_out(dataset)
    rest, judged = dataset.take(~apart), dataset.take(apart)
    folds = list(stratified_folds(rest, _PARTS))
    calibration, threshold = folds[0], folds[1]
    train = np.setdiff1d(np.arange(len(rest.y)), np.concatenate([calibration, threshold]))
    parts = Split(rest.take(train), rest.take(calibration), rest.take(threshold), judged)
    for part in (parts.train, parts.calibration, parts.threshold, parts.held_out):
        if len(np.unique(part.y)) < 2:
            raise NotEnoughData(
                f"{dataset.problem.name} has too few patients of a second class to learn and judge",
                where=f"features.{dataset.problem.spine}",
                next_step="land more data with semia land or semia synthesise, then semia build",
            )
    return parts


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
