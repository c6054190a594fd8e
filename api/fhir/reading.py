"""Read a bundle of Patient, Encounter, Location, Observation and Condition. Nothing is invented.

What the vocabulary has no code for is left out and said; a measurement in a unit that cannot be
converted is refused; a birth date gives an age only as of the encounter, or of today. What is of
another encounter, or was measured long before this one, is not taken for now.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from api.answer.intake import impossible
from api.bundle.vocabulary import Vocabulary
from api.fhir import when
from api.fhir.codes import table_of
from api.fhir.conditions import NOT_MEANT, Conditions, LeftOut, Told
from api.fhir.names import is_meant, name_in, names_of
from api.fhir.now import Now
from api.fhir.observations import Fault, Measured, Observations, parts_of
from api.fhir.outcome import Issue, IssueCode, Severity
from api.fhir.record import AGE, SEX, Context, Record
from api.fhir.where import DIVIPOLA, Visit, Where, week_of
from api.fhir.words import FHIR
from api.words.language import Language

NO_CONTEXT = Context()
_OF_ANOTHER_DAY = frozenset({"over", "elsewhere", "before", "after", "to_come", "timing"})
# A past illness counts whenever it was told, but not of somebody else and not before it comes.
_OF_NOBODY_YET = frozenset({"focus", "to_come"})
Resource = Mapping[str, Any]


class _Read(NamedTuple):
    """A resource that is read once the encounter is known, and where it stands."""

    resource: Resource
    place: str


class Reader:
    """Walks the entries of one bundle into a `Record`."""

    def __init__(
        self, vocabulary: Vocabulary, language: Language, context: Context = NO_CONTEXT
    ) -> None:
        table = table_of(vocabulary)
        self._vocabulary = vocabulary
        self._all_conditions = Conditions(vocabulary, table)
        self._all_observations = Observations(vocabulary, table)
        self._language, self._context = language, context
        self._today = datetime.now(UTC).date()
        self._where = Where()
        self._visits: list[Visit] = []
        self._about: list[tuple[str, str]] = []
        self._conditions: list[_Read] = []
        self._observations: list[_Read] = []
        self._patient_names = context.patient
        self.record = Record()

    def read(self, entries: list[Any]) -> Record:
        """Everything the entries say."""
        for position, entry in enumerate(entries):
            place = f"Bundle.entry[{position}].resource"
            resource = entry.get("resource") if isinstance(entry, dict) else None
            if isinstance(resource, dict):
                self._resource(resource, place, entry)
            else:
                self._say("error", "structure", "no_resource", place)
        self._one_patient()
        now = Now(self._visits, self._today, self._context.encounter)
        visit = now.visit
        self.record.seen = visit.day if visit else None
        self._place(visit)
        # What these say depends on the encounter, which may stand behind them.
        for one in self._observations:
            self._observation_read(one, now)
        for one in self._conditions:
            self._condition_read(one, now)
        return self.record

    def _resource(self, resource: Resource, place: str, entry: Resource) -> None:
        readers = {
            "Patient": self._patient,
            "Encounter": self._encounter,
            "Location": self._location,
            "Observation": self._observation,
            "Condition": self._condition,
        }
        kind = str(resource.get("resourceType"))
        if kind not in readers:
            self._leave_out("resource_unused", place, name=kind)
        elif _is_modified(resource):
            self._leave_out("modified", place)
        elif str(resource.get("status")) in NOT_MEANT and kind in ("Encounter", "Observation"):
            self._leave_out("not_meant", place)
        else:
            if subject := name_in(resource.get("subject")):
                self._about.append((subject, f"{place}.subject"))
            readers[kind](resource, place, entry)

    def _one_patient(self) -> None:
        """Refuse what is of somebody else: a mistaken bundle must not become anybody's answer."""
        names = self._patient_names
        for subject, place in self._about:
            names = names or frozenset({subject})
            if is_meant(subject, names) is False:
                self._say("error", "structure", "other_patient", place)

    def _place(self, visit: Visit | None) -> None:
        """The municipality and week; what cannot be used of them is left out and said.

        A record has an address for other reasons than this, so no answer is refused for it.
        """
        if visit is not None:
            self._where.visits(visit.resource)
        found = self._where.found()
        for one in found:
            if one.code is None:
                self._leave_out("not_divipola", one.place, system=DIVIPOLA)
        codes = {one.code for one in found if one.code is not None}
        if len(codes) > 1:
            self._leave_out("two_municipalities", found[0].place)
            return
        for code in codes:
            self._place_in(code, visit)

    def _place_in(self, municipality: str, visit: Visit | None) -> None:
        """Put down the municipality with the week of the encounter; this week without a date."""
        if visit is None or visit.start is None:
            self.record.place = {"municipality": municipality}
            return
        week = week_of(visit.start, self._today)
        if week is None:
            self._leave_out("no_week", visit.place)
        else:
            self.record.place = {"municipality": municipality, "week": week}

    def _patient(self, resource: Resource, place: str, entry: Resource) -> None:
        names = names_of(resource, entry)
        if self.record.subject:
            # A search may bring the patient along once more.
            if not any(is_meant(one, self._patient_names) for one in names):
                self._say("error", "structure", "two_patients", place)
            return
        if self._context.patient and not any(
            is_meant(one, names) is not False for one in self._context.patient
        ):
            self._say("error", "structure", "other_patient", place)
        self._patient_names = names | self._context.patient
        address = entry.get("fullUrl") or f"Patient/{resource.get('id', 'unknown')}"
        self.record.subject = {"reference": str(address)}
        gender = resource.get("gender")
        self.record.sex = gender if gender in ("female", "male") else None
        self.record.birth = self._date(resource.get("birthDate"), f"{place}.birthDate")
        if self.record.birth is not None:
            self.record.places["#/age_years"] = f"{place}.birthDate"
        self._where.lives(resource, place)

    def _encounter(self, resource: Resource, place: str, entry: Resource) -> None:
        period = resource.get("period")
        start = period.get("start") if isinstance(period, dict) else None
        where = f"{place}.period.start"
        names = names_of(resource, entry)
        self._visits.append(Visit(self._date(start, where), start, where, resource, names))

    def _location(self, resource: Resource, place: str, entry: Resource) -> None:
        self._where.stands(resource, entry, place)

    def _observation(self, resource: Resource, place: str, _: object) -> None:
        self._observations.append(_Read(resource, place))

    def _condition(self, resource: Resource, place: str, _: object) -> None:
        self._conditions.append(_Read(resource, place))

    def _observation_read(self, one: _Read, now: Now) -> None:
        written = when.told_of(one.resource)
        is_date = when.moment_of(written) is not None
        why_not = now.why_not(one.resource, written) if is_date else None
        for part, place in parts_of(one.resource, one.place):
            code = self._all_observations.code(part)
            if code is None:
                self._leave_out("code_unknown", place)
            elif _is_modified(part):
                self._leave_out("modified", place)
            elif why_not and (why_not in _OF_NOBODY_YET or self._all_observations.passes(code)):
                self._leave_out(why_not, place)
            elif code == SEX:
                self._leave_out("sex_of_patient", place)
            elif code == AGE and self.record.birth is not None:
                self._leave_out("birth_known", place)
            elif not is_date:
                self._take(Fault("no_date", {"code": code}), place, written)
            else:
                self._take(self._all_observations.read(code, part), place, written)

    def _condition_read(self, one: _Read, now: Now) -> None:
        recorded, day = one.resource.get("recordedDate"), self.record.seen or self._today
        if when.is_to_come(recorded, self._today):
            self._leave_out("to_come", one.place)
            return
        here = now.is_here(one.resource, recorded)
        is_of_an_encounter = name_in(one.resource.get("encounter")) is not None
        if here is None and is_of_an_encounter and when.is_long_before(recorded, day):
            here = False
        self._take(self._all_conditions.read(one.resource, day, here), one.place)

    def _take(
        self, found: Told | Measured | LeftOut | Fault, place: str, written: object = None
    ) -> None:
        """Put down what was found of a part, which is of the date that is `written`."""
        match found:
            case LeftOut(why):
                self._leave_out(why, place)
            case Fault(why, values):
                self._unread(FHIR[why][self._language].format(**values), place)
                self.record.measure(values["code"], when.latest_of(written), None, place)
            case Told(code, present):
                self._sign(code, present, place)
            case Measured(code, value):
                self._measurement(code, value, written, place)

    def _measurement(self, code: str, value: float, written: object, place: str) -> None:
        known = self._vocabulary.observation[code]
        wrong = list(impossible(("observations", code), value, known, self._language))
        for one in wrong:
            self._unread(one.detail, place)
        if wrong:
            self.record.measure(code, when.latest_of(written), None, place)
        else:
            self.record.measure(code, when.moment_of(written) or when.NEVER_TOLD, value, place)

    def _sign(self, code: str, present: bool, place: str) -> None:
        if self.record.signs.setdefault(code, present) != present:
            self._say("error", "conflict", "both", place, code=code)

    def _date(self, text: object, place: str) -> date | None:
        """The day of a FHIR date of any precision; a missing month or day is the middle one."""
        year, month, day = (*str(text).partition("T")[0].split("-"), "", "")[:3]
        try:
            return date(int(year), int(month or 7), int(day or 15))
        except (ValueError, OverflowError):
            if text is not None:
                self._say("error", "value", "date", place)
            return None

    def _leave_out(self, sentence: str, place: str, **values: str) -> None:
        self.record.count_not_now += sentence in _OF_ANOTHER_DAY
        self._say("information", "not-supported", sentence, place, **values)

    def _unread(self, text: str, place: str) -> None:
        self.record.unread.append(Issue("error", "value", text, place))

    def _say(
        self, severity: Severity, kind: IssueCode, sentence: str, place: str, **values: str
    ) -> None:
        text = FHIR[sentence][self._language].format(**values)
        self.record.issues.append(Issue(severity, kind, text, place))


def _is_modified(resource: Resource) -> bool:
    """Whether it says that its meaning depends on what only its author knows.

    FHIR R4 forbids to use such a resource or part (2.1.0.3, modifier extensions).
    """
    return any(resource.get(one) for one in ("modifierExtension", "implicitRules"))
