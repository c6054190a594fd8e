"""Patients apart by sex, age, source and what was measured: a good mean may hide a harmed group."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ml.cohort.dataset import Dataset
from ml.cohort.hiding import VITALS
from ml.evaluation.metrics import areas_under_roc

Probabilities = NDArray[np.float64]
Mask = NDArray[np.bool_]

# Below this many patients an AUC moves by more than a tenth from chance alone.
LEAST_PATIENTS = 150
# A class counts in a group that has this many patients of it, and as many of the others.
_LEAST_OF_CLASS = 10
_AGE_BANDS = ((0, 18), (18, 40), (40, 65), (65, np.inf))


def subgroups(patients: Dataset) -> dict[str, Mask]:
    """The groups by name, those with too few patients left out."""
    found = {**_sexes(patients), **_ages(patients), **_sources(patients), **_vitals(patients)}
    return {name: rows for name, rows in found.items() if rows.sum() >= LEAST_PATIENTS}


def auc_by_subgroup(patients: Dataset, probabilities: Probabilities) -> Mapping[str, float]:
    """Macro AUC-ROC within each group, over the classes with enough patients in it."""
    found = {
        name: _auc(patients.take(rows), probabilities[rows])
        for name, rows in subgroups(patients).items()
    }
    return {name: auc for name, auc in found.items() if np.isfinite(auc)}


def _auc(group: Dataset, probabilities: Probabilities) -> float:
    counts = np.bincount(group.y, minlength=len(group.classes))
    fit = (counts >= _LEAST_OF_CLASS) & (len(group.y) - counts >= _LEAST_OF_CLASS)
    each = areas_under_roc(group.y, probabilities, group.classes)
    measured = [each[f"auc_roc_{group.classes[k]}"] for k in np.flatnonzero(fit)]
    return float(np.mean(measured)) if measured else float("nan")


def _sexes(patients: Dataset) -> dict[str, Mask]:
    position = patients.position("is_female")
    if position is None:
        return {}
    column = patients.x[:, position]
    return {"women": column == 1, "men": column == 0}


def _ages(patients: Dataset) -> dict[str, Mask]:
    position = patients.position("age_years")
    if position is None:
        return {}
    age = patients.x[:, position]
    return {_band(low, high): (age >= low) & (age < high) for low, high in _AGE_BANDS}


def _band(low: float, high: float) -> str:
    return f"aged_{low:g}_and_over" if np.isinf(high) else f"aged_{low:g}_to_{high - 1:g}"


def _sources(patients: Dataset) -> dict[str, Mask]:
    names = np.unique(patients.sources)
    return {f"from_{name}": patients.sources == name for name in names} if len(names) > 1 else {}


def _vitals(patients: Dataset) -> dict[str, Mask]:
    positions = [i for name in VITALS if (i := patients.position(name)) is not None]
    if not positions:
        return {}
    measured = np.asarray((~np.isnan(patients.x[:, positions])).any(axis=1), dtype=np.bool_)
    return {"with_vitals": measured, "without_vitals": ~measured}
