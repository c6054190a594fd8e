"""The audit log of every answer and of every doctor's feedback on it.

A row goes to disk before the answer is given and from there to the database, at once or when it is
back. It holds what was asked and answered, by codes; never who the patient is.
"""

import logging
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Protocol

from pydantic_core import to_json
from starlette.requests import Request

from api.background import Background
from api.log.spool import Spool
from api.schemas.asked import AssessmentRequest, Feedback
from api.schemas.given import Answer, Assessment, FeedbackKept
from api.words.errors import Problem
from warehouse.errors import SemiaError
from warehouse.settings import Settings

LOCAL = "local"
_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 30.0
_told = logging.getLogger("semia.log")


@dataclass(frozen=True)
class Asker:
    """Who asks: the clinic and the id of its key; a clinic called local where none is needed."""

    clinic: str = LOCAL
    key: str | None = None


def asker_of(request: Request) -> Asker:
    """Who sent a request, as the check of its key has found."""
    return request.scope.get("state", {}).get("asker") or _NOBODY


_NOBODY = Asker()


class Log(Protocol):
    """Where rows go."""

    def add(self, log: str, row: Mapping[str, Any]) -> None:
        """Keep one row of `assessments` or `feedback`; raise `Problem` (503) where it cannot."""


class StandardOutput:
    """Rows as JSON lines on standard output, which Lambda keeps."""

    def add(self, log: str, row: Mapping[str, Any]) -> None:
        """Print one row."""
        print(_line(log, row).decode(), file=sys.stdout, flush=True)  # noqa: T201 - its purpose


class SpooledLog(Background):
    """Rows on disk first, then carried to the database; what cannot be stays on disk."""

    def __init__(self, settings: Settings) -> None:
        super().__init__("semia-log")
        self._settings = settings
        self.spool = Spool(settings.home / "spool")

    def add(self, log: str, row: Mapping[str, Any]) -> None:
        """Put one row on disk; raise `Problem` (503) where it cannot be written."""
        try:
            self.spool.append(_line(log, row))
        except OSError as error:
            raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, "no-log") from error

    def carry(self) -> int:
        """Bring every finished row to the database and say how many there were.

        Raises `SemiaError`; rows that were not brought stay on disk.
        """
        self.spool.finish()
        if not self.spool.waiting():
            return 0
        # A service without a database starts sooner without what speaks to one.
        from api.log.replay import carry

        return carry(self.spool, self._settings)

    def _go_on(self) -> None:
        pause = _PAUSE_SECONDS
        while not self._stopping.wait(pause):
            pause = _PAUSE_SECONDS if self._try() else min(pause * 2, _LONGEST_PAUSE_SECONDS)
        self._try()

    def _try(self) -> bool:
        try:
            self.carry()
        except (SemiaError, OSError) as error:
            _told.info("the log waits on disk: %s", type(error).__name__)
            return False
        return True


def open_log(settings: Settings) -> Log:
    """The log that SEMIA_LOG asks for."""
    return StandardOutput() if settings.log == "stdout" else SpooledLog(settings)


def assessment_row(
    request: AssessmentRequest, assessment: Assessment, asker: Asker
) -> dict[str, Any]:
    """The log row of one assessment."""
    # Who the patient is stays out, hashed or not, and so does where: a municipality is finer than
    # Safe Harbor allows. What the place made of the shares is in the answer.
    asked = request.model_dump(
        mode="json", exclude={"patient", "place"}, exclude_none=True, exclude_defaults=True
    )
    if request.age_years is not None:
        asked["age_years"] = request.age_told_apart
    return {
        "assessment_id": assessment.id,
        "clinic": asker.clinic,
        "asked_by": asker.key,
        "created_at": assessment.created_at.isoformat(),
        "request": asked,
        "answer": {
            "answers": [
                {
                    "problem": answer.problem,
                    "version": answer.model.version,
                    "is_confident": answer.is_confident,
                    "broader": _broader(answer),
                    "is_strange": answer.is_strange,
                    "set": answer.set.codes if answer.set else None,
                    "prevalence": answer.prevalence,
                    "probabilities": {o.code: round(o.probability, 6) for o in answer.ranked},
                }
                for answer in assessment.answers
            ],
            "red_flags": [flag.code for flag in assessment.red_flags],
            "warnings": [warned.code for warned in assessment.warnings],
        },
    }


def _broader(answer: Answer) -> dict[str, Any] | None:
    found = answer.broader
    return {"code": found.code, "is_confident": found.is_confident} if found else None


def feedback_row(kept: FeedbackKept, said: Feedback, asker: Asker) -> dict[str, Any]:
    """The log row of a doctor's feedback on an answer."""
    return {
        "feedback_id": kept.id,
        "assessment_id": kept.assessment_id,
        "clinic": asker.clinic,
        "asked_by": asker.key,
        "created_at": kept.created_at.isoformat(),
        **said.model_dump(mode="json"),
    }


def _line(log: str, row: Mapping[str, Any]) -> bytes:
    # Pydantic's writer takes a third of the time of the standard library's.
    return to_json({"log": log, "row": row})
