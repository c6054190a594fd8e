"""Read a bundle of Patient, Encounter, Location, Observation and Condition. Nothing is invented.

What the vocabulary has no code for is left out and said; a measurement in a unit that cannot be
converted is refused; a birth date gives an age only as of the encounter, or of today.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from math import isfinite
from typing import Any

from api.bundle.vocabulary import Vocabulary
from api.fhir.codes import answer_of, converted, meaning, table_of
from api.fhir.conditions import NOT_MEANT, Conditions, LeftOut
from api.fhir.outcome import Issue, IssueCode, Severity
from api.fhir.where import DIVIPOLA, Visit, Where, that_counts, week_of
from api.fhir.words import FHIR
from api.schemas.asked import AssessmentRequest, SignGiven
from api.words.language import Language

_DAYS_A_YEAR = 365.25


@dataclass
class Record:
    """What a bundle says of its patient, where each piece stood, and what was left out."""

    subject: Mapping[str, Any] = field(default_factory=dict)
    sex: str | None = None
    birth: date | None = None
    seen: date | None = None
    place: dict[str, str] | None = None
    observations: dict[str, tuple[str, float]] = field(default_factory=dict)
    signs: dict[str, bool] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)

    def request(self, language: Language) -> AssessmentRequest:
        """The same as a request of the service's own."""
        states = {True: "present", False: "absent"}
        return AssessmentRequest.model_validate(
            {
                "age_years": self._age_years(),
                "sex": self.sex,
                "observations": {code: value for code, (_, value) in self.observations.items()},
                "evidence": [
                    SignGiven.model_validate({"code": code, "state": states[present]})
                    for code, present in self.signs.items()
                ],
                "place": self.place,
                "language": language,
            }
        )

    def _age_years(self) -> float | None:
        if self.birth is None:
            return None
        days = ((self.seen or datetime.now(UTC).date()) - self.birth).days
        return round(days / _DAYS_A_YEAR, 2)


