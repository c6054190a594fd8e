"""Candidates against each other, by cross-validation within the patients they may learn from."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.dataset import Dataset
from ml.evaluate import calibration, discrimination
from ml.hiding import hidden, learnable, with_copies
from ml.model import BASELINE, Candidate, aligned, candidates
from ml.split import SEED, stratified_folds
from warehouse.progress import Progress

Probabilities = NDArray[np.float64]

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


def compare(train: Dataset, progress: Progress, quick: bool) -> dict[str, dict[str, float]]:
    """Cross-validated figures of each candidate by its name.

    `auc_roc` and `log_loss` with everything known, `auc_roc_partial` with evidence hidden.
    """
    sample = _sample(train, _QUICK_ROWS if quick else _ROWS)
    folds = stratified_folds(sample, _QUICK_FOLDS if quick else _FOLDS)
    partial = hidden(sample, np.random.default_rng(SEED))
    answers: dict[str, _Answers] = {}
    for candidate in candidates(train, quick=True):
        progress.note(f"{train.problem.name}: comparing {candidate.name}")
        answers[candidate.name] = (
            _mean([answers[part] for part in candidate.parts])
            if candidate.parts
            else _out_of_fold(candidate, sample, partial, folds)
        )
    return {name: _figures(sample, answer) for name, answer in answers.items()}


def best(compared: Mapping[str, Mapping[str, float]]) -> str:
    """The candidate that ranks best with full and with partial evidence.

    Within a thousandth of AUC the lower log-loss decides. The baseline never wins.
    """

    def standing(name: str) -> tuple[float, float]:
        figures = compared[name]
        auc = (figures["auc_roc"] + figures["auc_roc_partial"]) / 2
        return round(auc, 3), -figures["log_loss"]

    return max((name for name in compared if name != BASELINE), key=standing)


def _sample(train: Dataset, most: int) -> Dataset:
    if len(train.y) <= most:
        return train
    chosen = np.random.default_rng(SEED).choice(len(train.y), most, replace=False)
    return train.take(np.sort(chosen))


def _out_of_fold(
    candidate: Candidate,
    sample: Dataset,
    partial: NDArray[np.float32],
    folds: list[NDArray[np.intp]],
) -> _Answers:
    classes = len(sample.classes)
    full, hid = np.zeros((2, len(sample.y), classes))
    for rows in folds:
        rest = np.setdiff1d(np.arange(len(sample.y)), rows)
        rng = np.random.default_rng(SEED)
        learned = with_copies(learnable(sample.take(rest), rng), 1, rng)
        model = candidate.make().fit(learned.x, learned.y)
        full[rows] = aligned(model.predict_proba(sample.x[rows]), model.classes_, classes)
        hid[rows] = aligned(model.predict_proba(partial[rows]), model.classes_, classes)
    return _Answers(full, hid)


def _mean(parts: list[_Answers]) -> _Answers:
    return _Answers(
        np.mean([part.full for part in parts], axis=0),
        np.mean([part.partial for part in parts], axis=0),
    )


def _figures(sample: Dataset, answers: _Answers) -> dict[str, float]:
    full = discrimination(sample.y, answers.full, sample.classes)
    partial = discrimination(sample.y, answers.partial, sample.classes)
    return {
        "auc_roc": full["auc_roc"],
        "auc_roc_partial": partial["auc_roc"],
        "log_loss": calibration(sample.y, answers.full)["log_loss"],
    }
