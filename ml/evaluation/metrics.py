"""How good a model is, on patients it never saw; docs/reference/metrics.md explains each figure."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta, rankdata
from sklearn.metrics import (
    average_precision_score,
    cohen_kappa_score,
    f1_score,
    log_loss,
)

from ml.evaluation.recalibration import slope_and_intercept
from ml.problems import Kind

Probabilities = NDArray[np.float64]
Codes = NDArray[np.intp]
Mask = NDArray[np.bool_]

# Nothing is claimed of fewer confident answers than this: not a threshold, nor a precision.
LEAST_ANSWERS = 40
_BINS = 10
_LEAST = 1e-6
# Probabilities, in per cent, from which a doctor might act.
_ACTING_FROM = (10, 20, 30, 50)


def metrics(
    y: Codes, probabilities: Probabilities, classes: Sequence[str], kind: Kind
) -> dict[str, float]:
    """Every figure for answers `probabilities` [n, classes] to patients of class `y` [n].

    A class without a patient in `y`, or with nothing but patients, has no AUC and is left out of
    the averages; in that of F1 a class that is answered and that nobody has counts as 0.
    """
    figures = {
        **discrimination(y, probabilities, classes),
        **_decisions(y, probabilities),
        **calibration(y, probabilities),
        "n": float(len(y)),
    }
    if kind == "ordinal":
        answers = probabilities.argmax(axis=1)
        figures["quadratic_kappa"] = quadratic_kappa(y, probabilities)
        # Classes run from most to least severe: a later answer makes the patient wait too long.
        figures["under_triage"] = float((answers > y).mean())
        figures["over_triage"] = float((answers < y).mean())
    if kind == "binary":
        figures.update(_net_benefits(y, probabilities[:, 0]))
    return figures


def quadratic_kappa(y: Codes, probabilities: Probabilities) -> float:
    """Agreement of the first answer with `y` beyond chance, disagreement weighed by its square.

    NaN where all patients and all answers are of one class: chance agrees as well.
    """
    answers, labels = probabilities.argmax(axis=1), range(probabilities.shape[1])
    if len(np.union1d(y, answers)) < 2:
        return float("nan")
    return float(cohen_kappa_score(y, answers, labels=labels, weights="quadratic"))


def discrimination(
    y: Codes, probabilities: Probabilities, classes: Sequence[str]
) -> dict[str, float]:
    """Area under the ROC and precision-recall curves: macro mean, and ROC for each class."""
    precision_recall = [
        average_precision_score(y == position, probabilities[:, position])
        for position in _with_patients(y, len(classes))
    ]
    return {
        **areas_under_roc(y, probabilities, classes),
        "auc_pr": float(np.mean(precision_recall)) if precision_recall else float("nan"),
    }


def areas_under_roc(
    y: Codes, probabilities: Probabilities, classes: Sequence[str]
) -> dict[str, float]:
    """Area under the ROC curve of each class against the rest, and their mean, `auc_roc`.

    The chance that one of the class is ranked above one of the rest, ties counting half, is read
    from the ranks (Hanley and McNeil 1982, doi:10.1148/radiology.143.1.7063747): intervals ask for
    it a hundred times over, and drawing each curve takes ten times as long.
    """
    present = _with_patients(y, len(classes))
    ranks = rankdata(probabilities[:, present], axis=0)
    counts = np.bincount(y, minlength=len(classes))[present]
    sums = np.array([ranks[y == position, k].sum() for k, position in enumerate(present)])
    areas = (sums - counts * (counts + 1) / 2) / (counts * (len(y) - counts))
    return {
        "auc_roc": float(areas.mean()) if len(present) else float("nan"),
        **{f"auc_roc_{classes[k]}": float(area) for k, area in zip(present, areas, strict=True)},
    }


def _with_patients(y: Codes, classes: int) -> Codes:
    """Positions of the classes that some patients have and others have not."""
    counts = np.bincount(y, minlength=classes)
    return np.flatnonzero((counts > 0) & (counts < len(y)))


def calibration(y: Codes, probabilities: Probabilities) -> dict[str, float]:
    """Whether probabilities mean what they say.

    `brier` and `log_loss` score them whole; `ece` is the mean gap between the first answer's
    probability and how often it is right, in ten bins of equal width; slope and intercept are
    those of `ml.evaluation.recalibration`, where 1 and 0 are perfect.
    """
    labels = range(probabilities.shape[1])
    bounded = np.clip(probabilities, _LEAST, None)
    bounded /= bounded.sum(axis=1, keepdims=True)
    slope, intercept = slope_and_intercept(y, probabilities)
    return {
        "brier": brier_score(y, probabilities),
        "log_loss": float(log_loss(y, bounded, labels=labels)),
        "ece": expected_calibration_error(y, probabilities),
        "calibration_slope": slope,
        "calibration_intercept": intercept,
    }


def brier_score(y: Codes, probabilities: Probabilities) -> float:
    """Mean squared distance of the probabilities from the truth, of two classes of the first."""
    if probabilities.shape[1] == 2:
        return float(((probabilities[:, 0] - (y == 0)) ** 2).mean())
    squares = (probabilities**2).sum(axis=1)
    return float((squares - 2 * probabilities[np.arange(len(y)), y] + 1).mean())


def expected_calibration_error(y: Codes, probabilities: Probabilities) -> float:
    """Mean gap, weighted by patients, between the first answer's probability and its truth."""
    first = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == y
    bins = np.minimum((first * _BINS).astype(int), _BINS - 1)
    gaps = [
        abs(right[bins == b].mean() - first[bins == b].mean()) * (bins == b).mean()
        for b in np.unique(bins)
    ]
    return float(np.sum(gaps))


