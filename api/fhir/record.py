"""What a FHIR bundle says of its patient, gathered; and the same as a request of our own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from api.fhir.names import Names
from api.fhir.outcome import Issue
from api.fhir.units import DAYS_A_YEAR
from api.schemas.asked import AssessmentRequest, SignGiven
from api.words.language import Language

AGE, SEX = "age_years", "is_female"


class Context(NamedTuple):
    """Whose record is open and in which encounter, as far as the doctor's system says it."""

    patient: Names = frozenset()
    encounter: Names = frozenset()


@dataclass
class Record:
    """What a bundle says of its patient, where each piece stood, and what was left out.

    `unread` are the values that cannot be read, and `count_not_now` is how much of it was said of
    another time than this encounter.
    """

    subject: Mapping[str, Any] = field(default_factory=dict)
    sex: str | None = None
    birth: date | None = None
    seen: date | None = None
    place: dict[str, str] | None = None
    observations: dict[str, tuple[datetime, float]] = field(default_factory=dict)
    latest: dict[str, datetime] = field(default_factory=dict)
    signs: dict[str, bool] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    unread: list[Issue] = field(default_factory=list)
    count_not_now: int = 0

    def measure(self, code: str, moment: datetime, value: float | None, place: str) -> None:
        """Keep a value unless a later one is known; of one moment the last that is listed.

        None is a value that cannot be read: what was measured before it is not that of now either.
        """
        if moment < self.latest.get(code, moment):
            return
        self.latest[code] = moment
        self.places[f"#/observations/{code}"] = place
        if value is None:
            self.observations.pop(code, None)
        else:
            self.observations[code] = (moment, value)

    def set_aside(self, unread: Issue) -> bool:
        """Go on without the measurement that an issue names; False where it names none."""
        codes = [
            code
            for code in self.observations
            if unread.place and self.places[f"#/observations/{code}"] == unread.place
        ]
        for code in codes:
            del self.observations[code]
            self.unread.append(unread)
        return bool(codes)

    def request(self, language: Language) -> AssessmentRequest:
        """The same as a request of the service's own."""
        states = {True: "present", False: "absent"}
        return AssessmentRequest.model_validate(
            {
                "age_years": self._age_years(),
                "sex": self.sex,
                "observations": {
                    code: value for code, (_, value) in self.observations.items() if code != AGE
                },
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
            _, measured = self.observations.get(AGE, (None, None))
            return measured
        days = ((self.seen or datetime.now(UTC).date()) - self.birth).days
        return round(days / DAYS_A_YEAR, 2)


def errors_of(record: Record) -> Iterator[Issue]:
    """The issues for which any record is refused, whoever wrote it."""
    return (issue for issue in record.issues if issue.severity == "error")
