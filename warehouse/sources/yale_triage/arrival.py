"""How Yale's visitors arrive, and whether somebody then writes their vitals down."""

import numpy as np
from numpy.typing import NDArray

from warehouse.sources.figures import Figures, or_else
from warehouse.sources.sampling import Indices, happens, pick
from warehouse.sources.yale_triage.groups import AGE_BANDS, AMBULANCE, age_band

Flags = NDArray[np.bool_]


def arrival(
    rng: np.random.Generator, profiles: list[Figures], stratum: Indices, age: NDArray[np.int16]
) -> tuple[Flags, Flags]:
    """Whether one comes by ambulance, and whether vitals are written down: both depend on age."""
    band = age_band(age)
    shares = np.array([or_else(one["by_ambulance"], instead=0.5) for one in profiles])
    by_ambulance = happens(rng, shares[stratum, band])
    told = [or_else(np.ravel(one["recorded"]), instead=0.5) for one in profiles]
    table = np.array(told).reshape(len(profiles), len(AGE_BANDS), 2)
    return by_ambulance, happens(rng, table[stratum, band, by_ambulance.astype(int)])


def modes(
    rng: np.random.Generator, profiles: list[Figures], stratum: Indices, by_ambulance: Flags
) -> NDArray[np.str_]:
    """How each visit arrives."""
    ways = np.full(len(stratum), AMBULANCE, dtype="U32")
    for index, one in enumerate(profiles):
        chosen = (stratum == index) & ~by_ambulance
        others = one["arrivalmode"] or {"Car": 1.0}
        drawn = pick(rng, list(others.values()), int(chosen.sum()))
        ways[chosen] = np.array(list(others))[drawn]
    return ways
