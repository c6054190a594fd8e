"""Copies of patients with evidence hidden, so that models learn from as little as doctors give.

A record has every question answered; a doctor tells a few findings, mostly what is present. And
in a record a missing vital sign says something of the patient (who is very ill is not measured
first), while on a doctor's page it says nothing. Both are learned away from such copies.
"""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml.cohort.dataset import Dataset, Matrix

ALWAYS_KNOWN = ("age_years", "is_female")
VITALS = (
    "heart_rate_per_min",
    "systolic_bp_mmhg",
    "diastolic_bp_mmhg",
    "respiratory_rate_per_min",
    "temperature_c",
    "oxygen_saturation_pct",
    "on_supplemental_oxygen",
    "pain_score",
    "consciousness_avpu",
)
_MEASURED_VITALS = VITALS[:6]
# All of them kept, a quick training raised the probability of admission by 6 points where vitals
# were hidden, and the gate refuses more than 5; with this share it is 3 (docs/decisions/0016).
_UNMEASURED_KEPT = 0.3
# The least and greatest share of what is known that a copy keeps; it is drawn for each patient.
SOME_KEPT = (0.2, 1.0)
LITTLE_KEPT = (0.05, 0.4)
# A source that gives a smaller share of the rows is repeated to it, but not more often than this.
# Four times, KTAS gained 0.016 of AUC and Yale, with fifty times the rows, lost 0.002
# (docs/decisions/0006-models.md).
_LEAST_OF_A_SOURCE = 0.1
_MOST_TIMES = 8
# Half of the copies tell nothing that is absent, half of them no vital sign at all.
_ONLY_PRESENT = 0.5
_NO_VITALS = 0.5


def learnable(dataset: Dataset, rng: Generator) -> Dataset:
    """The data set less most of the patients in whom nobody measured any vital sign.

    In the record that says they were very ill (at Yale 48 % are admitted, 23 % of the others), on
    a doctor's page it says nothing. What an unknown vital means is learned from copies instead.
    Levels of urgency are learned from everybody: the most urgent are the least measured, and
    without them the rare levels lose most of their patients.
    """
    if dataset.problem.kind == "ordinal":
        return dataset
    measured = _positions(dataset, _MEASURED_VITALS)
    if not measured:
        return dataset
    known = (~np.isnan(dataset.x[:, measured])).any(axis=1)
    return dataset.take(np.logical_or(known, rng.random(len(dataset.y)) < _UNMEASURED_KEPT))


def with_small_sources(dataset: Dataset) -> Dataset:
    """The data set with the rows of a small source repeated, so that its labels are learned too.

    Hospitals grade alike patients differently. Where one gives fifty times the rows of another, a
    model grades everybody as the first does, and the other's rows are hardly more than noise.
    """
    names, source = np.unique(dataset.sources, return_inverse=True)
    counts = np.bincount(source, minlength=len(names))
    wanted = _LEAST_OF_A_SOURCE * len(dataset.y) / counts
    times = np.clip(wanted.round(), 1, _MOST_TIMES).astype(np.intp)
    return dataset.take(np.repeat(np.arange(len(dataset.y)), times[source]))


def with_copies(dataset: Dataset, copies: int, rng: Generator) -> Dataset:
    """The rows themselves, then `copies` of each with random evidence hidden."""
    rows = np.tile(np.arange(len(dataset.y)), copies + 1)
    grown = dataset.take(rows)
    grown.x[len(dataset.y) :] = hidden(dataset.take(rows[len(dataset.y) :]), rng)
    return grown


def hidden(dataset: Dataset, rng: Generator, share_kept: tuple[float, float] = SOME_KEPT) -> Matrix:
    """A copy of the features with random evidence made unknown; age and sex are kept."""
    x = dataset.x.copy()
    rows = len(x)
    kept = rng.uniform(*share_kept, (rows, 1)).astype(np.float32)
    kept_absent = np.where(rng.random((rows, 1)) < _ONLY_PRESENT, 0, kept).astype(np.float32)
    signs = list(dataset.signs)
    share = np.repeat(kept, x.shape[1], axis=1)
    share[:, signs] = np.where(x[:, signs] == 0, kept_absent, kept)
    hide = rng.random(x.shape, dtype=np.float32) > share
    hide |= _hidden_vitals(dataset, rng)
    hide[:, _positions(dataset, ALWAYS_KNOWN)] = False
    x[hide] = np.nan
    return x


def without_vitals(dataset: Dataset) -> Matrix:
    """A copy of the features with every vital sign unknown."""
    x = dataset.x.copy()
    x[:, _positions(dataset, VITALS)] = np.nan
    return x


def _hidden_vitals(dataset: Dataset, rng: Generator) -> NDArray[np.bool_]:
    hide = np.zeros(dataset.x.shape, dtype=np.bool_)
    chosen = rng.random(len(hide)) < _NO_VITALS
    for column in _positions(dataset, VITALS):
        hide[chosen, column] = True
    return hide


def _positions(dataset: Dataset, names: tuple[str, ...]) -> list[int]:
    return [i for i, feature in enumerate(dataset.features) if feature in names]
