"""Vital signs of the KTAS cohort: by level, correlated, heaped and missing as published."""

import numpy as np
from numpy.typing import NDArray

from warehouse.sources.figures import Array, Figures, or_else
from warehouse.sources.ktas.columns import UNKNOWN, VITALS
from warehouse.sources.ktas.tables import Tables
from warehouse.sources.sampling import Indices, at_quantiles, correlated, happens

Text = NDArray[np.str_]

LIMITS = {
    "Age": (16, 98),
    "SBP": (50, 260),
    "DBP": (25, 150),
    "HR": (30, 190),
    "BT": (34.5, 41.0),
    "Saturation": (60, 100),
}
# What drift adds at shift 1, in the number's own unit: older, faster, hotter.
DRIFT = {"Age": 8.0, "SBP": -6.0, "DBP": -4.0, "HR": 8.0, "BT": 0.4, "Saturation": -1.5}


def vitals(
    rng: np.random.Generator,
    figures: Figures,
    tables: Tables,
    level: Indices,
    group: Text,
    shift: float,
) -> dict[str, Text]:
    """Age and vitals as the two departments write them, in published column names."""
    numbers = _numbers(rng, figures, level, shift)
    written = {
        "Age": numbers["Age"].round().astype(int).astype(str),
        "BT": _temperature(rng, numbers["BT"]),
        "RR": tables.drawn(rng, "RR", level),
        **{
            name: _heaped(rng, figures, name, numbers[name], group) for name in ("SBP", "DBP", "HR")
        },
    }
    # A visit without one vital mostly lacks them all: the same number decides for each.
    unread = rng.random(len(level))
    for name in VITALS:
        missing = unread < tables.missing(figures["missing"][name])[level]
        written[name] = np.where(missing, UNKNOWN, written[name])
    saturation = np.round(numbers["Saturation"]).astype(int).astype(str)
    lost = unread < tables.missing(figures["missing"]["SBP"])[level]
    saturation = np.where(lost, UNKNOWN, saturation)
    # The first department's saturation was never published.
    return written | {"Saturation": np.where(group == "1", "", saturation)}


def _numbers(
    rng: np.random.Generator, figures: Figures, level: Indices, shift: float
) -> dict[str, Array]:
    uniforms = correlated(rng, figures["residual_correlation"], len(level))
    drawn = {}
    for index, (name, one) in enumerate(figures["numbers"].items()):
        if name not in LIMITS:
            continue
        mean = _filled(one["mean"]) + shift * DRIFT[name]
        values = mean[level] + _filled(one["deviation"])[level] * at_quantiles(
            uniforms[:, index], one["shape"]
        )
        drawn[name] = np.clip(values, *LIMITS[name])
    return drawn


def _filled(by_level: list[float | None]) -> Array:
    """Figures per level, a withheld one taken from the next level."""
    known = [value for value in by_level if value is not None]
    return or_else(by_level, instead=known[0])


def _temperature(rng: np.random.Generator, celsius: Array) -> Text:
    """One decimal, which two thirds of the whole degrees lack."""
    text = np.char.mod("%.1f", celsius)
    bare = happens(rng, np.full(len(text), 0.66)) & np.char.endswith(text, ".0")
    return np.where(bare, np.char.partition(text, ".")[:, 0], text)


def _heaped(
    rng: np.random.Generator, figures: Figures, name: str, values: Array, group: Text
) -> Text:
    """Whole numbers; each department rounds its own share of them to tens."""
    in_tens = {key: figures["per_group"][key]["in_tens"][name] or 0.0 for key in ("1", "2")}
    wanted = np.where(group == "1", in_tens["1"], in_tens["2"])
    # A tenth of whole numbers ends in zero by itself.
    rounded = happens(rng, np.clip((wanted - 0.1) / 0.9, 0, 1))
    return np.where(rounded, np.round(values / 10) * 10, np.round(values)).astype(int).astype(str)
