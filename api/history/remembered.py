"""Which of a patient's stored features count as evidence today.

What the doctor gives always wins; a row past its view's ttl never gets here, so it is unknown.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple, Protocol

from api.bundle.vocabulary import Vocabulary
from api.schemas.given import FromHistory, HistoryTold
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


@dataclass(frozen=True)
class Remembered:
    """The rows of the patient that was named; none where nobody is found or the store is away."""

    status: Status
    rows: Mapping[str, Row] = field(default_factory=dict)


class Piece(NamedTuple):
    """A code that history adds, its number, and when it was known."""

    code: str
    value: float
    moment: datetime


def added(
    given: Evidence, remembered: Remembered | None, vocabulary: Vocabulary
) -> Sequence[Piece]:
    """The stored evidence beside that given; nothing where no patient was named."""
    return tuple(_pieces(given, remembered, vocabulary)) if remembered else ()


def completed(given: Evidence, pieces: Sequence[Piece], vocabulary: Vocabulary) -> Evidence:
    """The evidence given, and these pieces beside it."""
    if not pieces:
        return given
    known = vocabulary.symptom
    signs = {code: bool(value) for code, value, _ in pieces if code in known}
    numbers = {code: value for code, value, _ in pieces if code not in known}
    return Evidence(
        age_years=given.age_years,
        is_female=given.is_female,
        observations=numbers | dict(given.observations),
        signs=signs | dict(given.signs),
    )


def told(
    pieces: Sequence[Piece],
    remembered: Remembered | None,
    vocabulary: Vocabulary,
    language: Language,
) -> HistoryTold | None:
    """The `history` of an answer; None where no patient was named."""
    if remembered is None:
        return None
    return HistoryTold(
        status=remembered.status,
        evidence=[_item(one, vocabulary, language) for one in pieces],
        features={
            name: float(value) if isinstance(value, int | float) else None
            for row in remembered.rows.values()
            for name, value in row.values.items()
            if name not in vocabulary.evidence
        },
    )


def _pieces(given: Evidence, remembered: Remembered, vocabulary: Vocabulary) -> Iterator[Piece]:
    known = set(given.known())
    if known & _PRESSURES:
        # The two are one measurement: half of today's and half of another day's is neither.
        known |= _PRESSURES
    for row in remembered.rows.values():
        # Feast keeps moments to the second.
        moment = row.event_time.replace(microsecond=0)
        for code, value in row.values.items():
            is_new = code in vocabulary.evidence and code not in known
            if is_new and isinstance(value, int | float):
                yield Piece(code, float(value), moment)


def _item(piece: Piece, vocabulary: Vocabulary, language: Language) -> FromHistory:
    code, value, moment = piece
    label, unit, _ = vocabulary.word(code, language)
    if code not in vocabulary.symptom:
        return FromHistory(code, label, None, value, unit, moment)
    return FromHistory(code, label, "present" if value else "absent", None, unit, moment)
