"""CDS Hooks 2.0: cards for the patient a doctor opens in their own system.

Cards say what the record's FHIR bundle gives, red flags first; they suggest nothing to order.
https://cds-hooks.hl7.org/2.0/
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple, get_args
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.fhir.outcome import Issue
from api.fhir.record import Context
from api.fhir.where import objects
from api.fhir.words import CARDS, PARTS, broader_said
from api.schemas.asked import Feedback, OverrideReason
from api.schemas.examples import CARDS_FEEDBACK, HOOK_REQUEST
from api.schemas.given import Answer, Assessment, RedFlag
from api.words.language import Language

SERVICE_ID = "semia-patient-view"
_SUMMARY_LENGTH = 140
_OPTIONS = 3
_MOST_UNREAD = 10
_PREFETCH = {
    "patient": "Patient/{{context.patientId}}",
    "encounter": "Encounter/{{context.encounterId}}",
    "observations": "Observation?patient={{context.patientId}}&category=vital-signs&_sort=-date"
    "&_count=50",
    "conditions": "Condition?patient={{context.patientId}}&clinical-status=active",
}


class HookRequest(BaseModel):
    """What the doctor's system sends; only the prefetched resources are read."""

    model_config = ConfigDict(
        extra="ignore", frozen=True, json_schema_extra={"examples": [HOOK_REQUEST]}
    )

    hook: Literal["patient-view"]
    hookInstance: str = Field(max_length=200)  # noqa: N815 - the specification's name
    context: dict[str, Any] = Field(default_factory=dict)
    prefetch: dict[str, Any] | None = Field(
        None, description="patient, encounter, observations, conditions."
    )


class CodedReason(BaseModel):
    """Why a card was overridden: one of its `overrideReasons`."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    code: str = Field(max_length=100)


class Overriding(BaseModel):
    """The reason of an override; a comment beside it is free text and is not read."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    reason: CodedReason | None = None


