"""What the service takes and gives, as the OpenAPI shows it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.examples import ASSESSMENT_REQUESTS
from api.language import Language
from api.red_flags.rules import Level, Source

WarningCode = Literal["synthetic", "simulated", "nothing_used", "not_used"]
OverrideReason = Literal["other_evidence", "already_known", "wrong"]
State = Literal["present", "absent", "unknown"]
Sex = Literal["female", "male"]
Origin = Literal["public", "synthetic"]
Labels = dict[Language, str]
Code = Annotated[str, StringConstraints(max_length=100)]
Number = Annotated[float, Field(allow_inf_nan=False)]

_OLDEST_TOLD_APART_YEARS = 89.0
_AGE_OF_ALL_OLDER_YEARS = 90.0


class _Given(BaseModel):
    """Part of a request: nothing unnamed is taken, nothing is converted in silence."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Told(BaseModel):
    """Part of an answer."""

    model_config = ConfigDict(frozen=True)


class SignGiven(_Given):
    """One sign, symptom or antecedent and whether the patient has it."""

    code: Code = Field(description="A code of GET /v1/vocabulary.")
    state: State = Field(description="'unknown' is the same as leaving the sign out.")


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
    problems: Annotated[list[Code], Field(max_length=100)] | None = Field(
        None, description="Which questions to answer; all when left out."
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


class FeedbackKept(_Told):
    """What was kept of it."""

    id: str
    assessment_id: str
    created_at: datetime


class Option(_Told):
    """One possible answer and how probable it is."""

    code: str
    label: str
    icd10: str | None = Field(description="ICD-10 code, where there is one.")
    severity: int | None = Field(description="1 (most severe) to 5, where it is known.")
    probability: float = Field(ge=0, le=1, description="Calibrated probability.")


class Reason(_Told):
    """What one known piece of evidence does to the first option."""

    code: str
    label: str
    state: State | None = Field(description="For a sign: as it was given.")
    value: float | None = Field(description="For a measurement or the age: as it was given.")
    unit: str | None = Field(description="Unit of value.")
    log_odds: float = Field(
        description="This finding's share of the first option's natural-log odds. The answer's "
        "log_odds_start and all its reasons add up to its log_odds."
    )


class Question(_Told):
    """A finding still unknown, and how much its answer is expected to tell."""

    code: str
    label: str
    unit: str | None = Field(description="Unit of a measurement.")
    is_measured: bool = Field(description="True: measure it. False: ask whether it is present.")
    bits: float = Field(description="Information on the answer that it is expected to give.")


class ConfidenceFrom(_Told):
    """The threshold for one amount of evidence."""

    known_from: int = Field(description="From this many known findings that the model reads.")
    threshold: float | None = Field(description="Null: no answer is confident yet.")


class Confidence(_Told):
    """When a single answer is called confident, and what that gave on held-out patients."""

    threshold: float = Field(description="Least probability of the first option.")
    precision: float = Field(description="Share of confident answers that were right.")
    precision_low: float = Field(description="Its lower 95 % bound.")
    coverage: float = Field(description="Share of patients with a confident answer.")
    levels: tuple[ConfidenceFrom, ...] = Field(
        (), description="The threshold by how much is known, least first; empty: one for all."
    )
    precision_told_little: float | None = Field(
        None, description="The same share with most of the evidence hidden."
    )
    coverage_told_little: float | None = Field(
        None, description="The same share with most of the evidence hidden."
    )


class ModelFacts(_Told):
    """Which model answered, and what it learned from."""

    version: str
    trained_at: str
    sources: tuple[str, ...]
    origin: Origin = Field(description="Whether it learned from public or from synthetic data.")
    rows: int = Field(description="Encounters it learned from.")
    patients: int
    metrics: Mapping[str, float] = Field(description="Measured on held-out patients.")
    confident: Confidence | None = Field(description="Null: this model is never confident.")


class Answer(_Told):
    """The answer to one question."""

    problem: str
    question: str
    kind: Literal["binary", "nominal", "ordinal"]
    is_confident: bool = Field(description="False means 'not sure': no single answer is given.")
    answer: Option | None = Field(description="The one answer, only when it is confident.")
    ranked: list[Option] = Field(description="Every option, most probable first.")
    reasons_for: list[Reason] = Field(description="What speaks for the first option.")
    reasons_against: list[Reason] = Field(description="What speaks against the first option.")
    log_odds_start: float = Field(
        description="Natural-log odds of the first option before anything is known."
    )
    log_odds: float = Field(description="The same with all that is known.")
    ask_next: list[Question] = Field(
        description="What to ask or measure next, most telling first. Empty: nothing would tell "
        "enough to be worth asking."
    )
    model: ModelFacts


class Warned(_Told):
    """Something the reader of an answer must know."""

    code: WarningCode
    problem: str | None = Field(description="The question it is about; null: all of them.")
    message: str


class RedFlag(_Told):
    """A published danger criterion that the evidence meets, whatever any model says."""

    code: str = Field(description="A code of GET /v1/red-flags.")
    level: Level
    label: str
    action: str = Field(description="What its source asks to do.")
    misleads: str = Field(description="When it is wrong.")
    because: list[str] = Field(description="What was given that raised it.")
    source: Source


class Assessment(_Told):
    """The answers to every question asked about one patient."""

    id: str
    created_at: datetime
    language: Language
    disclaimer: str
    red_flags: list[RedFlag] = Field(
        description="Emergencies first. None raised is no all-clear: unknown signs raise nothing."
    )
    answers: list[Answer]
    warnings: list[Warned]


class ModelSummary(ModelFacts):
    """One model of the bundle."""

    problem: str
    question: Labels
    kind: Literal["binary", "nominal", "ordinal"]
    classes: tuple[str, ...]
    baseline: Mapping[str, float] = Field(description="What guessing gives on the same patients.")
    calibration: Mapping[str, float]
    git_commit: str
    data_hash: str


class ModelDetail(ModelSummary):
    """One model, its inputs and its card."""

    features: tuple[str, ...] = Field(description="Codes the model reads.")
    card: str = Field(description="Model card, Markdown.")


class ModelList(_Told):
    """Every model that can answer."""

    bundle_version: str
    created_at: str
    models: list[ModelSummary]


class Health(_Told):
    """Whether the service runs, and whether it can answer."""

    status: Literal["ok", "no-models"]
    version: str
    bundle_version: str | None = None
    problems: tuple[str, ...] = ()
