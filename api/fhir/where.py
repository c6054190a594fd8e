"""Where and when a FHIR bundle says its patient is: a municipality's code, and a week.

R4's `Address.city` is text, so the code stands in an extension of it: that of Colombia's exchange
of records (RDA), or R4's own for a coded string. Nothing is guessed from a name.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from api.fhir.names import Names
from api.fhir.when import is_before
from ml.serving import epi_weeks

DIVIPOLA = "https://fhir.minsalud.gov.co/rda/CodeSystem/DIVIPOLA"
_CODED_TEXT = frozenset(
    {
        "https://fhir.minsalud.gov.co/rda/StructureDefinition/ExtensionDivipolaMunicipality",
        "http://hl7.org/fhir/StructureDefinition/iso21090-SC-coding",
    }
)
# Nobody is there any more, or ever was.
_NOT_THERE = frozenset({"old", "billing"})
_MUNICIPALITY = re.compile(r"[0-9]{5}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(T|$)")
_FIRST_YEAR = 1990


class Coded(NamedTuple):
    """A coded municipality and where in the bundle it stands; `code` is None if not DIVIPOLA's."""

    code: str | None
    place: str


class Visit(NamedTuple):
    """An encounter: its day, where it says one, what was written as its start and where, all of
    it, and what it is called.
    """

    day: date | None
    start: object
    place: str
    resource: Mapping[str, Any]
    names: Names = frozenset()


def that_counts(visits: Sequence[Visit], today: date) -> Visit | None:
    """The last encounter that has begun; of those to come the first; else one that says no day."""
    dated = [(one.day, str(one.start), one) for one in visits if one.day is not None]
    begun = [one for one in dated if one[0] <= today]
    if not dated:
        return visits[-1] if visits else None
    # Of one day the time as it is written decides, then who is listed first.
    *_, found = max(begun, key=_moment) if begun else min(dated, key=_moment)
    return found


def _moment(dated: tuple[date, str, Visit]) -> tuple[date, str]:
    day, start, _ = dated
    return day, start


@dataclass
class Where:
    """What a bundle says of places: the patient's homes, the locations, and which were visited."""

    homes: list[Coded] = field(default_factory=list)
    locations: dict[str, list[Coded]] = field(default_factory=dict)
    visited: list[str] = field(default_factory=list)

    def lives(self, patient: Mapping[str, Any], place: str) -> None:
        """Note the addresses of a Patient."""
        today = datetime.now(UTC).date()
        current = [one for one in objects(patient.get("address")) if not _is_left(one, today)]
        self.homes += _coded(current, f"{place}.address")

    def visits(self, encounter: Mapping[str, Any]) -> None:
        """Note which Locations an Encounter was at."""
        for one in objects(encounter.get("location")):
            (told,) = objects([one.get("location")]) or [{}]
            if reference := told.get("reference"):
                self.visited.append(str(reference))

    def stands(self, location: Mapping[str, Any], entry: Mapping[str, Any], place: str) -> None:
        """Note the address of a Location under the names that a reference may call it by."""
        coded = _coded(objects([location.get("address")]), f"{place}.address")
        if name := entry.get("fullUrl"):
            self.locations[str(name)] = coded
        if name := location.get("id"):
            self.locations[f"Location/{name}"] = coded

    def found(self) -> list[Coded]:
        """The municipalities of the homes; where none is coded, those of the places visited.

        A case is counted where it was caught, and a hospital's patients come from elsewhere.
        """
        at = (self.locations.get(name, []) for name in self.visited)
        return self.homes or [one for coded in at for one in coded]


def week_of(start: object, today: date) -> str | None:
    """The epidemiological week of a FHIR date; None if it names no day, or a week not yet begun."""
    if not isinstance(start, str) or not start.isascii() or not _DAY.match(start):
        return None
    try:
        day = date.fromisoformat(start[:10])
    except ValueError:
        return None
    if not _FIRST_YEAR <= day.year <= today.year + 1:
        return None
    sunday = epi_weeks.sunday_of(day)
    return epi_weeks.written(sunday) if sunday <= today else None


def _is_left(address: Mapping[str, Any], today: date) -> bool:
    """Whether nobody lives at an address: by its use, or by a period that has ended."""
    (period,) = objects([address.get("period")]) or [{}]
    return is_before(period.get("end"), today) or str(address.get("use")) in _NOT_THERE


def _coded(addresses: Sequence[Mapping[str, Any]], place: str) -> list[Coded]:
    """The coded municipalities of addresses."""
    return [
        Coded(_divipola(coding), place)
        for address in addresses
        for coding in _codings_of(address.get("_city"))
    ]


def _codings_of(text: object) -> Iterator[Mapping[str, Any]]:
    """The codings that extend a string."""
    extended = text.get("extension") if isinstance(text, dict) else None
    for one in objects(extended):
        if str(one.get("url")) in _CODED_TEXT:
            yield from objects([one.get("valueCoding")])


def _divipola(coding: Mapping[str, Any]) -> str | None:
    code = coding.get("code")
    is_one = isinstance(code, str) and _MUNICIPALITY.fullmatch(code)
    return code if is_one and coding.get("system") == DIVIPOLA else None


def objects(given: object) -> list[dict[str, Any]]:
    """The objects in a list; nothing of what is no list."""
    return [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []
