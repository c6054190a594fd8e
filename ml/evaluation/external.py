"""What is said of a model on patients of another place: prevalence, sets, strangeness."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ml.cohort.dataset import Dataset
from ml.cohort.split import SEED
from ml.evaluation.metrics import metrics
from ml.serving.bundle import familiarity_of
from ml.serving.conformal import in_set
from ml.serving.prevalence import reweighted, to_state
from ml.serving.problem_file import ProblemFile

Probabilities = NDArray[np.float64]
Codes = NDArray[np.intp]

_HALF = 0.5


def elsewhere(
    y: Codes, answers: Probabilities, about: ProblemFile, classes: Sequence[str]
) -> dict[str, float]:
    """Figures for `answers` [n, classes] to patients of class `y`, re-weighted to their own shares.

    `mean_gap` is the largest distance, over classes, of the mean probability from the class's
    share; `_reweighted` figures are those after Bayes' rule with the shares of these patients,
    `_recentred` ones those after `to_state` on one half of them, measured on the other.
    `classes` are the model's first, then any that it never learned. What the model cannot say,
    because it is older or learned none of these classes, is left out.
    """
    shares = np.bincount(y, minlength=len(classes)) / len(y)
    figures = {"mean_gap": _gap(answers, shares)}
    learned = len(about.classes)
    if about.asking is not None and shares[:learned].sum() > 0:
        prior, given = about.asking.prior, answers[:, :learned]
        again = {
            "reweighted": reweighted(given, prior, shares[:learned].tolist()),
            "recentred": _recentred(y, given, prior),
        }
        for how, answered in again.items():
            answered = np.pad(answered, ((0, 0), (0, len(classes) - learned)))
            found = metrics(y, answered, classes, about.kind)
            figures[f"mean_gap_{how}"] = _gap(answered, shares)
            figures[f"brier_{how}"], figures[f"ece_{how}"] = found["brier"], found["ece"]
    if about.conformal is not None:
        # What was never learned is in no set.
        chosen = in_set(answers[:, :learned], about.conformal.least)
        right = np.pad(chosen, ((0, 0), (0, len(classes) - learned)))[np.arange(len(y)), y]
        figures["set_coverage"] = float(right.mean())
        figures["set_size"] = float(chosen.sum(axis=1).mean())
    return figures


def stated_at(y: Codes, answers: Probabilities, prior: Sequence[float]) -> tuple[float, ...]:
    """What to state as `prevalence` where patients of class `y` [n] got `answers` [n, classes].

    Of the patients whose class was learned, the shares alone are used, not who has which.
    """
    learned = answers.shape[1]
    counts = np.bincount(y[y < learned], minlength=learned)
    if not counts.any():
        return tuple(prior)
    return to_state(answers, prior, (counts / counts.sum()).tolist())


def strange_ones(patients: Dataset, about: ProblemFile) -> NDArray[np.float64]:
    """1 for each patient that the model calls strange, else 0; NaN where it cannot say."""
    usual = familiarity_of(about.familiar)
    if usual is None:
        return np.full(len(patients.y), np.nan)
    scores = usual.scores(patients.read_as(about.features), about.features)
    return np.asarray(scores > usual.limit, dtype=np.float64)


def _recentred(y: Codes, answers: Probabilities, prior: Sequence[float]) -> Probabilities:
    """Each half of the patients answered with what the other half says should be stated."""
    half = np.random.default_rng(SEED).random(len(y)) < _HALF
    again = np.empty_like(answers)
    for mine in (half, ~half):
        again[mine] = reweighted(answers[mine], prior, stated_at(y[~mine], answers[~mine], prior))
    return again


def _gap(answers: Probabilities, shares: NDArray[np.float64]) -> float:
    return float(np.abs(answers.mean(axis=0) - shares).max())
