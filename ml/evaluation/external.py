"""What is said of a model on patients of another place: prevalence, sets, strangeness."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ml.cohort.dataset import Dataset
from ml.cohort.split import SEED
from ml.evaluation.metrics import brier_score, expected_calibration_error
from ml.evaluation.told_apart import ToldApart
from ml.serving.bundle import familiarity_of
from ml.serving.confidence import known, reached
from ml.serving.conformal import in_set
from ml.serving.prevalence import reweighted, to_state
from ml.serving.problem_file import Asking, Confident, ProblemFile

Probabilities = NDArray[np.float64]
Codes = NDArray[np.intp]

_HALF = 0.5


def elsewhere(
    y: Codes,
    answers: Probabilities,
    about: ProblemFile,
    classes: Sequence[str],
    told: ToldApart,
) -> dict[str, float]:
    """Figures for `answers` [n, model's classes] to patients of class `y`, at their own shares.

    `mean_gap` is the largest distance, over classes, of the mean probability from the class's
    share; `_reweighted` figures are those after Bayes' rule with the shares of these patients,
    `_recentred` ones those after `to_state` on one half of them, measured on the other.
    `classes` are those `told` apart here, then any that the model never learned. What the model
    cannot say, because it is older or learned none of these classes, is left out.
    """
    shares = np.bincount(y, minlength=len(classes)) / len(y)
    learned, given = len(told.classes), told.together(answers)
    unlearned = (0, len(classes) - learned)
    figures = {"mean_gap": _gap(np.pad(given, ((0, 0), unlearned)), shares)}
    if about.asking is not None and shares[:learned].sum() > 0:
        prior = prior_of(about.asking, told)
        again = {
            "reweighted": reweighted(given, prior, shares[:learned].tolist()),
            "recentred": _recentred(y, given, prior),
        }
        for how, answered in again.items():
            answered = np.pad(answered, ((0, 0), unlearned))
            figures[f"mean_gap_{how}"] = _gap(answered, shares)
            figures[f"brier_{how}"] = brier_score(y, answered)
            figures[f"ece_{how}"] = expected_calibration_error(y, answered)
    if about.conformal is not None:
        chosen = in_set(answers, about.conformal.least)
        # What was never learned is in no set.
        held = np.pad(told.together(chosen.astype(float)) > 0, ((0, 0), unlearned))
        figures["set_coverage"] = float(held[np.arange(len(y)), y].mean())
        figures["set_size"] = float(chosen.sum(axis=1).mean())
    return figures


def prior_of(asking: Asking, told: ToldApart) -> list[float]:
    """How common each of the classes that are `told` apart was where the model learned."""
    return told.together(np.asarray(asking.prior)).tolist()


def stated_at(y: Codes, answers: Probabilities, prior: Sequence[float]) -> tuple[float, ...]:
    """What to state as `prevalence` where patients of class `y` [n] got `answers` [n, classes].

    Of the patients whose class was learned, the shares alone are used, not who has which.
    """
    shares = _shares(y, answers.shape[1])
    return tuple(prior) if shares is None else to_state(answers, prior, shares)


def factors_at(y: Codes, answers: Probabilities, prior: Sequence[float]) -> tuple[float, ...]:
    """By what to multiply any prevalence stated there, so that it is what answers have as a mean.

    How far the model is off on average is the place's, and how common its classes are the week's:
    logistic recalibration of the intercept alone (Steyerberg 2019, Clinical Prediction Models,
    2nd ed., chapter 20), with one for each class. One where a class is not found.
    """
    shares = _shares(y, answers.shape[1])
    if shares is None:
        return (1.0,) * answers.shape[1]
    stated = to_state(answers, prior, shares)
    pairs = zip(stated, shares, strict=True)
    return tuple(one / share if share > 0 else 1.0 for one, share in pairs)


def _shares(y: Codes, learned: int) -> list[float] | None:
    """The share of each `learned` class among the patients `y` who have one; None of nobody."""
    counts = np.bincount(y[y < learned], minlength=learned)
    return (counts / counts.sum()).tolist() if counts.any() else None


def strange_ones(patients: Dataset, about: ProblemFile) -> NDArray[np.float64]:
    """1 for each patient that the model calls strange, else 0; NaN where it cannot say."""
    usual = familiarity_of(about.familiar)
    if usual is None:
        return np.full(len(patients.y), np.nan)
    scores = usual.scores(patients.read_as(about.features), about.features)
    return np.asarray(scores > usual.limit, dtype=np.float64)


def confident_ones(
    patients: Dataset,
    about: ProblemFile,
    rule: Confident | None,
    codes: Sequence[str],
    answers: Probabilities,
) -> NDArray[np.bool_]:
    """Which first answers of `answers` [n, codes] the `rule` calls confident; without one, none."""
    if rule is None:
        return np.zeros(len(patients.y), dtype=np.bool_)
    return reached(rule, codes, answers, known(patients.read_as(about.features)))


def _recentred(y: Codes, answers: Probabilities, prior: Sequence[float]) -> Probabilities:
    """Each half of the patients answered with what the other half says should be stated."""
    half = np.random.default_rng(SEED).random(len(y)) < _HALF
    again = np.empty_like(answers)
    for mine in (half, ~half):
        again[mine] = reweighted(answers[mine], prior, stated_at(y[~mine], answers[~mine], prior))
    return again


def _gap(answers: Probabilities, shares: NDArray[np.float64]) -> float:
    return float(np.abs(answers.mean(axis=0) - shares).max())
