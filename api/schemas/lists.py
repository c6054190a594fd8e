"""Schemas of what comes in pages: which entries are asked for, and a clinic's own assessments."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.schemas.given import Code
from api.schemas.told import Told

After = Annotated[str, StringConstraints(max_length=500)]


class ListAsked(BaseModel):
    """Which assessments, how many on a page, and after which."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    awaiting: Literal["feedback"] | None = Field(
        None,
        description="'feedback': those of which nobody has said yet what proved right.",
        examples=["feedback"],
    )
    problem: Code | None = Field(
        None,
        description="Those that answered this question; with `awaiting`, those of which nobody has "
        "said what proved right on it. Left out: on any.",
        examples=["arbovirus"],
    )
    limit: int = Field(50, ge=1, le=200, description="How many on a page.", examples=[2])
    after: After | None = Field(
        None, description="Where the page before ended, as its `next` tells it."
    )


class EntriesAsked(BaseModel):
    """Which entries of the vocabulary; the whole of it where nothing is asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    search: Annotated[str, StringConstraints(max_length=100)] | None = Field(
        None,
        description="Those with this in their code, words or synonyms in either language, or "
        "ICD-10 code; case and accents do not matter.",
        examples=["corazon"],
    )
    limit: int | None = Field(
        None, ge=1, le=1000, description="How many on a page. Left out: all.", examples=[20]
    )
    after: After | None = Field(
        None, description="Where the page before ended, as its `next` tells it."
    )


class FeedbackTold(Told):
    """The last word on the answer to one question."""

    verdict: Literal["confirmed", "accepted", "overridden"]
    answer_code: str | None = Field(description="What proved right, where that was said.")
    created_at: datetime


class AnswerListed(Told):
    """What was answered to one question."""

    problem: str
    model_version: str
    is_confident: bool
    first: str = Field(description="Code of the most probable option.")
    probability: float = Field(ge=0, le=1, description="Its probability.")
    feedback: FeedbackTold | None = Field(description="Null: nobody has said anything of it.")


class AssessmentListed(Told):
    """One assessment: when it was made and what was answered, never what was asked."""

    id: str
    created_at: datetime
    answers: list[AnswerListed]


class AssessmentList(Told):
    """A clinic's own assessments, the newest first."""

    assessments: list[AssessmentListed]
    next: str | None = Field(description="Address of the next page. Null: this is the last.")
