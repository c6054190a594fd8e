"""What an Observation of a record says: a measurement or a sign, or why it is left out."""

from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Any, NamedTuple

from api.bundle.vocabulary import Vocabulary
from api.fhir.codes import LEVELS, Table, answer_of, codings, meaning
from api.fhir.conditions import LeftOut, Told, ends
from api.fhir.units import UCUM, converted

CONSCIOUSNESS = "consciousness_avpu"


class Measured(NamedTuple):
    """A measurement in the vocabulary's unit."""

    code: str
    value: float


class Fault(NamedTuple):
    """A bundle with it is refused; `why` is the sentence of `api.fhir.words` that says so."""

    why: str
    values: Mapping[str, str]


class Observations:
    """Reads Observations by the codes of one vocabulary."""

    def __init__(self, vocabulary: Vocabulary, table: Table) -> None:
        self._vocabulary, self._table = vocabulary, table

    def code(self, part: Mapping[str, Any]) -> str | None:
        """The vocabulary's code for what is observed; None where it has none."""
        return meaning(part.get("code"), self._table)

    def passes(self, code: str) -> bool:
        """Whether it says how somebody is now: all but past illnesses."""
        return code in self._vocabulary.observation or ends(self._vocabulary, code)

    def read(self, code: str, part: Mapping[str, Any]) -> Told | Measured | LeftOut | Fault:
        """What an Observation or a component of it says of `code`."""
        if "dataAbsentReason" in part or not any(key.startswith("value") for key in part):
            return LeftOut("no_value")
        if code in self._vocabulary.symptom:
            present = _yes_or_no(part)
            return Fault("no_answer", {"code": code}) if present is None else Told(code, present)
        return self._measured(code, part)

    def _measured(self, code: str, part: Mapping[str, Any]) -> Measured | Fault:
        if sign := _comparator(part):
            return Fault("not_exact", {"code": code, "sign": sign})
        given, unit = _number(part)
        if given is None and code == CONSCIOUSNESS:
            given = _level(part)
        if given is None:
            return Fault("no_number", {"code": code})
        ours = self._vocabulary.observation[code].unit
        value = converted(given, unit, ours)
        if value is None:
            return Fault("unit", {"code": code, "unit": unit, "ours": ours or "1"})
        return Measured(code, value)


def parts_of(observation: Mapping[str, Any], place: str) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Each part with a code of its own and where it stands: the components, and all of it if it
    has a value or no component.
    """
    given = observation.get("component")
    listed = enumerate(given if isinstance(given, list) else [])
    parts = [(part, f"{place}.component[{at}]") for at, part in listed if isinstance(part, dict)]
    yield from parts
    if not parts or any(key.startswith("value") for key in observation):
        yield observation, place


def _comparator(part: Mapping[str, Any]) -> str | None:
    quantity = part.get("valueQuantity")
    sign = quantity.get("comparator") if isinstance(quantity, dict) else None
    return None if sign is None else str(sign)


def _number(part: Mapping[str, Any]) -> tuple[float | None, str]:
    """The number an Observation or component gives, and its unit."""
    quantity = part.get("valueQuantity")
    if isinstance(quantity, dict):
        is_ucum = quantity.get("system", UCUM) == UCUM
        names = ("code", "unit") if is_ucum else ("unit", "code")
        unit = next((quantity[one] for one in names if quantity.get(one)), "")
        return _as_number(quantity.get("value")), str(unit)
    if isinstance(part.get("valueBoolean"), bool):
        return float(part["valueBoolean"]), ""
    return _as_number(part.get("valueInteger")), ""


def _level(part: Mapping[str, Any]) -> float | None:
    """How responsive, by LOINC's answers to AVPU."""
    coded = codings(part.get("valueCodeableConcept"))
    return next((LEVELS[pair] for pair in coded if pair in LEVELS), None)


def _as_number(given: object) -> float | None:
    """The number, or None for what is none: JSON may write one that is too large to be held."""
    if not isinstance(given, int | float) or isinstance(given, bool):
        return None
    try:
        return float(given) if isfinite(given) else None
    except OverflowError:
        return None


def _yes_or_no(part: Mapping[str, Any]) -> bool | None:
    given = part.get("valueBoolean")
    return given if isinstance(given, bool) else answer_of(part.get("valueCodeableConcept"))
