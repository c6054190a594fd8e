"""What is said of a model on patients of another place: prevalence, sets, strangeness."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ml.bundle import familiarity_of
from ml.conformal import in_set
from ml.dataset import Dataset
from ml.evaluate import metrics
from ml.prevalence import reweighted
from ml.problem_file import ProblemFile

Probabilities = NDArray[np.float64]
Codes = NDArray[np.intp]


def elsewhere(
    y: Codes, answers: Probabilities, about: ProblemFile, classes: Sequence[str]
) -> dict[str, float]:
    """Figures for `answers` [n, classes] to patients of class `y`, re-weighted to their own shares.

    `mean_gap` is the largest distance, over classes, of the mean probability from the class's
    share; `_reweighted` figures are those after Bayes' rule with the shares of these patients.
    `classes` are the model's first, then any that it never learned. What the model cannot say,
    because it is older or learned none of these classes, is left out.
    """
    shares = np.bincount(y, minlength=len(classes)) / len(y)
    figures = {"mean_gap": _gap(answers, shares)}
    learned = len(about.classes)
    if about.asking is not None and shares[:learned].sum() > 0:
        again = reweighted(answers[:, :learned], about.asking.prior, shares[:learned].tolist())
        again = np.pad(again, ((0, 0), (0, len(classes) - learned)))
        found = metrics(y, again, classes, about.kind)
        figures["mean_gap_reweighted"] = _gap(again, shares)
        figures["brier_reweighted"], figures["ece_reweighted"] = found["brier"], found["ece"]
    if about.conformal is not None:
        # What was never learned is in no set.
        chosen = in_set(answers[:, :learned], about.conformal.least)
        right = np.pad(chosen, ((0, 0), (0, len(classes) - learned)))[np.arange(len(y)), y]
        figures["set_coverage"] = float(right.mean())
        figures["set_size"] = float(chosen.sum(axis=1).mean())
    return figures


def strange_ones(patients: Dataset, about: ProblemFile) -> NDArray[np.float64]:
    """1 for each patient that the model calls strange, else 0; NaN where it cannot say."""
    usual = familiarity_of(about.familiar)
    if usual is None:
        return np.full(len(patients.y), np.nan)
    scores = usual.scores(patients.read_as(about.features), about.features)
    return np.asarray(scores > usual.limit, dtype=np.float64)


def _gap(answers: Probabilities, shares: NDArray[np.float64]) -> float:
    return float(np.abs(answers.mean(axis=0) - shares).max())
