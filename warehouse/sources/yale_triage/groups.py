"""How Yale's visits are grouped for figures: by level and disposition, age, burden of disease."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

DISPOSITIONS = ("Admit", "Discharge")
LEVELS = (1, 2, 3, 4, 5)
# (level, disposition), the graver first.
STRATA = tuple((level, end) for level in LEVELS for end in DISPOSITIONS)
# A stratum with fewer visits than this borrows the figures of the next level, same disposition.
ENOUGH = 50

AMBULANCE = "ambulance"

AGE_BANDS = ("under 45", "45 to 64", "65 and over")
# Previous diagnoses on record: none, 1-2, 3-4, 5-7, 8-12, 13 and more.
BURDENS = (1, 3, 5, 8, 13)
# Groups of medication on record: none, 1, 2-3, 4-6, 7-10, 11 and more.
MEDICATED = (1, 2, 4, 7, 11)


def age_band(years: ArrayLike) -> NDArray[np.intp]:
    """Index into AGE_BANDS of each age."""
    return np.asarray(np.digitize(np.asarray(years), (45, 65)))


def burden(diagnoses: ArrayLike) -> NDArray[np.intp]:
    """Index 0..5 of how many previous diagnoses are on record."""
    return np.asarray(np.digitize(np.asarray(diagnoses), BURDENS))


def medicated(groups: ArrayLike) -> NDArray[np.intp]:
    """Index 0..5 of how many groups of medication are on record."""
    return np.asarray(np.digitize(np.asarray(groups), MEDICATED))
