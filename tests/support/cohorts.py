"""Made-up encounters in the shape of a training frame, with signs that speak for their class."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ml.cohort.dataset import Dataset, from_frame
from ml.problems import get_problem
from warehouse.vocabulary import load_vocabulary, problem_signs

_CONDITIONS = ("influenza", "pneumonia", "asthma_exacerbation")
_MEASURED = ("age_years", "heart_rate_per_min", "systolic_bp_mmhg")
# Signs of a class are present this often, the signs of other classes that often.
_OWN, _OTHER = 0.75, 0.15


def cohort(
    problem: str, rows: int = 600, seed: int = 0, origin: str = "synthetic", signs: int = 9
) -> pd.DataFrame:
    """A training frame of `rows` encounters; every third sign speaks for the same class.

    A fifth of the signs is unknown; age, heart rate and pressure move with the class.
    """
    rng = np.random.default_rng(seed)
    classes = classes_of(problem)
    label = rng.integers(0, len(classes), rows)
    frame = pd.DataFrame(_spine(problem, rows, origin, seed, rng))
    frame["label"] = np.asarray(classes)[label]
    frame["is_female"] = rng.integers(0, 2, rows).astype(float)
    for name, usual, step in zip(_MEASURED, (45, 90, 125), (9, 8, -9), strict=True):
        frame[name] = np.round(usual + step * (1 - label) + rng.normal(0, 10, rows), 1)
    for position, code in enumerate(problem_signs(load_vocabulary())[problem][:signs]):
        own = label == position % len(classes)
        present = rng.random(rows) < np.where(own, _OWN, _OTHER)
        frame[code] = np.where(rng.random(rows) < 0.2, np.nan, present.astype(float))
    return frame


def made(problem: str, rows: int = 600, seed: int = 0) -> Dataset:
    """The cohort as a data set."""
    return from_frame(get_problem(problem), cohort(problem, rows, seed), load_vocabulary())


def classes_of(problem: str) -> Sequence[str]:
    """The problem's classes; three conditions stand for the differential's 49."""
    listed = get_problem(problem).classes
    if listed:
        return listed
    known = [d.code for d in load_vocabulary().diagnoses if d.problem == problem]
    return [code for code in _CONDITIONS if code in known] or known[:3]


def _spine(
    problem: str, rows: int, origin: str, seed: int, rng: np.random.Generator
) -> dict[str, object]:
    sources = get_problem(problem).sources
    return {
        "encounter_id": [f"{problem}-{seed}-{row}" for row in range(rows)],
        "patient_id": [f"patient-{seed}-{row * 4 // 5}" for row in range(rows)],
        "event_timestamp": pd.Timestamp("2026-01-31", tz="UTC"),
        "source": np.asarray(sources)[rng.integers(0, len(sources), rows)],
        "origin": origin,
    }
