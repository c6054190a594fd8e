"""Who Yale's visitors are, and when they came: columns that never become features."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from warehouse.sources.figures import Figures
from warehouse.sources.sampling import Indices, pick
from warehouse.sources.yale_triage.groups import AGE_BANDS, STRATA, age_band

Columns = dict[str, NDArray[Any]]
Keys = NDArray[np.str_]


def demographics(
    rng: np.random.Generator,
    figures: Figures,
    profiles: list[Figures],
    stratum: Indices,
    age: NDArray[np.int16],
    visits_before: NDArray[Any],
) -> Columns:
    """Language, origin, religion, household, insurance, department, time, last disposition."""
    told = figures["demographics"]
    rows = len(stratum)
    lang = _by(rng, {"all": told["lang"]}, np.full(rows, "all"))
    origin = np.char.partition(_by(rng, told["origin_by_lang"], lang), "|")
    band = np.array(AGE_BANDS)[age_band(age)]
    numbered = {str(index): one for index, one in enumerate(profiles)}
    place = stratum.astype(str)
    end = np.array([end for _, end in STRATA])[stratum]
    some = np.where(visits_before > 0, ", some visits", ", no visits")
    return {
        "lang": lang,
        "ethnicity": origin[:, 0],
        "race": origin[:, 2],
        "religion": _by(rng, told["religion_by_lang"], lang),
        **{
            name: _by(rng, told[f"{name}_by_age"], band)
            for name in ("maritalstatus", "employstatus", "insurance_status")
        },
        "dep_name": _by(rng, {key: one["dep_name"] for key, one in numbered.items()}, place),
        **{
            name: _by(rng, {"all": told[name]}, np.full(rows, "all"))
            for name in ("arrivalmonth", "arrivalday", "arrivalhour_bin")
        },
        "previousdispo": _by(rng, told["previousdispo"], np.char.add(end, some)),
    }


def _by(rng: np.random.Generator, tables: dict[str, dict[str, float]], keys: Keys) -> Keys:
    """A value for each row, from the table that its key names."""
    drawn = np.empty(len(keys), dtype="U64")
    for key, shares in tables.items():
        chosen = keys == key
        names = np.array(list(shares))
        drawn[chosen] = names[pick(rng, list(shares.values()), int(chosen.sum()))]
    return drawn
