"""From what a doctor knows of a patient to calibrated probabilities, with one model of a bundle."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ml.bundle import Bundle, BundledProblem
from ml.confidence import known, reached
from warehouse.errors import UnknownName

Matrix = NDArray[np.float32]
Probabilities = NDArray[np.float64]


@dataclass(frozen=True)
class Evidence:
    """What is known of one patient; whatever is not given is unknown, never absent.

    `observations` maps an observation code to its value in the vocabulary's unit; `signs` maps a
    symptom, antecedent or exposure code to present (True) or absent (False).
    """

    age_years: float | None = None
    is_female: bool | None = None
    observations: Mapping[str, float] = field(default_factory=dict)
    signs: Mapping[str, bool] = field(default_factory=dict)

    def known(self) -> dict[str, float]:
        """Every known piece of evidence by its code, as the number the models read."""
        pieces: dict[str, float] = dict(self.observations)
        pieces.update({code: float(present) for code, present in self.signs.items()})
        if self.age_years is not None:
            pieces["age_years"] = float(self.age_years)
        if self.is_female is not None:
            pieces["is_female"] = float(self.is_female)
        return pieces


@dataclass(frozen=True)
class Prediction:
    """Calibrated probability of every class, the same likeliest first, and whether to trust it."""

    probabilities: Mapping[str, float]
    ranked: Sequence[tuple[str, float]]
    is_confident: bool


def encode(evidence: Evidence, features: Sequence[str]) -> Matrix:
    """One row [1, len(features)] in the model's order; NaN where nothing is known."""
    known = evidence.known()
    row = [known.get(name, np.nan) for name in features]
    return np.asarray([row], dtype=np.float32)


def probabilities(problem: BundledProblem, rows: Matrix) -> Probabilities:
    """Calibrated probabilities [n, classes] of encoded `rows` [n, features]."""
    (answer,) = problem.session.run(["probabilities"], {"features": rows})
    return np.asarray(answer, dtype=np.float64)


def predict(bundle: Bundle, problem: str, evidence: Evidence) -> Prediction:
    """Answer one problem for one patient; raise `UnknownName` if the bundle has no such model."""
    model = bundled(bundle, problem)
    encoded = encode(evidence, model.about.features)
    answer = probabilities(model, encoded)
    row = answer[0]
    order = np.argsort(-row, kind="stable")
    ranked = [(model.about.classes[i], float(row[i])) for i in order]
    confident = model.about.confident
    return Prediction(
        probabilities=dict(zip(model.about.classes, row.tolist(), strict=True)),
        ranked=ranked,
        is_confident=confident is not None and bool(reached(confident, answer, known(encoded))[0]),
    )


def bundled(bundle: Bundle, problem: str) -> BundledProblem:
    """The bundle's model for `problem`; raise `UnknownName` if there is none."""
    if problem not in bundle.problems:
        raise UnknownName(
            f"the bundle has no model for {problem!r}",
            where=str(bundle.folder),
            next_step=f"ask one of: {', '.join(bundle.problems)}",
        )
    return bundle.problems[problem]
