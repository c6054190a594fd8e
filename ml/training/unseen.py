"""Answers to the patients who are learned from, by models that never saw them.

Patients who do nothing but calibrate are lost to learning, and an eighth of them proves little. So
the served model learns from all, and its temperature, thresholds and sets are set on what models
made alike, each without one fold of the patients, answer to that fold (cross-fitting: Vovk 2015,
doi:10.1007/s10472-013-9368-4). They learned from fewer patients than the served one, so what they
keep it is expected to keep too; whether it does is measured on patients nobody learned from.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from ml.cohort.dataset import Dataset, Matrix
from ml.cohort.hiding import LITTLE_KEPT, hidden
from ml.cohort.split import SEED
from ml.models.candidates import aligned
from ml.models.temperature import fit_temperature
from ml.serving.confidence import known
from ml.training.thresholds import Told
from ml.training.workers import side_by_side

Probabilities = NDArray[np.float64]
Rows = NDArray[np.intp]


@dataclass(frozen=True)
class Unseen:
    """Answers to the same `patients`: as recorded, with part and with little of it known."""

    patients: Dataset
    everything: Told
    some: Told
    little: Told

    @property
    def all(self) -> tuple[Told, Told, Told]:
        """The three, most known first."""
        return self.everything, self.some, self.little

    def answered(self, softened: Callable[[Probabilities], Probabilities]) -> "Unseen":
        """The same with each one's probabilities changed."""
        everything, some, little = (
            replace(one, probabilities=softened(one.probabilities)) for one in self.all
        )
        return Unseen(self.patients, everything, some, little)

    def first_of_each(self) -> "Unseen":
        """Each patient once, with their first encounter, since encounters of one are alike."""
        rows = np.zeros(len(self.patients.y), dtype=np.bool_)
        rows[np.unique(self.patients.patients, return_index=True)[1]] = True
        everything, some, little = (one.take(rows) for one in self.all)
        return Unseen(self.patients.take(rows), everything, some, little)

    def temperature(self, classes: NDArray[np.intp]) -> float:
        """The temperature of a model that answers `classes`.

        Fitted on each patient as recorded and with evidence hidden, as doctors will give it; both
        count alike.
        """
        both = (self.everything, self.some)
        y = np.concatenate([one.y for one in both])
        answers = np.concatenate([one.probabilities[:, classes] for one in both])
        seen = np.isin(y, classes)
        return fit_temperature(np.searchsorted(classes, y[seen]), answers[seen])


def told(patients: Dataset) -> tuple[Matrix, Matrix, Matrix]:
    """The same patients with all, with part and with little of their evidence known."""
    rng = np.random.default_rng(SEED)
    return patients.x, hidden(patients, rng), hidden(patients, rng, LITTLE_KEPT)


def fitted_without(
    fit: Callable[[Dataset], Pipeline], patients: Dataset, left_out: Sequence[Rows]
) -> list[Pipeline]:
    """A model `fit` to all but these rows of the patients, for each of `left_out`."""
    every = np.arange(len(patients.y))
    return side_by_side(lambda rows: fit(patients.take(np.setdiff1d(every, rows))), left_out)


def unseen(models: Sequence[Pipeline], patients: Dataset, folds: Sequence[Rows]) -> Unseen:
    """Answers to the patients of each of the `folds`, by the model that was fitted without them.

    They are over all classes of the problem, and not calibrated.
    """
    asked = np.sort(np.concatenate(folds))
    answering = patients.take(asked)
    ways = told(answering)
    answers = np.zeros((len(ways), len(asked), len(patients.classes)))
    for model, rows in zip(models, folds, strict=True):
        at = np.searchsorted(asked, rows)
        for way, x in enumerate(ways):
            given = model.predict_proba(x[at])
            answers[way, at] = aligned(given, model.classes_, len(patients.classes))
    everything, some, little = (
        Told(answering.y, given, known(x), answering.sources)
        for given, x in zip(answers, ways, strict=True)
    )
    return Unseen(answering, everything, some, little)