class Reader:
    """Walks the entries of one bundle into a `Record`."""

    def __init__(self, vocabulary: Vocabulary, language: Language) -> None:
        self._vocabulary = vocabulary
        self._table = table_of(vocabulary)
        self._told: list[tuple[Mapping[str, Any], str]] = []
        self._language = language
        self._where = Where()
        self._visits: list[Visit] = []
        self.record = Record()

    def read(self, entries: list[Any]) -> Record:
        """Everything the entries say."""
        readers = {
            "Patient": self._patient,
            "Encounter": self._encounter,
            "Location": self._location,
            "Observation": self._observation,
            "Condition": self._condition,
        }
        for position, entry in enumerate(entries):
            place = f"Bundle.entry[{position}].resource"
            resource = entry.get("resource") if isinstance(entry, dict) else None
            if not isinstance(resource, dict):
                self._say("error", "structure", "no_resource", place)
                continue
            kind = str(resource.get("resourceType"))
            if kind in readers:
                readers[kind](resource, place, entry)
            else:
                self._say("information", "not-supported", "resource_unused", place, name=kind)
        visit = that_counts(self._visits, datetime.now(UTC).date())
        self.record.seen = visit.day if visit else None
        self._place(visit)
        self._conditions_told()
        return self.record

    def _place(self, visit: Visit | None) -> None:
        """The municipality and week; what cannot be used of them is left out and said.

        A record has an address for other reasons than this, so no answer is refused for it.
        """
        if visit is not None:
            self._where.visits(visit.resource)
        found = self._where.found()
        for one in found:
            if one.code is None:
                self._say(
                    "information", "not-supported", "not_divipola", one.place, system=DIVIPOLA
                )
        codes = {one.code for one in found if one.code is not None}
        if len(codes) > 1:
            self._say("information", "not-supported", "two_municipalities", found[0].place)
            return
        for code in codes:
            self._place_in(code, visit)

    def _place_in(self, municipality: str, visit: Visit | None) -> None:
        """Put down the municipality with the week of the encounter; this week without a date."""
        if visit is None or visit.start is None:
            self.record.place = {"municipality": municipality}
            return
        week = week_of(visit.start, datetime.now(UTC).date())
        if week is None:
            self._say("information", "not-supported", "no_week", visit.place)
        else:
            self.record.place = {"municipality": municipality, "week": week}

    def _patient(self, resource: Mapping[str, Any], place: str, entry: Mapping[str, Any]) -> None:
        if self.record.subject:
            self._say("error", "structure", "two_patients", place)
            return
        address = entry.get("fullUrl") or f"Patient/{resource.get('id', 'unknown')}"
        self.record.subject = {"reference": str(address)}
        gender = resource.get("gender")
        self.record.sex = gender if gender in ("female", "male") else None
        self.record.birth = self._date(resource.get("birthDate"), f"{place}.birthDate")
        self.record.places["#/age_years"] = f"{place}.birthDate"
        self._where.lives(resource, place)

    def _encounter(self, resource: Mapping[str, Any], place: str, _: object) -> None:
        if str(resource.get("status")) in NOT_MEANT:
            self._say("information", "not-supported", "not_meant", place)
            return
        period = resource.get("period")
        start = period.get("start") if isinstance(period, dict) else None
        where = f"{place}.period.start"
        self._visits.append(Visit(self._date(start, where), start, where, resource))

    def _location(self, resource: Mapping[str, Any], place: str, entry: Mapping[str, Any]) -> None:
        self._where.stands(resource, entry, place)

    def _observation(self, resource: Mapping[str, Any], place: str, _: object) -> None:
        if str(resource.get("status")) in NOT_MEANT:
            self._say("information", "not-supported", "not_meant", place)
            return
        moment = str(resource.get("effectiveDateTime") or "")
        parts = resource.get("component")
        for position, part in enumerate(parts if isinstance(parts, list) else []):
            if isinstance(part, dict):
                self._value(part, f"{place}.component[{position}]", moment)
        if not parts or any(key.startswith("value") for key in resource):
            self._value(resource, place, moment)

    def _value(self, part: Mapping[str, Any], place: str, moment: str) -> None:
        code = meaning(part.get("code"), self._table)
        if code is None:
            self._say("information", "not-supported", "code_unknown", place)
        elif code in self._vocabulary.symptom:
            self._sign(code, _yes_or_no(part), place)
        else:
            self._measurement(code, part, place, moment)

    def _measurement(self, code: str, part: Mapping[str, Any], place: str, moment: str) -> None:
        given, unit = _number(part)
        if given is None:
            self._say("error", "value", "no_number", place, code=code)
            return
        ours = self._vocabulary.observation[code].unit
        value = converted(given, unit, ours)
        if value is None:
            self._say("error", "value", "unit", place, code=code, unit=unit, ours=ours or "1")
            return
        before = self.record.observations.get(code)
        if before is None or moment >= before[0]:
            self.record.observations[code] = (moment, value)
            self.record.places[f"#/observations/{code}"] = place

    def _condition(self, resource: Mapping[str, Any], place: str, _: object) -> None:
        # What it says depends on the encounter, which may stand behind it.
        self._told.append((resource, place))

    def _conditions_told(self) -> None:
        day = self.record.seen or datetime.now(UTC).date()
        conditions = Conditions(self._vocabulary, self._table)
        for resource, place in self._told:
            found = conditions.read(resource, day)
            if isinstance(found, LeftOut):
                self._say("information", "not-supported", found.why, place)
            else:
                self._sign(found.code, found.present, place)

    def _sign(self, code: str, present: bool | None, place: str) -> None:
        if present is None:
            self._say("error", "value", "no_answer", place, code=code)
        elif self.record.signs.get(code, present) != present:
            self._say("error", "value", "both", place, code=code)
        else:
            self.record.signs[code] = present

    def _date(self, text: object, place: str) -> date | None:
        """The day of a FHIR date of any precision; a missing month or day is the middle one."""
        year, month, day = (*str(text).partition("T")[0].split("-"), "", "")[:3]
        try:
            return date(int(year), int(month or 7), int(day or 15))
        except (ValueError, OverflowError):
            if text is not None:
                self._say("error", "value", "date", place)
            return None

    def _say(
        self, severity: Severity, kind: IssueCode, sentence: str, place: str, **values: str
    ) -> None:
        text = FHIR[sentence][self._language].format(**values)
        self.record.issues.append(Issue(severity, kind, text, place))


def _number(part: Mapping[str, Any]) -> tuple[float | None, str]:
    """The number an Observation or component gives, and its unit."""
    quantity = part.get("valueQuantity")
    if isinstance(quantity, dict):
        unit = quantity.get("code") or quantity.get("unit") or ""
        return _as_number(quantity.get("value")), str(unit)
    if isinstance(part.get("valueBoolean"), bool):
        return float(part["valueBoolean"]), ""
    return _as_number(part.get("valueInteger")), ""


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


def errors_of(record: Record) -> Iterator[Issue]:
    """The issues for which a bundle is refused."""
    return (issue for issue in record.issues if issue.severity == "error")
