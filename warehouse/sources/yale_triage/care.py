"""Previous diagnoses, earlier use of the hospital, images and medication of Yale's visits."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from warehouse.sources.figures import Figures
from warehouse.sources.sampling import Indices, at_quantiles, correlated, happens, pick, pick_given
from warehouse.sources.yale_triage.columns import COUNTS, HISTORY, IMAGES, MEDICATION
from warehouse.sources.yale_triage.groups import (
    AGE_BANDS,
    BURDENS,
    DISPOSITIONS,
    LEVELS,
    age_band,
)

Columns = dict[str, NDArray[Any]]

# Earlier visits, admissions and operations go together.
COUNTS_TOGETHER = 0.5


def care(
    rng: np.random.Generator,
    figures: Figures,
    level: Indices,
    end: NDArray[np.str_],
    age: NDArray[np.int16],
    woman: NDArray[np.bool_],
) -> Columns:
    """Everything the hospital had on record, and the medication that gives the admission away."""
    place = (end == "Discharge").astype(int)
    band = age_band(age)
    burden = _burden(rng, figures, place, band, level)
    group = place * (len(BURDENS) + 1) + burden
    return {
        **_history(rng, figures, burden, band, woman),
        **_counts(rng, figures, group),
        **_images(rng, figures, burden),
        **_medication(rng, figures, group),
    }


def _burden(
    rng: np.random.Generator, figures: Figures, place: Indices, band: Indices, level: Indices
) -> Indices:
    table = [
        figures["burden"][f"{end}, {years}, {each}"]
        for end in DISPOSITIONS
        for years in AGE_BANDS
        for each in LEVELS
    ]
    row = (place * len(AGE_BANDS) + band) * len(LEVELS) + level - 1
    return pick_given(rng, table, row)


def _history(
    rng: np.random.Generator,
    figures: Figures,
    burden: Indices,
    band: Indices,
    woman: NDArray[np.bool_],
) -> Columns:
    """A flag for each diagnosis, by burden and age, more likely in the sex that has it."""
    cell = (burden - 1) * len(AGE_BANDS) + band
    columns = {}
    for name in HISTORY:
        one = figures["history"][name]
        women = 0.5 if one["women"] is None else one["women"]
        chance = np.array([*one["shares"], 0.0])[np.where(burden == 0, -1, cell)]
        chance = chance * np.where(woman, women / 0.56, (1 - women) / 0.44)
        columns[name] = happens(rng, chance).astype(np.int64)
    return columns


def _counts(rng: np.random.Generator, figures: Figures, group: Indices) -> Columns:
    together = np.full((len(COUNTS),) * 2, COUNTS_TOGETHER)
    np.fill_diagonal(together, 1.0)
    uniforms = correlated(rng, together, len(group))
    counts = np.empty((len(group), len(COUNTS)))
    for index, key in enumerate(_groups()):
        chosen = group == index
        for column, name in enumerate(COUNTS):
            shape = figures["counts"][key][name]
            counts[chosen, column] = at_quantiles(uniforms[chosen, column], shape)
    columns: Columns = {n: counts[:, i].round().astype(np.int64) for i, n in enumerate(COUNTS)}
    # Nobody was admitted more often than they came.
    columns["n_admissions"] = np.minimum(columns["n_admissions"], columns["n_edvisits"])
    return columns


def _images(rng: np.random.Generator, figures: Figures, burden: Indices) -> Columns:
    columns: Columns = {}
    for name in IMAGES:
        some, mean = np.array(figures["images"][name]).T
        number = rng.geometric(1 / np.maximum(mean, 1.0)[burden])
        columns[name] = np.where(happens(rng, some[burden]), number, 0).astype(np.int16)
    return columns


def _medication(rng: np.random.Generator, figures: Figures, group: Indices) -> Columns:
    told = figures["medication"]
    medicated = pick_given(rng, [told["medicated"][key] for key in _groups()], group)
    columns: Columns = {}
    for name in MEDICATION:
        chance = np.array([0.0, *told["shares"][name]])[medicated]
        drugs = 1 + pick(rng, told["drugs"], len(group))
        columns[name] = np.where(happens(rng, chance), drugs, 0).astype(np.int16)
    return columns


def _groups() -> list[str]:
    return [f"{end}, {burden}" for end in DISPOSITIONS for burden in range(len(BURDENS) + 1)]
