"""Request schemas, as the OpenAPI shows them; the response schemas are in `api.schemas.given`."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.schemas.examples import ASSESSMENT_REQUESTS
from api.schemas.given import Code, State
from api.words.language import Language

OverrideReason = Literal["other_evidence", "already_known", "wrong"]
Sex = Literal["female", "male"]
Number = Annotated[float, Field(allow_inf_nan=False)]
Shares = Annotated[dict[Code, Number], Field(max_length=1000)]

_OLDEST_TOLD_APART_YEARS = 89.0
_AGE_OF_ALL_OLDER_YEARS = 90.0


class _Given(BaseModel):
    """Part of a request: unknown fields are refused, and no type is converted silently."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class SignGiven(_Given):
    """One sign, symptom or antecedent and whether the patient has it."""

    code: Code = Field(description="A code of GET /v1/vocabulary.")
    state: State = Field(description="'unknown' is the same as leaving the sign out.")


class PatientGiven(_Given):
    """Whose history may be looked up. Neither field is kept, logged or given back."""

    source: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,40}$")] = Field(
        description="The source or clinic whose patient it is; a clinic's key opens its own alone."
    )
    identifier: Annotated[str, StringConstraints(min_length=1, max_length=200)] = Field(
        description="The number the clinic itself uses, hashed before anything else is done with "
        "it; or what that hash is, 64 hexadecimal digits."
    )


class PlaceGiven(_Given):
    """Where and when the patient fell ill; neither field is logged."""

    municipality: Annotated[str, Field(max_length=20)] = Field(
        description="DIVIPOLA code of the municipality, five digits: 68001 is Bucaramanga.",
        examples=["68001"],
    )
    week: Annotated[str, Field(max_length=20)] | None = Field(
        None,
        description="Epidemiological week (Sunday to Saturday), as 2026-W07; left out: this one.",
        examples=["2026-W07"],
    )


class AssessmentRequest(_Given):
    """What is known of one patient. Whatever is left out is unknown, never absent."""

    model_config = ConfigDict(json_schema_extra={"examples": ASSESSMENT_REQUESTS})

    age_years: Number | None = Field(
        None, description="Age in years, 0 to 120; months as a fraction. Over 89 counts as 90."
    )
    sex: Sex | None = Field(None, description="Sex recorded at birth, if known.")
    observations: Annotated[dict[Code, Number], Field(max_length=100)] = Field(
        default_factory=dict,
        description="Measurements by their code, each in the vocabulary's unit and range.",
    )
    evidence: Annotated[list[SignGiven], Field(max_length=1000)] = Field(
        default_factory=list, description="Signs known to be present or absent."
    )
    patient: PatientGiven | None = Field(
        None, description="Whose stored history adds to what is given here, which always wins."
    )
    problems: Annotated[list[Code], Field(max_length=100)] | None = Field(
        None, description="Which questions to answer; all when left out."
    )
    prevalence: Annotated[dict[Code, Shares], Field(max_length=100)] | None = Field(
        None,
        description="For each question: the share of every answer where the patient is, adding up "
        "to 1. Left out: as where its model learned. Beside a place: as is usual there.",
    )
    place: PlaceGiven | None = Field(
        None,
        description="Where and when: what was notified there in the four weeks before re-weights "
        "the questions about it.",
    )
    language: Language | None = Field(
        None, description="Language of the answer; otherwise Accept-Language decides."
    )

    @property
    def age_told_apart(self) -> float | None:
        """The age as training data hold it: 90 for everybody over 89 (HIPAA Safe Harbor)."""
        over = self.age_years is not None and self.age_years > _OLDEST_TOLD_APART_YEARS
        return _AGE_OF_ALL_OLDER_YEARS if over else self.age_years


class Feedback(_Given):
    """What a doctor says of one answer, once more is known."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"problem": "severity", "verdict": "accepted"},
                {"problem": "arbovirus", "verdict": "confirmed", "answer_code": "dengue"},
                {"problem": "severity", "verdict": "overridden", "reason": "other_evidence"},
            ]
        }
    )

    problem: Code = Field(description="The question it is about.")
    verdict: Literal["confirmed", "accepted", "overridden"] = Field(
        description="'confirmed': answer_code proved right, by a test or in time."
    )
    answer_code: Code | None = Field(None, description="The right answer, a code of `ranked`.")
    reason: OverrideReason | None = Field(None, description="Why an answer was overridden.")
