"""Age and vital signs of Yale's visits: correlated, rounded, and missing the sicker one is."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from warehouse.sources.figures import Array, Figures, or_else
from warehouse.sources.sampling import Indices, at_quantiles, correlated, happens
from warehouse.sources.yale_triage.arrival import arrival, modes
from warehouse.sources.yale_triage.columns import MEASURED_VITALS

ADULT, OLDEST = 18, 108
LIMITS = {
    "triage_vital_hr": (30, 240),
    "triage_vital_sbp": (47, 263),
    "triage_vital_dbp": (28, 190),
    "triage_vital_rr": (8, 67),
    "triage_vital_o2": (66, 99),
    "triage_vital_temp": (93.8, 105),
}
# Years to one deviation of age, about the same in every stratum.
SPREAD_OF_AGE = 18.0
# What drift adds at shift 1: years, beats, mmHg, mmHg, breaths, percent, degrees Fahrenheit.
AGE_DRIFT = 6.0
DRIFT = (6.0, -5.0, -3.0, 1.0, -0.7, 0.4)
# What the publisher wrote where the saturation may have been filled in, in percent.
FILLED_IN = 98.0


def age_and_vitals(
    rng: np.random.Generator,
    figures: Figures,
    profiles: list[Figures],
    stratum: Indices,
    lifts: Array,
    shift: float,
) -> dict[str, NDArray[Any]]:
    """Age, way of arrival, vitals (NaN where not recorded) and what is said of the oxygen."""
    uniforms = correlated(rng, figures["residual_correlation"], len(stratum))
    age = _ages(profiles, stratum, uniforms[:, 0]) + SPREAD_OF_AGE * lifts[:, 0]
    years = np.clip(np.round(age + AGE_DRIFT * shift), ADULT, OLDEST).astype(np.int16)
    by_ambulance, recorded = arrival(rng, profiles, stratum, years)
    on_oxygen = happens(rng, np.array([one["on_oxygen"] for one in profiles])[stratum])
    columns: dict[str, NDArray[Any]] = {}
    for index, name in enumerate(MEASURED_VITALS):
        values = _level(profiles, stratum, index, "mean") + _level(
            profiles, stratum, index, "deviation"
        ) * (at_quantiles(uniforms[:, index + 1], figures["shape"][name]) + lifts[:, index + 1])
        values = _rounded(name, np.clip(values + DRIFT[index] * shift, *LIMITS[name]))
        gap = ~recorded | happens(rng, np.full(len(values), figures["gaps"][name]))
        columns[name] = np.where(gap, np.nan, values)
    filled = recorded & happens(rng, np.full(len(stratum), figures["imputed"]))
    columns["triage_vital_o2"][filled] = FILLED_IN
    return columns | {
        "age": years,
        "arrivalmode": modes(rng, profiles, stratum, by_ambulance),
        "triage_vital_o2_device": on_oxygen.astype(np.int16),
        "o2_maybe_imputed": filled | ~recorded,
    }


def _ages(profiles: list[Figures], stratum: Indices, uniforms: Array) -> Array:
    ages = np.empty(len(stratum))
    for index, one in enumerate(profiles):
        chosen = stratum == index
        ages[chosen] = at_quantiles(uniforms[chosen], one["age"])
    return ages


def _level(profiles: list[Figures], stratum: Indices, vital: int, figure: str) -> Array:
    """The mean or deviation of a vital in each visit's stratum."""
    told = [one[figure][vital] for one in profiles]
    usual = float(np.mean([value for value in told if value is not None]))
    return or_else(told, instead=usual)[stratum]


def _rounded(name: str, values: Array) -> Array:
    """Whole numbers, breaths mostly even, temperatures to a tenth of a degree."""
    if name == "triage_vital_temp":
        return np.round(values, 1)
    if name == "triage_vital_rr":
        even = np.round(values / 2) * 2
        return np.where(np.abs(values - even) < 0.9, even, np.round(values))
    return np.round(values)
