"""Write an assessment as FHIR R4: risks, confident conditions, red flags and warnings."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import uuid4

from api.fhir.codes import ICD10, OWN, OWN_FLAG
from api.fhir.outcome import Issue, outcome
from api.fhir.record import Record
from api.fhir.words import FHIR, broader_said
from api.schemas.given import Answer, Assessment, Option, Reason, RedFlag

Resource = dict[str, Any]
_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"


def bundle(assessment: Assessment, record: Record) -> Resource:
    """A collection: one RiskAssessment a question, a Condition where the answer is confident, a
    Flag for each red flag, and an OperationOutcome with warnings and what was left out.
    """
    subject = dict(record.subject) or {"display": FHIR["unidentified"][assessment.language]}
    resources = [
        *(_flag(flag, subject) for flag in assessment.red_flags),
        *(_risk(answer, assessment, subject) for answer in assessment.answers),
        *_conditions(assessment, subject),
        outcome([*_warnings(assessment), *record.issues]),
    ]
    return {
        "resourceType": "Bundle",
        "id": assessment.id,
        "type": "collection",
        "timestamp": assessment.created_at.isoformat(),
        "entry": [{"fullUrl": f"urn:uuid:{uuid4()}", "resource": one} for one in resources],
    }


def _risk(answer: Answer, assessment: Assessment, subject: Mapping[str, Any]) -> Resource:
    why = _sentence(answer.reasons_for)
    return {
        "resourceType": "RiskAssessment",
        "status": "final",
        "language": assessment.language,
        "subject": subject,
        "occurrenceDateTime": assessment.created_at.isoformat(),
        "method": {
            "coding": [{"system": OWN, "code": answer.problem, "version": answer.model.version}],
            "text": f"Semia {answer.problem} {answer.model.version} ({answer.model.origin})",
        },
        "code": {"text": answer.question},
        "prediction": [
            {
                "outcome": _concept(option, answer.problem),
                "probabilityDecimal": round(option.probability, 6),
                **({"rationale": why} if why and position == 0 else {}),
            }
            for position, option in enumerate(answer.ranked)
        ],
        "note": [{"text": text} for text in _notes(answer, assessment)],
    }


def _notes(answer: Answer, assessment: Assessment) -> Iterator[str]:
    yield assessment.disclaimer
    yield from broader_said(answer.broader, assessment.language)
    yield from _doubts(answer, assessment)


def _doubts(answer: Answer, assessment: Assessment) -> Iterator[str]:
    """The warnings of this answer, repeated in it: a client may read only the risk."""
    return (one.message for one in assessment.warnings if one.problem == answer.problem)


def _conditions(assessment: Assessment, subject: Mapping[str, Any]) -> Iterator[Resource]:
    """A provisional Condition for each confident answer that names a disease."""
    for answer in assessment.answers:
        if answer.answer is not None and answer.answer.icd10:
            yield {
                "resourceType": "Condition",
                "clinicalStatus": {"coding": [{"system": _CLINICAL, "code": "active"}]},
                "verificationStatus": {
                    "coding": [{"system": _VERIFICATION, "code": "provisional"}]
                },
                "code": _concept(answer.answer, answer.problem),
                "subject": subject,
                "recordedDate": assessment.created_at.isoformat(),
                "note": [{"text": assessment.disclaimer}],
            }


def _flag(flag: RedFlag, subject: Mapping[str, Any]) -> Resource:
    return {
        "resourceType": "Flag",
        "status": "active",
        "category": [{"text": flag.level}],
        "code": {
            "coding": [{"system": OWN_FLAG, "code": flag.code}],
            "text": f"{flag.label}. {flag.action} ({flag.source.title}, {flag.source.url})",
        },
        "subject": subject,
    }


def _concept(option: Option, problem: str) -> Resource:
    coding = [{"system": OWN, "code": f"{problem}/{option.code}", "display": option.label}]
    if option.icd10:
        coding.insert(0, {"system": ICD10, "code": option.icd10, "display": option.label})
    return {"coding": coding, "text": option.label}


def _sentence(reasons: Sequence[Reason]) -> str:
    return "; ".join(f"{reason.label} ({reason.log_odds:+.2f})" for reason in reasons[:5])


def _warnings(assessment: Assessment) -> Iterator[Issue]:
    yield Issue("information", "informational", assessment.disclaimer)
    for warned in assessment.warnings:
        about = f"{warned.problem}: " if warned.problem else ""
        yield Issue("warning", "informational", about + warned.message)
