"""Consultations played over: how many questions are asked, and how good the answer then is."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.cohort.dataset import Dataset, Matrix
from ml.cohort.frequencies import among
from ml.cohort.split import held_out
from ml.evaluation.bootstrap import Rows, redrawn
from ml.serving.ask import NEVER_ASKED, least_bits
from ml.serving.bundle import likelihoods_of, session_from
from ml.serving.likelihoods import Likelihoods
from ml.serving.problem_file import Asking

Probabilities = NDArray[np.float64]
Positions = NDArray[np.intp]
Answer = Callable[[Matrix], Probabilities]

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

    def answer(x: Matrix) -> Probabilities:
        (answers,) = session.run(["probabilities"], {"features": x})
        return np.asarray(answers, dtype=np.float64)

    consulted = consult(patients, likelihoods, answer)
    return figures(among(patients, classes), answer(consulted.x), consulted, patients.patients)


def can_reply(patients: Dataset) -> bool:
    """Whether these records answer nearly every question about a sign."""
    signs = patients.x[:, list(patients.signs)]
    return bool(signs.size and (~np.isnan(signs)).mean() >= _LEAST_ANSWERED)


def consult(patients: Dataset, likelihoods: Likelihoods, answer: Answer) -> Consulted:
    """Begin with age and sex; ask each patient what `ml.serving.ask` would ask, until it stops."""
    columns = np.asarray([patients.features.index(code) for code in likelihoods.codes])
    x = np.full_like(patients.x, np.nan)
    free = [place for code in NEVER_ASKED if (place := patients.position(code)) is not None]
    x[:, free] = patients.x[:, free]
    never = np.asarray([code in NEVER_ASKED for code in likelihoods.codes])
    was_asked = np.tile(never, (len(x), 1))
    asked = np.zeros(len(x), dtype=np.intp)
    for _ in range(_MOST):
        belief = answer(x)
        gains = np.where(was_asked, 0.0, likelihoods.gains(belief))
        asks = np.flatnonzero(gains.max(axis=1) >= least_bits(belief.shape[1]))
        if not len(asks):
            break
        question = gains[asks].argmax(axis=1)
        was_asked[asks, question] = True
        x[asks, columns[question]] = patients.x[asks, columns[question]]
        asked[asks] += 1
    return Consulted(x, asked)


def figures(
    y: Positions, answers: Probabilities, consulted: Consulted, patients: NDArray[np.str_]
) -> dict[str, float]:
    """Mean questions, and how often the right class is among the first one, three, five answers.

    `y` [n] is the right class by its position, -1 for one that the model does not answer; the ends
    of a 95 % interval are those of a hundred draws of the `patients` [n].
    """
    before = (answers > answers[np.arange(len(answers)), y][:, None]).sum(axis=1)
    ranks = np.where(y >= 0, before, np.inf)

    def measure(rows: Rows) -> dict[str, float]:
        among_first = {f"top_{k}_asked": float((ranks[rows] < k).mean()) for k in (1, 3, 5)}
        return {"questions_asked": float(consulted.asked[rows].mean()), **among_first}

    return {
        f"{name}{end}": value
        for name, found in redrawn(measure, patients).items()
        for end, value in (("", found.value), ("_low", found.low), ("_high", found.high))
        if value is not None
    }