class CardFeedback(BaseModel):
    """What a doctor did with one card."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    card: str = Field(max_length=200, description="The card's uuid.")
    outcome: Literal["accepted", "overridden"]
    overrideReason: Overriding | None = None  # noqa: N815 - the specification's name


class CardsFeedback(BaseModel):
    """What a doctor did with the cards shown."""

    model_config = ConfigDict(
        extra="ignore", frozen=True, json_schema_extra={"examples": [CARDS_FEEDBACK]}
    )

    feedback: list[CardFeedback] = Field(max_length=100)


def discovery(language: Language) -> dict[str, Any]:
    """What `GET /cds-services` offers."""
    return {
        "services": [
            {
                "id": SERVICE_ID,
                "hook": "patient-view",
                "title": "Semia",
                "description": CARDS["description"][language],
                "prefetch": _PREFETCH,
            }
        ]
    }


def bundle_of(asked: HookRequest) -> dict[str, Any] | None:
    """The prefetched resources as one bundle; searches come as bundles of their own.

    None where nothing was prefetched, or nothing but why it could not be.
    """
    entries: list[Any] = []
    told = [one for one in (asked.prefetch or {}).values() if not _is_outcome(one)]
    if not any(told):
        return None
    for found in told:
        if isinstance(found, dict) and found.get("resourceType") == "Bundle":
            entries += objects(found.get("entry"))
        elif isinstance(found, dict):
            entries.append({"resource": found})
    return {"resourceType": "Bundle", "entry": entries}


def context_of(asked: HookRequest) -> Context:
    """The patient and the encounter that are open; what is no id of theirs is left aside."""
    return Context(
        *(
            frozenset({f"{kind}/{given}"} if isinstance(given, str) and given else ())
            for kind, given in (
                ("Patient", asked.context.get("patientId")),
                ("Encounter", asked.context.get("encounterId")),
            )
        )
    )


def not_sent(asked: HookRequest) -> list[str]:
    """Which parts of what `discovery` asks for were not sent, or could not be read.

    A patient may be open without an encounter; an empty search was sent.
    """
    sent = asked.prefetch or {}
    return [
        name
        for name in _PREFETCH
        if name != "encounter" and (not sent.get(name) or _is_outcome(sent[name]))
    ]


def _is_outcome(found: object) -> bool:
    return isinstance(found, dict) and found.get("resourceType") == "OperationOutcome"


def feedback_on(said: CardFeedback) -> tuple[UUID, Feedback] | None:
    """The assessment and the word on it; None for a card of a red flag, which no model raised.

    Raises `ValueError` for what is no card of this service. A reason that is none of the card's is
    left out: an override may have none.
    """
    if said.card[36:37] != "-":
        raise ValueError("not the uuid of a card")
    name, about = UUID(said.card[:36]), said.card[37:]
    if about.startswith("flag-"):
        return None
    coded = said.overrideReason.reason if said.overrideReason else None
    reason = coded.code if coded and coded.code in get_args(OverrideReason) else None
    word = {"problem": about, "verdict": said.outcome, "reason": reason}
    return name, Feedback.model_validate(word)


class OfTheRecord(NamedTuple):
    """What is to be said of the whole record: the parts that were not sent, how much of it is of
    another time, and the values that could not be read.
    """

    missing: Sequence[str] = ()
    count_not_now: int = 0
    unread: Sequence[Issue] = ()


NOTHING_TO_SAY = OfTheRecord()


def cards(assessment: Assessment, record: OfTheRecord = NOTHING_TO_SAY) -> list[dict[str, Any]]:
    """A card for each red flag, then one for what could not be read of the record, then one for
    each question that something known bears on.

    What else is to be said of the record is said once, with the first question, or in a card of its
    own where nothing bears on any.
    """
    silent = {w.problem for w in assessment.warnings if w.code == "nothing_used"}
    answers = [answer for answer in assessment.answers if answer.problem not in silent]
    told = _sentences(record, assessment.language)
    found = [_card(one, assessment, told if one is answers[0] else None) for one in answers]
    of_the_record = [] if answers else list(_record_card(assessment, told))
    unread = _unread_card(assessment, record.unread)
    return [*_flag_cards(assessment), *unread, *of_the_record, *found]


def _sentences(record: OfTheRecord, language: Language) -> list[str]:
    names = ", ".join(PARTS[name][language] for name in record.missing)
    said = [CARDS["not_sent"][language].format(names=names)] if names else []
    if record.count_not_now:
        said.append(CARDS["not_now"][language].format(count=record.count_not_now))
    return said


def _unread_card(assessment: Assessment, unread: Sequence[Issue]) -> Iterator[dict[str, Any]]:
    if unread:
        summary = CARDS["unread"][assessment.language].format(count=len(unread))
        detail = "\n".join(f"- {one.text}" for one in unread[:_MOST_UNREAD])
        yield _warning(assessment, "unread", summary, detail)


def _record_card(assessment: Assessment, told: Sequence[str]) -> Iterator[dict[str, Any]]:
    if told:
        summary = CARDS["record"][assessment.language]
        yield _warning(assessment, "record", summary, "\n\n".join(told))


def _warning(assessment: Assessment, name: str, summary: str, detail: str) -> dict[str, Any]:
    return {
        # As of a red flag: no model raised it, so a word on it is not kept.
        "uuid": f"{assessment.id}-flag-{name}",
        "summary": _short(summary),
        "indicator": "warning",
        "detail": detail,
        "source": {"label": "Semia"},
        "overrideReasons": _override_reasons(assessment.language),
    }


def _flag_cards(assessment: Assessment) -> Iterator[dict[str, Any]]:
    for position, flag in enumerate(assessment.red_flags):
        yield {
            "uuid": f"{assessment.id}-flag-{position}",
            "summary": _short(flag.label),
            "indicator": "critical" if flag.level == "emergency" else "warning",
            "detail": "\n\n".join([flag.action, *_why(flag, assessment.language)]),
            "source": {"label": flag.source.title, "url": flag.source.url},
            "overrideReasons": _override_reasons(assessment.language),
        }


def _why(flag: RedFlag, language: Language) -> Iterator[str]:
    yield f"{CARDS['because'][language]}: {', '.join(flag.because)}."
    yield f"{CARDS['misleads'][language]}: {flag.misleads}"


def _card(
    answer: Answer, assessment: Assessment, of_the_record: Sequence[str] | None
) -> dict[str, Any]:
    """The card of an answer; the first also says what is said `of_the_record`."""
    words = CARDS["sure" if answer.is_confident else "unsure"][assessment.language]
    top = answer.ranked[0]
    options = "\n".join(f"- {o.label}: {o.probability:.0%}" for o in answer.ranked[:_OPTIONS])
    about = (answer.problem,) if of_the_record is None else (answer.problem, None)
    warned = [w.message for w in assessment.warnings if w.problem in about]
    said = [*(of_the_record or ()), *warned]
    broader = broader_said(answer.broader, assessment.language)
    return {
        "uuid": f"{assessment.id}-{answer.problem}",
        "summary": _short(words.format(label=top.label, share=f"{top.probability:.0%}")),
        "indicator": "info",
        "detail": "\n\n".join([answer.question, *broader, options, *said, assessment.disclaimer]),
        "source": {"label": f"Semia {answer.problem} {answer.model.version}"},
        "overrideReasons": _override_reasons(assessment.language),
    }


def _override_reasons(language: Language) -> list[Mapping[str, str]]:
    reasons = ("other_evidence", "already_known", "wrong")
    return [
        {"system": "urn:semia:override", "code": code, "display": CARDS[code][language]}
        for code in reasons
    ]


def _short(text: str) -> str:
    """At most what the specification allows a summary."""
    return text if len(text) <= _SUMMARY_LENGTH else text[: _SUMMARY_LENGTH - 1] + "…"
