"""What keeps an answer honest: the set that cannot be ruled out, and who is too strange to answer.

Both are set on the patients that were held back from fitting, and measured on those that judge.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml.bundle import familiarity_of, session_from
from ml.conformal import COVERAGE, in_set, least_probabilities
from ml.dataset import Dataset, Matrix
from ml.familiar import familiar, shuffled, tossed
from ml.frequencies import among
from ml.hiding import LITTLE_KEPT, hidden
from ml.problem_file import Conformal, Familiar
from ml.split import SEED, Split, split
from ml.strange import Familiarity
from ml.suppression import unsaid

# Of fewer patients no share is told.
_LEAST_TOLD = 10


@dataclass(frozen=True)
class Honest:
    """What the bundle says of sets and strangeness, and `metrics` on held-out patients."""

    conformal: Conformal
    familiar: Familiar | None
    metrics: dict[str, float]


def honest(dataset: Dataset, onnx: bytes, classes: tuple[str, ...]) -> Honest:
    """Sets and strangeness for a model that answers `classes`, from its own split of the data.

    Patients count once each, with their first encounter, since encounters of one are alike. Those
    who gave the temperature serve too: it is one number for all classes, and the coverage is
    measured on others.
    """
    parts = split(dataset)
    back = _once(held_back(parts))
    conformal = _conformal(back, onnx, classes)
    known = familiar(parts.train, classes, *told(back))
    judging = _once(parts.held_out)
    measured = {
        **_covered(judging, onnx, classes, conformal),
        **_flagged(judging, familiarity_of(known)),
    }
    return Honest(conformal, known, measured)


def held_back(parts: Split) -> Dataset:
    """The patients that neither fitted the model nor judge it."""
    one, other = parts.calibration, parts.threshold
    return replace(
        one,
        x=np.concatenate([one.x, other.x]),
        y=np.concatenate([one.y, other.y]),
        patients=np.concatenate([one.patients, other.patients]),
        sources=np.concatenate([one.sources, other.sources]),
        lots=np.concatenate([one.lots, other.lots]),
    )


def told(patients: Dataset) -> tuple[Matrix, Matrix, Matrix]:
    """The same patients with all, with part and with little of their evidence known."""
    rng = np.random.default_rng(SEED)
    return patients.x, hidden(patients, rng), hidden(patients, rng, LITTLE_KEPT)


def _once(patients: Dataset) -> Dataset:
    return patients.take(np.unique(patients.patients, return_index=True)[1])


def _answers(onnx: bytes, x: Matrix) -> NDArray[np.float64]:
    (answers,) = session_from(onnx).run(["probabilities"], {"features": x})
    return np.asarray(answers, dtype=np.float64)


def _conformal(back: Dataset, onnx: bytes, classes: tuple[str, ...]) -> Conformal:
    y = among(back, classes)
    counts = np.bincount(y[y >= 0], minlength=len(classes)).tolist()
    hidden = unsaid(counts)
    return Conformal(
        coverage=COVERAGE,
        least=least_probabilities(y, *(_answers(onnx, x) for x in told(back))),
        patients=tuple(None if k in hidden else count for k, count in enumerate(counts)),
    )


def _covered(
    judging: Dataset, onnx: bytes, classes: tuple[str, ...], conformal: Conformal
) -> dict[str, float]:
    y = among(judging, classes)
    everything, partial, _ = told(judging)
    figures: dict[str, float] = {}
    for name, x in (("", everything), ("_partial", partial)):
        chosen = in_set(_answers(onnx, x), conformal.least)
        # The answer of a patient whose class was never learned is in no set.
        right = chosen[np.arange(len(y)), y] & (y >= 0)
        figures[f"set_coverage{name}"] = float(right.mean())
        figures[f"set_size{name}"] = float(chosen.sum(axis=1).mean())
        if not name:
            figures["set_empty"] = float((~chosen.any(axis=1)).mean())
            figures.update(_by_class(right, y, classes))
    return figures


def _by_class(
    right: NDArray[np.bool_], y: NDArray[np.intp], classes: tuple[str, ...]
) -> dict[str, float]:
    return {
        f"set_coverage_{code}": float(right[y == k].mean())
        for k, code in enumerate(classes)
        if (y == k).sum() >= _LEAST_TOLD
    }


def _flagged(judging: Dataset, usual: Familiarity | None) -> dict[str, float]:
    """How often a familiar patient is called strange, and how often one put together by chance."""
    if usual is None:
        return {}
    rng = np.random.default_rng(SEED)
    everything, partial, _ = told(judging)
    shown = {
        "strange_alarms": everything,
        "strange_alarms_partial": partial,
        "strange_found_shuffled": shuffled(judging, rng).x,
        "strange_found_tossed": tossed(judging, rng).x,
    }
    return {
        name: float((usual.scores(x, judging.features) > usual.limit).mean())
        for name, x in shown.items()
    }
