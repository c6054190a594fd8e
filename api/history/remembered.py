"""Which of a patient's stored features count as evidence today.

What the doctor gives always wins; a row past its view's ttl never gets here, so it is unknown.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple, Protocol

from api.bundle.vocabulary import Vocabulary
from api.schemas.given import FromHistory, HistoryTold, State
from api.words.language import Language
from ml.serving.predict import Evidence
from ml.serving.serving_plan import Row, ServingPlan

# What to type where the tables are no longer those that the bundle was exported with.
REBUILD = "run semia build, then semia features and semia export"
Status = Literal["found", "not_found", "away"]
_PRESSURES = frozenset({"systolic_bp_mmhg", "diastolic_bp_mmhg"})


class PatientReader(Protocol):
    """Reads the newest rows of one patient."""

    async def read(self, plan: ServingPlan, patient_id: str) -> Mapping[str, Row]:
        """The row of each view that has one that holds today, by the view's name.

        Raises `SemiaError` where the store cannot be read.
        """

    def close(self) -> None:
        """Let go of the store."""


class Visit(NamedTuple):
    """The newest row of a view: when it was known, to the second as Feast has it, and its numbers.

    A number that is not there is None.
    """

    moment: datetime
    numbers: Mapping[str, float | None]


@dataclass(frozen=True)
class Remembered:
    """The rows of the patient that was named; none where nobody is found or the store is away."""

    status: Status
    visits: Sequence[Visit] = ()


def added(
    given: Evidence, remembered: Remembered | None, vocabulary: Vocabulary, language: Language
) -> Sequence[FromHistory]:
    """The stored evidence beside that given; nothing where no patient was named."""
    return list(_added(given, remembered, vocabulary, language)) if remembered else ()


def completed(given: Evidence, pieces: Sequence[FromHistory]) -> Evidence:
    """The evidence given, and these pieces beside it."""
    if not pieces:
        return given
    signs: dict[str, bool] = {}
    numbers: dict[str, float] = {}
    for one in pieces:
        if one.value is None:
            signs[one.code] = one.state == "present"
        else:
            numbers[one.code] = one.value
    return Evidence(
        age_years=given.age_years,
        is_female=given.is_female,
        observations=numbers | dict(given.observations),
        signs=signs | dict(given.signs),
    )


def told(
    pieces: Sequence[FromHistory], remembered: Remembered | None, vocabulary: Vocabulary
) -> HistoryTold | None:
    """The `history` of an answer; None where no patient was named."""
    if remembered is None:
        return None
    of_evidence = vocabulary.evidence
    return HistoryTold(
        status=remembered.status,
        evidence=list(pieces),
        features={
            name: None if value is None else float(value)
            for _, numbers in remembered.visits
            for name, value in numbers.items()
            if name not in of_evidence
        },
    )


def _added(
    given: Evidence, remembered: Remembered, vocabulary: Vocabulary, language: Language
) -> Iterator[FromHistory]:
    known = given.known().keys()
    # The two are one measurement: half of today's and half of another day's is neither.
    told = known if known.isdisjoint(_PRESSURES) else known | _PRESSURES
    of_evidence, signs, words = vocabulary.evidence, vocabulary.symptom, vocabulary.words[language]
    for moment, numbers in remembered.visits:
        for code, value in numbers.items():
            if value is None or code not in of_evidence or code in told:
                continue
            label, unit, _ = words[code]
            if code in signs:
                state: State = "present" if value else "absent"
                yield FromHistory(code, label, state, None, unit, moment)
            else:
                yield FromHistory(code, label, None, float(value), unit, moment)
