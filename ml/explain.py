"""Why a model answers as it does: the weight of each known piece of evidence."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.bundle import Bundle
from ml.predict import Evidence, bundled, encode, probabilities

# Beneath this a probability is as good as nought, and its log-odds say more than is known.
_LEAST = 1e-6


@dataclass(frozen=True)
class Reason:
    """What one piece of evidence does to the first answer, in natural-log odds."""

    code: str
    log_odds: float


@dataclass(frozen=True)
class Explanation:
    """Reasons for and against the first answer, strongest first."""

    answer: str
    for_: Sequence[Reason]
    against: Sequence[Reason]


def explain(bundle: Bundle, problem: str, evidence: Evidence) -> Explanation:
    """Change of the first answer's log-odds when each known piece is made unknown, one by one.

    All variants go through the model in one call. A piece the model never reads is no reason.
    """
    model = bundled(bundle, problem)
    row = encode(evidence, model.about.features)
    known = np.flatnonzero(~np.isnan(row[0]))
    answers = probabilities(model, _with_each_hidden(row, known))
    top = int(np.argmax(answers[0]))
    odds = _log_odds(answers[:, top])
    reasons = [
        Reason(model.about.features[column], float(odds[0] - odds[i + 1]))
        for i, column in enumerate(known)
    ]
    reasons.sort(key=lambda reason: -abs(reason.log_odds))
    return Explanation(
        answer=model.about.classes[top],
        for_=[reason for reason in reasons if reason.log_odds > 0],
        against=[reason for reason in reasons if reason.log_odds < 0],
    )


def _with_each_hidden(row: NDArray[np.float32], known: NDArray[np.intp]) -> NDArray[np.float32]:
    """The row itself, then one copy for each known column with that column unknown."""
    rows = np.repeat(row, len(known) + 1, axis=0)
    rows[np.arange(1, len(known) + 1), known] = np.nan
    return rows


def _log_odds(probability: NDArray[np.float64]) -> NDArray[np.float64]:
    bounded = np.clip(probability, _LEAST, 1 - _LEAST)
    return np.asarray(np.log(bounded / (1 - bounded)))