def precision_low(right: int, answered: int, error: float = 0.05) -> float:
    """Lower end of the one-sided Clopper-Pearson interval of `right` out of `answered`."""
    if right == 0:
        return 0.0
    return float(beta.ppf(error, right, answered - right + 1))


def precision_high(right: int, answered: int, error: float = 0.05) -> float:
    """Upper end of the one-sided Clopper-Pearson interval of `right` out of `answered`."""
    if right == answered:
        return 1.0
    return float(beta.ppf(1 - error, right + 1, answered - right))


def _decisions(y: Codes, probabilities: Probabilities) -> dict[str, float]:
    """Figures of the first answer, and of the first three."""
    answers = probabilities.argmax(axis=1)
    three = np.argsort(-probabilities, axis=1, kind="stable")[:, :3]
    present = np.unique(y)
    return {
        "accuracy": float((answers == y).mean()),
        "balanced_accuracy": float(np.mean([(answers[y == k] == k).mean() for k in present])),
        "f1_macro": float(f1_score(y, answers, average="macro", zero_division=0.0)),
        "top_3": float((three == y[:, None]).any(axis=1).mean()),
        "ndcg": _ndcg(y, probabilities),
    }


def _ndcg(y: Codes, probabilities: Probabilities) -> float:
    """Mean of 1 / log2(1 + rank of the right class): normalised gain with one right answer."""
    of_right = probabilities[np.arange(len(y)), y]
    rank = 1 + (probabilities > of_right[:, None]).sum(axis=1)
    return float((1 / np.log2(1 + rank)).mean())


def net_benefit(is_ill: Mask, acted: Mask, probability: float) -> float:
    """Right actions less wrong ones, weighed by the odds of the `probability` one acts from.

    A share of all patients (Vickers and Elkin 2006, doi:10.1177/0272989X06295361).
    """
    odds = probability / (1 - probability)
    return float((acted & is_ill).mean() - odds * (acted & ~is_ill).mean())


def _net_benefits(y: Codes, positive: NDArray[np.float64]) -> dict[str, float]:
    """Net benefit of acting from each probability on, less that of the better blanket policy.

    Blanket policies act on everybody or on nobody.
    """
    is_ill, everybody = y == 0, np.ones(len(y), dtype=np.bool_)
    gains: dict[str, float] = {}
    for percent in _ACTING_FROM:
        least = percent / 100
        blanket = max(0.0, net_benefit(is_ill, everybody, least))
        gains[f"net_benefit_{percent}"] = net_benefit(is_ill, positive >= least, least) - blanket
    return gains
