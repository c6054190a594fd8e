"""A quantity in the vocabulary's unit: UCUM codes, and how people write them.

Conversions are exact or to more figures than anybody measures: C = (F - 32) x 5 / 9 = K - 273.15;
1 kPa = 7.50062 mmHg (conventional millimetre of mercury, ISO 80000-4); UCUM's year (a) has 365.25
days and its month (mo) a twelfth of that.
"""

import re
from collections.abc import Callable, Mapping

UCUM = "http://unitsofmeasure.org"
DAYS_A_YEAR = 365.25
# The vocabulary's unit in UCUM; what has no unit there is a plain number.
_UNITS: Mapping[str, str] = {
    "/min": "/min",
    "mmHg": "mm[Hg]",
    "°C": "Cel",
    "%": "%",
    "days": "d",
    "years": "a",
}
# As records write them where UCUM is asked for.
_WRITTEN: Mapping[str, str] = {
    "1/min": "/min",
    "min-1": "/min",
    "bpm": "/min",
    "lpm": "/min",
    "rpm": "/min",
    "beats/min": "/min",
    "breaths/min": "/min",
    "beats/minute": "/min",
    "breaths/minute": "/min",
    "mmhg": "mm[Hg]",
    "mm hg": "mm[Hg]",
    "mm[hg]": "mm[Hg]",
    "c": "Cel",
    "°c": "Cel",
    "cel": "Cel",
    "degc": "Cel",
    "f": "[degF]",
    "°f": "[degF]",
    "degf": "[degF]",
    "[degf]": "[degF]",
    "day": "d",
    "days": "d",
    "días": "d",
    "hours": "h",
    "week": "wk",
    "weeks": "wk",
    "semanas": "wk",
    "month": "mo",
    "months": "mo",
    "meses": "mo",
    "year": "a",
    "years": "a",
    "años": "a",
}
_TO: Mapping[tuple[str, str], Callable[[float], float]] = {
    ("[degF]", "Cel"): lambda given: round((given - 32) * 5 / 9, 2),
    ("K", "Cel"): lambda given: round(given - 273.15, 2),
    ("kPa", "mm[Hg]"): lambda given: round(given * 7.50062, 1),
    ("h", "d"): lambda given: round(given / 24, 2),
    ("wk", "d"): lambda given: given * 7,
    ("mo", "a"): lambda given: round(given / 12, 2),
    ("wk", "a"): lambda given: round(given * 7 / DAYS_A_YEAR, 2),
    ("d", "a"): lambda given: round(given / DAYS_A_YEAR, 2),
}
# What stands in braces is a remark and changes no value: {beats}/min.
_REMARK = re.compile(r"\{[^{}]*\}")


def converted(value: float, unit: str, ours: str | None) -> float | None:
    """`value` in the vocabulary's unit, or None where `unit` cannot be turned into it."""
    wanted = _UNITS.get(ours or "", "")
    plain = _REMARK.sub("", unit).strip()
    given = _WRITTEN.get(plain.lower(), plain)
    if not unit or given in (wanted, ours) or (not wanted and given in ("", "1")):
        return value
    change = _TO.get((given, wanted))
    return None if change is None else change(value)
