"""Candidates against each other, by cross-validation within the patients they may learn from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.cohort.dataset import Dataset
from ml.cohort.hiding import hidden, learnable, with_copies, with_small_sources
from ml.cohort.split import SEED, stratified_folds
from ml.evaluation.metrics import areas_under_roc, calibration
from ml.models.candidates import BASELINE, Candidate, aligned, candidates
from ml.models.chosen import Chosen
from warehouse.progress import Progress

Probabilities = NDArray[np.float64]
Rows = NDArray[np.intp]

# Enough rows to tell candidates apart, few enough to compare them all within half a minute.
_ROWS = 8_000
_FOLDS = 3
_QUICK_ROWS = 1_500
_QUICK_FOLDS = 2


@dataclass(frozen=True)
class _Answers:
    """Out-of-fold probabilities with everything known, and with evidence hidden at random."""

    full: Probabilities
    partial: Probabilities


def compare(
    train: Dataset, progress: Progress, quick: bool, chosen: Chosen | None = None
) -> dict[str, dict[str, float]]:
    """Cross-validated figures of each candidate by its name.

    `auc_roc` and `log_loss` with everything known, `auc_roc_partial` with evidence hidden.
    """
    sample = sampled(train, _QUICK_ROWS if quick else _ROWS)
    folds = stratified_folds(sample, _QUICK_FOLDS if quick else _FOLDS)
    taking_part = candidates(train, quick=True, chosen=chosen)
    return cross_validated(sample, folds, taking_part, _fit, progress)


def cross_validated(
    sample: Dataset,
    folds: Sequence[Rows],
    taking_part: Sequence[Candidate],
    fit: Callable[[Candidate, Dataset], Any],
    progress: Progress,
) -> dict[str, dict[str, float]]:
    """The same figures for candidates that are fitted by `fit` on each fold's rest.

    What they learn from has a copy of each row with evidence hidden. A candidate with parts is
    not fitted: it answers with the mean of theirs.
    """
    incomplete = hidden(sample, np.random.default_rng(SEED))
    answers: dict[str, _Answers] = {}
    for candidate in taking_part:
        progress.note(f"{sample.problem.name}: comparing {candidate.name}")
        if candidate.parts:
            answers[candidate.name] = _mean([answers[part] for part in candidate.parts])
        else:
            fit_it = partial(fit, candidate)
            answers[candidate.name] = _out_of_fold(fit_it, sample, incomplete, folds)
    return {name: _figures(sample, answer, len(folds)) for name, answer in answers.items()}


def best(compared: Mapping[str, Mapping[str, float]]) -> str:
    """The candidate that ranks best with full and with partial evidence.

    Within a thousandth of AUC the lower log-loss decides. The baseline never wins, and of the
    others none that is further from the truth than it, where one is nearer.
    """

    def standing(name: str) -> tuple[float, float]:
        figures = compared[name]
        auc = (figures["auc_roc"] + figures["auc_roc_partial"]) / 2
        return round(auc, 3), -figures["log_loss"]

    others = [name for name in compared if name != BASELINE]
    knowing = [n for n in others if compared[n]["log_loss"] < compared[BASELINE]["log_loss"]]
    return max(knowing or others, key=standing)


def sampled(train: Dataset, most: int) -> Dataset:
    """At most so many rows, drawn with a fixed seed."""
    if len(train.y) <= most:
        return train
    drawn = np.random.default_rng(SEED).choice(len(train.y), most, replace=False)
    return train.take(np.sort(drawn))


def learned_from(rest: Dataset) -> Dataset:
    """What a candidate learns from: rows that may be, small sources repeated, a copy of each."""
    rng = np.random.default_rng(SEED)
    return with_copies(with_small_sources(learnable(rest, rng)), 1, rng)


def _fit(candidate: Candidate, learned: Dataset) -> Any:  # noqa: ANN401 - sklearn has no types
    return candidate.make().fit(learned.x, learned.y)


def _out_of_fold(
    fit: Callable[[Dataset], Any],
    sample: Dataset,
    incomplete: NDArray[np.float32],
    folds: Sequence[Rows],
) -> _Answers:
    classes = len(sample.classes)
    full, hid = np.zeros((2, len(sample.y), classes))
    for rows in folds:
        rest = np.setdiff1d(np.arange(len(sample.y)), rows)
        model = fit(learned_from(sample.take(rest)))
        full[rows] = aligned(model.predict_proba(sample.x[rows]), model.classes_, classes)
        hid[rows] = aligned(model.predict_proba(incomplete[rows]), model.classes_, classes)
    return _Answers(full, hid)


def _mean(parts: list[_Answers]) -> _Answers:
    return _Answers(
        np.mean([part.full for part in parts], axis=0),
        np.mean([part.partial for part in parts], axis=0),
    )


def _figures(sample: Dataset, answers: _Answers, folds: int) -> dict[str, float]:
    return {
        "auc_roc": _auc(sample, answers.full, folds),
        "auc_roc_partial": _auc(sample, answers.partial, folds),
        "log_loss": calibration(sample.y, answers.full)["log_loss"],
    }


def _auc(sample: Dataset, answers: Probabilities, folds: int) -> float:
    """Mean AUC-ROC of the classes with a patient in every fold.

    A rarer one is judged where nobody learned it, and candidates differ in it by chance alone: one
    child with bronchiolitis, ranked among 1,200, moved the mean of 49 classes by .006.
    """
    areas = areas_under_roc(sample.y, answers, sample.classes)
    common = np.bincount(sample.y, minlength=len(sample.classes)) >= folds
    return float(np.mean([areas[f"auc_roc_{sample.classes[k]}"] for k in np.flatnonzero(common)]))
