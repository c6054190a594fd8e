"""What the feature store remembers of a patient, and what of it is evidence today.

What the doctor gives always wins; a row past its view's ttl never gets here, so it is unknown.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, Protocol

from api.language import Language
from api.schemas import FromHistory, HistoryTold, State
from api.vocabulary import PATIENT_FIELDS, Vocabulary
from ml.predict import Evidence
from ml.serving_plan import Row, ServingPlan

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

    async def close(self) -> None:
        """Let go of the store."""


@dataclass(frozen=True)
class Remembered:
    """The rows of the patient that was named; none where nobody is found or the store is away."""

    status: Status
    rows: Mapping[str, Row] = field(default_factory=dict)


def completed(given: Evidence, remembered: Remembered | None, vocabulary: Vocabulary) -> Evidence:
    """The evidence given, and what is remembered beside it."""
    if remembered is None:
        return given
    pieces = list(_pieces(given, remembered, vocabulary))
    signs = {code: bool(value) for code, value, _ in pieces if code in vocabulary.symptom}
    numbers = {code: value for code, value, _ in pieces if code not in vocabulary.symptom}
    return replace(
        given,
        observations={**numbers, **given.observations},
        signs={**signs, **given.signs},
    )


def told(
    given: Evidence, remembered: Remembered | None, vocabulary: Vocabulary, language: Language
) -> HistoryTold | None:
    """What an answer says of it; None where no patient was named."""
    if remembered is None:
        return None
    return HistoryTold(
        status=remembered.status,
        evidence=[
            _item(code, value, moment, vocabulary, language)
            for code, value, moment in _pieces(given, remembered, vocabulary)
        ],
        features={
            name: float(value) if isinstance(value, int | float) else None
            for row in remembered.rows.values()
            for name, value in row.values.items()
            if not _is_evidence(name, vocabulary)
        },
    )


def _pieces(
    given: Evidence, remembered: Remembered | None, vocabulary: Vocabulary
) -> Iterator[tuple[str, float, datetime]]:
    """Each code that history adds, its number, and when it was known."""
    known = set(given.known())
    if known & _PRESSURES:
        # The two are one measurement: half of today's and half of another day's is neither.
        known |= _PRESSURES
    for row in remembered.rows.values() if remembered else ():
        for code, value in row.values.items():
            is_new = code not in known and _is_evidence(code, vocabulary)
            if is_new and isinstance(value, int | float):
                yield code, float(value), row.event_time


def _is_evidence(code: str, vocabulary: Vocabulary) -> bool:
    is_observation = code in vocabulary.observation and code not in PATIENT_FIELDS
    return is_observation or code in vocabulary.symptom


def _item(
    code: str, value: float, moment: datetime, vocabulary: Vocabulary, language: Language
) -> FromHistory:
    label, unit, _ = vocabulary.word(code, language)
    is_sign = code in vocabulary.symptom
    state: State | None = ("present" if value else "absent") if is_sign else None
    # Feast keeps moments to the second.
    known_at = moment.replace(microsecond=0)
    return FromHistory(code, label, state, None if is_sign else value, unit, known_at)
