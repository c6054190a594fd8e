"""What keeps an answer honest: the set that cannot be ruled out, and who is too strange to answer.

Both are set on patients whom what they judge never saw, and measured on those that judge.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.cohort.dataset import Dataset, Matrix
from ml.cohort.frequencies import among
from ml.cohort.split import SEED, set_back, split
from ml.cohort.suppression import unsaid
from ml.serving.bundle import familiarity_of, session_from
from ml.serving.conformal import COVERAGE, in_set, least_probabilities
from ml.serving.problem_file import Conformal, Familiar
from ml.serving.strange import Familiarity
from ml.training.familiar import familiar, shuffled, tossed
from ml.training.unseen import Unseen, told

# Of fewer patients no share is told.
_LEAST_TOLD = 10


@dataclass(frozen=True)
class Honest:
    """What the bundle says of sets and strangeness, and `metrics` on held-out patients."""

    conformal: Conformal
    familiar: Familiar | None
    metrics: dict[str, float]


def honest(dataset: Dataset, onnx: bytes, classes: tuple[str, ...], unseen: Unseen) -> Honest:
    """Sets and strangeness for a model that answers `classes`, from its own split of the data.

    Sets rest on what models that never saw a patient answered to that patient.
    """
    parts = split(dataset)
    learned, back = set_back(parts.train)
    conformal = sets_of(unseen.first_of_each(), classes)
    known = familiar(learned, classes, *told(_once(back)))
    judging = _once(parts.held_out)
    measured = {
        **_covered(judging, onnx, classes, conformal),
        **_flagged(judging, familiarity_of(known)),
    }
    return Honest(conformal, known, measured)


def _once(patients: Dataset) -> Dataset:
    return patients.take(np.unique(patients.patients, return_index=True)[1])


def _answers(onnx: bytes, x: Matrix) -> NDArray[np.float64]:
    (answers,) = session_from(onnx).run(["probabilities"], {"features": x})
    return np.asarray(answers, dtype=np.float64)


def sets_of(unseen: Unseen, classes: tuple[str, ...]) -> Conformal:
    """The sets of a model that answers `classes`, by what the `unseen` were answered."""
    answered = [unseen.patients.classes.index(code) for code in classes]
    y = among(unseen.patients, classes)
    counts = np.bincount(y[y >= 0], minlength=len(classes)).tolist()
    hidden = unsaid(counts)
    return Conformal(
        coverage=COVERAGE,
        least=least_probabilities(y, *(one.probabilities[:, answered] for one in unseen.all)),
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
