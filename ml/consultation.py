"""Consultations played over: how many questions are asked, and how good the answer then is."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.ask import LEAST_BITS, NEVER_ASKED
from ml.bundle import likelihoods_of, session_from
from ml.dataset import Dataset, Matrix
from ml.likelihoods import Likelihoods, normalised
from ml.model import aligned
from ml.problem_file import Asking
from ml.split import held_out

Probabilities = NDArray[np.float64]
Values = NDArray[np.intp]

# A doctor has no more patience than this; the stop rule is nearly always earlier.
_MOST = 30
# A record that leaves more than this unanswered cannot reply to what is asked.
_LEAST_ANSWERED = 0.95


@dataclass(frozen=True)
class Consulted:
    """What was asked of each patient: `x` [n, features] then known, `asked` [n] questions."""

    x: Matrix
    asked: NDArray[np.intp]


def on_held_out(
    dataset: Dataset, onnx: bytes, classes: tuple[str, ...], asking: Asking
) -> dict[str, float]:
    """`figures` of a model that answers `classes`, on the patients it never saw.

    Empty where the records leave so much unanswered that nobody could be asked.
    """
    patients = dataset.take(held_out(dataset))
    likelihoods = likelihoods_of(asking)
    if likelihoods is None or not can_reply(patients):
        return {}
    session = session_from(onnx)
    seen = np.asarray([dataset.classes.index(code) for code in classes])

    def answer(x: Matrix) -> Probabilities:
        (answers,) = session.run(["probabilities"], {"features": x})
        return aligned(answers, seen, len(dataset.classes))

    return figures(patients, likelihoods, answer)


def can_reply(patients: Dataset) -> bool:
    """Whether these records answer nearly every question about a sign."""
    signs = patients.x[:, list(patients.signs)]
    return bool(signs.size and (~np.isnan(signs)).mean() >= _LEAST_ANSWERED)


def consult(patients: Dataset, likelihoods: Likelihoods) -> Consulted:
    """Begin with age and sex; ask each patient what `ml.ask` would ask, until it stops."""
    columns = np.asarray([patients.features.index(code) for code in likelihoods.findings])
    values = _values(patients.x[:, columns], likelihoods)
    free = np.asarray([code in NEVER_ASKED for code in likelihoods.findings])
    known = np.tile(free, (len(patients.y), 1))
    odds = np.log(likelihoods.prior) + np.zeros((len(patients.y), 1))
    for finding in np.flatnonzero(free):
        odds += _told(likelihoods, np.full(len(odds), finding), values)
    asked = np.zeros(len(patients.y), dtype=np.intp)
    for _ in range(_MOST):
        gains = np.where(known, 0.0, likelihoods.gains(normalised(odds)))
        question = gains.argmax(axis=1)
        asks = gains.max(axis=1) >= LEAST_BITS
        if not asks.any():
            break
        odds += np.where(asks[:, None], _told(likelihoods, question, values), 0.0)
        known[asks, question[asks]] = True
        asked += asks
    return Consulted(_revealed(patients, columns, known), asked)


def figures(
    patients: Dataset, likelihoods: Likelihoods, answer: Callable[[Matrix], Probabilities]
) -> dict[str, float]:
    """Mean questions, and how often the right class is among the first one, three, five answers."""
    consulted = consult(patients, likelihoods)
    answers = answer(consulted.x)
    ranks = (answers > answers[np.arange(len(answers)), patients.y][:, None]).sum(axis=1)
    return {
        "questions_asked": float(consulted.asked.mean()),
        **{f"top_{first}_asked": float((ranks < first).mean()) for first in (1, 3, 5)},
    }


def _values(x: Matrix, likelihoods: Likelihoods) -> Values:
    """Which value of each finding each patient has, -1 where the record does not say."""
    cut = [
        np.searchsorted(edges, column, side="right")
        for edges, column in zip(likelihoods.edges, x.T, strict=True)
    ]
    return np.where(np.isnan(x), -1, np.asarray(cut).T)


def _told(likelihoods: Likelihoods, question: Values, values: Values) -> Probabilities:
    """What each patient's reply adds to the log-odds [n, classes]; nought without a reply."""
    reply = values[np.arange(len(values)), question]
    shares = likelihoods.log_shares(question, np.maximum(reply, 0))
    return np.where(reply[:, None] >= 0, shares, 0.0)


def _revealed(patients: Dataset, columns: Values, known: NDArray[np.bool_]) -> Matrix:
    x = np.full_like(patients.x, np.nan)
    for code in NEVER_ASKED:
        position = patients.position(code)
        if position is not None:
            x[:, position] = patients.x[:, position]
    x[:, columns] = np.where(known, patients.x[:, columns], np.nan)
    return x
