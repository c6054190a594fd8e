"""What a model's figures are drawn from: how true its probabilities are, how well it tells apart.

Points that rest on fewer than ten patients are left out, and smaller counts are not said: a bundle
leaves the house.
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_curve

from ml.cohort.dataset import Dataset
from ml.cohort.split import held_out
from ml.cohort.suppression import LEAST, unsaid
from ml.evaluation.metrics import Mask, net_benefit
from ml.models.candidates import aligned
from ml.serving.bundle import session_from
from ml.serving.problem_file import Curves, Point

Probabilities = NDArray[np.float64]
Codes = NDArray[np.intp]

_BINS = 10
_GRID = 41
_ACTED_FROM = 19


def on_held_out(dataset: Dataset, onnx: bytes, classes: tuple[str, ...]) -> Curves:
    """The curves of a model that answers `classes`, on the patients it never saw."""
    apart = held_out(dataset)
    patients, learned = dataset.take(apart), dataset.take(~apart)
    (answers,) = session_from(onnx).run(["probabilities"], {"features": patients.x})
    seen = np.asarray([dataset.classes.index(code) for code in classes])
    answers = aligned(answers, seen, len(dataset.classes))
    return Curves(
        calibration=calibration(patients.y, answers),
        roc=roc(patients.y, answers, dataset.classes),
        benefit=benefit(patients.y, answers),
        learned=_counts(learned),
        judged=_counts(patients),
    )


def calibration(y: Codes, answers: Probabilities) -> tuple[Point, ...]:
    """Mean probability of the first answer in each tenth, and how often it was right."""
    first, right = answers.max(axis=1), answers.argmax(axis=1) == y
    bins = np.minimum((first * _BINS).astype(int), _BINS - 1)
    return tuple(
        Point(x=float(first[bins == b].mean()), y=float(right[bins == b].mean()))
        for b in range(_BINS)
        if (bins == b).sum() >= LEAST
    )


def roc(y: Codes, answers: Probabilities, classes: tuple[str, ...]) -> dict[str, tuple[Point, ...]]:
    """For each class with ten patients and ten others, sensitivity at even false-alarm rates.

    Read off an even grid, so that no step of the curve is one patient.
    """
    grid = np.linspace(0, 1, _GRID)
    curves = {}
    for k, code in enumerate(classes):
        if LEAST <= (y == k).sum() <= len(y) - LEAST:
            alarms, found, _ = roc_curve(y == k, answers[:, k])
            read = np.interp(grid, alarms, found).tolist()
            curves[code] = tuple(Point(x=a, y=b) for a, b in zip(grid.tolist(), read, strict=True))
    return curves


def benefit(y: Codes, answers: Probabilities) -> dict[Literal["model", "all"], tuple[Point, ...]]:
    """The decision curves of the first of two answers; none where either has under ten patients.

    The most there could be is the share of patients whose answer it is: to act on them alone. Where
    one acts on one to nine of either kind there is no point, and none says more than hundredths.
    """
    is_ill = y == 0
    if answers.shape[1] != 2 or not LEAST <= is_ill.sum() <= len(y) - LEAST:
        return {}
    everybody, most = np.ones(len(y), dtype=np.bool_), float(is_ill.mean())
    model, blanket = [], []
    for least in np.linspace(0.05, 0.95, _ACTED_FROM).round(2).tolist():
        acted = answers[:, 0] >= least
        blanket.append(_gained(is_ill, everybody, least, most))
        if all(n == 0 or n >= LEAST for n in ((acted & is_ill).sum(), (acted & ~is_ill).sum())):
            model.append(_gained(is_ill, acted, least, most))
    return {"model": tuple(model), "all": tuple(blanket)}


def _gained(is_ill: Mask, acted: Mask, least: float, most: float) -> Point:
    return Point(x=least, y=round(net_benefit(is_ill, acted, least) / most, 2))


def _counts(dataset: Dataset) -> dict[str, int | None]:
    """Encounters of each class, None where they are one to nine or would tell of such a class."""
    counts = np.bincount(dataset.y, minlength=len(dataset.classes)).tolist()
    hidden = unsaid(counts)
    return {
        code: None if place in hidden else count
        for place, (code, count) in enumerate(zip(dataset.classes, counts, strict=True))
    }
