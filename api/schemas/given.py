"""Response schemas, as the OpenAPI shows them; the request schemas are in `api.schemas.asked`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from api.red_flags.rules import Level, Source
from api.schemas.model_facts import ModelFacts
from api.schemas.placed import PlaceTold
from api.schemas.told import Told
from api.words.language import Language

WarningCode = Literal[
    "synthetic",
    "simulated",
    "nothing_used",
    "not_used",
    "strange",
    "artificial_balance",
    "no_history",
    "local_prior",
    "no_local_incidence",
]
State = Literal["present", "absent", "unknown"]
Labels = dict[Language, str]
Code = Annotated[str, StringConstraints(max_length=100)]


class FeedbackKept(Told):
    """What was kept of it."""

    id: str
    assessment_id: str
    created_at: datetime


# An answer holds a hundred of these, and as plain records they are made in a third of the time. So
# what is checked of them is checked by the types, not while serving.
@dataclass(slots=True)
class Option:
    """One possible answer and how probable it is."""

    code: str
    label: str
    icd10: Annotated[str | None, Field(description="ICD-10 code, where there is one.")]
    severity: Annotated[int | None, Field(description="1 (most severe) to 5, where it is known.")]
    probability: Annotated[float, Field(ge=0, le=1, description="Calibrated probability.")]


@dataclass(slots=True)
class Reason:
    """What one known piece of evidence does to the first option."""

    code: str
    label: str
    state: Annotated[State | None, Field(description="For a sign: as it was given.")]
    value: Annotated[
        float | None, Field(description="For a measurement or the age: as it was given.")
    ]
    unit: Annotated[str | None, Field(description="Unit of value.")]
    log_odds: Annotated[
        float,
        Field(
            description="This finding's share of the first option's natural-log odds. The "
            "answer's log_odds_start and all its reasons add up to its log_odds."
        ),
    ]


@dataclass(slots=True)
class Question:
    """A finding still unknown, and how much its answer is expected to tell."""

    code: str
    label: str
    unit: Annotated[str | None, Field(description="Unit of a measurement.")]
    is_measured: Annotated[
        bool, Field(description="True: measure it. False: ask whether it is present.")
    ]
    bits: Annotated[
        float, Field(description="Information on the answer that it is expected to give.")
    ]


@dataclass(slots=True)
class AnswerSet:
    """The answers that cannot be ruled out; none is an answer too."""

    codes: Annotated[tuple[str, ...], Field(description="Codes of `ranked`, most probable first.")]
    coverage: Annotated[
        float,
        Field(
            description="Share of the patients of each answer in whom their answer is in the set."
        ),
    ]
    never_ruled_out: Annotated[
        tuple[str, ...],
        Field(
            description="Those of `codes` that are in every set, for want of patients to learn "
            "from."
        ),
    ]


@dataclass(slots=True)
class Strange:
    """How unlike the patients of every answer this one is."""

    score: Annotated[
        float, Field(description="Surprise beyond what is usual, in standard deviations.")
    ]
    limit: Annotated[float, Field(description="A score above it is called strange.")]
    false_alarms: Annotated[
        float,
        Field(
            description="Share, at most, of patients like those learned from who are called "
            "strange."
        ),
    ]


@dataclass(slots=True)
class BroaderOption:
    """Several options put together: what can be said where no single one can."""

    code: str
    label: str
    classes: Annotated[tuple[str, ...], Field(description="The options it puts together.")]
    probability: Annotated[float, Field(description="Theirs together.")]
    is_confident: Annotated[
        bool, Field(description="By the same promise as a single answer, and shown to hold.")
    ]


@dataclass(slots=True)
class Answer:
    """The answer to one question."""

    problem: str
    question: str
    kind: Literal["binary", "nominal", "ordinal"]
    is_confident: Annotated[
        bool,
        Field(
            description="False means 'not sure': no single answer is given. True only above the "
            "threshold, before and after re-weighting, and for a patient who is not strange."
        ),
    ]
    answer: Annotated[
        Option | None, Field(description="The one answer, only when it is confident.")
    ]
    broader: Annotated[
        BroaderOption | None,
        Field(
            description="The most probable answer to the broader question, such as 'ill or not' "
            "beside 'ill with what'. Null: the question has none."
        ),
    ]
    ranked: Annotated[list[Option], Field(description="Every option, most probable first.")]
    set: Annotated[
        AnswerSet | None,
        Field(description="What cannot be ruled out. Null: an older model, which does not say."),
    ]
    is_strange: Annotated[
        bool | None,
        Field(
            description="True: unlike any patient the model learned from, so perhaps none of its "
            "answers. Never confident then. Null: an older model, which does not say."
        ),
    ]
    strangeness: Strange | None
    prevalence: Annotated[
        Mapping[str, float] | None,
        Field(
            description="The shares the answers were re-weighted to. Null: as where the model "
            "learned."
        ),
    ]
    reasons_for: Annotated[list[Reason], Field(description="What speaks for the first option.")]
    reasons_against: Annotated[
        list[Reason], Field(description="What speaks against the first option.")
    ]
    log_odds_start: Annotated[
        float, Field(description="Natural-log odds of the first option before anything is known.")
    ]
    log_odds: Annotated[float, Field(description="The same with all that is known.")]
    ask_next: Annotated[
        list[Question],
        Field(
            description="What to ask or measure next, most telling first. Empty: nothing would "
            "tell enough to be worth asking."
        ),
    ]
    model: ModelFacts


@dataclass(slots=True)
class Warned:
    """Something the reader of an answer must know."""

    code: WarningCode
    problem: Annotated[
        str | None, Field(description="The question it is about; null: all of them.")
    ]
    message: str


@dataclass(slots=True)
class RedFlag:
    """A published danger criterion that the evidence meets, whatever any model says."""

    code: Annotated[str, Field(description="A code of GET /v1/red-flags.")]
    level: Level
    label: str
    action: Annotated[str, Field(description="What its source asks to do.")]
    misleads: Annotated[str, Field(description="When it is wrong.")]
    because: Annotated[list[str], Field(description="What was given that raised it.")]
    source: Source


@dataclass(slots=True)
class FromHistory:
    """One piece of evidence that was not given but remembered from earlier visits."""

    code: str
    label: str
    state: Annotated[State | None, Field(description="For a sign.")]
    value: Annotated[float | None, Field(description="For a measurement.")]
    unit: Annotated[str | None, Field(description="Unit of value.")]
    known_at: Annotated[datetime, Field(description="When the visit was over that told it.")]


class HistoryTold(Told):
    """What the feature store added of the patient that was named."""

    status: Literal["found", "not_found", "away"] = Field(
        description="'away': it could not be looked up, so the answers are without it."
    )
    evidence: list[FromHistory] = Field(description="What the answers take into account.")
    features: Mapping[str, float | None] = Field(
        description="What else is stored, by feature; no answer takes it into account."
    )


class Assessment(Told):
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
    history: HistoryTold | None = Field(None, description="Null: no patient was named.")
    place: PlaceTold | None = Field(None, description="Null: no place was given.")


class Health(Told):
    """Whether the service runs, and whether it can answer."""

    status: Literal["ok", "no-models"]
    version: str
    bundle_version: str | None = None
    problems: tuple[str, ...] = ()
