"""How much cells tell of an answer: alone, and beyond what the signs tell already."""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2, chi2_contingency
from sklearn.metrics import roc_auc_score

from ml.exploration.cells import Cells, Codes

Shares = NDArray[np.float64]

_FOLDS = 5
# Patients that each class is credited with in a cell, shared out as among all.
_PRIOR = 5.0


def macro_auc(y: Codes, answers: Shares) -> float:
    """Mean over the classes, that have patients and others, of the area under the ROC curve."""
    areas = [
        roc_auc_score(y == k, answers[:, k])
        for k in range(answers.shape[1])
        if (y == k).any() and not (y == k).all()
    ]
    return float(np.mean(areas)) if areas else 0.5


def auc_of(cells: Cells, y: Codes, classes: int) -> float:
    """Macro AUC of answering each patient with the shares of the classes in their cell.

    The shares are those of other patients: five folds, so that a cell of one tells nothing.
    """
    even = np.ones((len(y), classes))
    return macro_auc(y, _adjusted(cells, y, even / classes, classes))


def explained(cells: Cells, y: Codes) -> float:
    """Share of the answer's entropy that the cells take away: 0 nothing, 1 all of it.

    Theil's uncertainty coefficient (Theil 1970, doi:10.1086/224909).
    """
    joint = _table(cells, y) / len(y)
    answer, cell = joint.sum(axis=0), joint.sum(axis=1)
    entropy = -np.sum(answer[answer > 0] * np.log(answer[answer > 0]))
    if entropy == 0:
        return 0.0
    seen = joint > 0
    mutual = np.sum(joint[seen] * np.log(joint[seen] / np.outer(cell, answer)[seen]))
    return float(mutual / entropy)


def chance(cells: Cells, y: Codes, expected: Shares) -> float:
    """How likely the cells would tell at least this of `y` beyond `expected` by luck alone.

    In each cell, the patients of each class are held against those that the probabilities
    `expected` [rows, classes] foresee there: the score test of a model that is given the column
    besides (Pearson's statistic). An expectation below one patient counts as one.
    """
    expected = expected * (np.bincount(y, minlength=expected.shape[1]) / expected.sum(axis=0))
    seen = _table(cells, y, expected.shape[1])
    due = _summed(cells, expected, int(cells.max()) + 1)[np.unique(cells)]
    enough = due.sum(axis=1) >= 2 * _PRIOR
    statistic = float(((seen - due) ** 2 / np.maximum(due, 1.0))[enough].sum())
    freedom = max(int(enough.sum()) - 1, 0) * (expected.shape[1] - 1)
    return float(chi2.sf(statistic, freedom)) if freedom else 1.0


def gain(cells: Cells, y: Codes, expected: Shares) -> float:
    """Macro AUC that the cells add to `expected`; a little below nought where they tell nothing."""
    return macro_auc(y, _adjusted(cells, y, expected, expected.shape[1])) - macro_auc(y, expected)


def strength(one: Cells, other: Cells) -> float:
    """Cramér's V of two columns, 0 to 1."""
    joint = _table(one, other)
    joint = joint[joint.sum(axis=1) > 0][:, joint.sum(axis=0) > 0]
    least = min(joint.shape) - 1
    if least < 1:
        return 0.0
    return float(np.sqrt(chi2_contingency(joint, correction=False).statistic / len(one) / least))


def _adjusted(cells: Cells, y: Codes, expected: Shares, classes: int) -> Shares:
    """`expected`, moved by how often each class was found in the cell among other patients."""
    folds = np.random.default_rng(0).permutation(len(y)) % _FOLDS
    moved = np.empty_like(expected)
    most = int(cells.max()) + 1
    for fold in range(_FOLDS):
        judged, rest = folds == fold, folds != fold
        seen = _counted(cells[rest], y[rest], most, classes)
        due = _summed(cells[rest], expected[rest], most)
        overall = expected[rest].mean(axis=0) * _PRIOR
        ratio = (seen + overall) / (due + overall)
        moved[judged] = expected[judged] * ratio[cells[judged]]
    return moved / moved.sum(axis=1, keepdims=True)


def _table(cells: Cells, y: Codes, classes: int | None = None) -> Shares:
    """Patients in each cell that is used, by class."""
    counted = _counted(cells, y, int(cells.max()) + 1, classes or int(y.max()) + 1)
    return counted[np.unique(cells)]


def _counted(cells: Cells, y: Codes, most: int, classes: int) -> Shares:
    """Patients in each of `most` cells, by class."""
    places = np.bincount(cells * classes + y, minlength=most * classes)
    return places.reshape(most, classes).astype(np.float64)


def _summed(cells: Cells, expected: Shares, most: int) -> Shares:
    """Patients expected in each of `most` cells, by class."""
    columns = [np.bincount(cells, weights=share, minlength=most) for share in expected.T]
    return np.stack(columns, axis=1)
