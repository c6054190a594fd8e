"""The learning curve: how much better a model gets with more patients, and if it still does."""

import numpy as np
from sklearn.pipeline import Pipeline

from ml.cohort.dataset import Dataset
from ml.cohort.split import SEED, set_back, split
from ml.evaluation.metrics import areas_under_roc
from ml.models import chosen
from ml.models.candidates import aligned, candidates
from ml.serving.problem_file import Rung
from ml.training.compare import learned_from, sampled
from ml.training.workers import side_by_side

_SHARES = (1 / 8, 1 / 4, 1 / 2, 1)
_ROWS = 8_000
_ROWS_QUICK = 1_500


def learning(dataset: Dataset, candidate: str, quick: bool) -> tuple[Rung, ...]:
    """The candidate's AUC, learned from more and more of at most 8,000 encounters.

    Judged on a quarter of the patients who are learned from, set back for it: the held-out ones
    judge models, not how many patients one should have. Each step holds the patients of the one
    before.
    """
    learned, judging = set_back(split(dataset).train)
    sample = sampled(learned, _ROWS_QUICK if quick else _ROWS)
    drawn = np.random.default_rng(SEED).permutation(np.unique(sample.lots))
    found = chosen.read(dataset.problem.name)
    parts = [
        sample.take(np.isin(sample.lots, drawn[: round(share * len(drawn))])) for share in _SHARES
    ]

    def rung(part: Dataset) -> Rung:
        made = {one.name: one for one in candidates(part, True, found)}
        return Rung(rows=len(part.y), auc_roc=_auc(made[candidate].make(), part, judging))

    return tuple(side_by_side(rung, [part for part in parts if len(np.unique(part.y)) > 1]))


def _auc(model: Pipeline, part: Dataset, judging: Dataset) -> float:
    learned = learned_from(part)
    fitted = model.fit(learned.x, learned.y)
    answers = aligned(fitted.predict_proba(judging.x), fitted.classes_, len(judging.classes))
    return areas_under_roc(judging.y, answers, judging.classes)["auc_roc"]
