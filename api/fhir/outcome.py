"""OperationOutcome: FHIR's form of a problem document."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["error", "warning", "information"]
IssueCode = Literal["value", "structure", "conflict", "not-supported", "informational"]
MEDIA_TYPE = "application/fhir+json"


@dataclass(frozen=True)
class Issue:
    """One thing to say of a request: how grave, what kind, a sentence, and where in the bundle."""

    severity: Severity
    code: IssueCode
    text: str
    place: str | None = None


class FhirRefused(Exception):
    """A bundle that cannot be answered; `issues` says everything that is wrong with it."""

    def __init__(self, issues: Sequence[Issue]) -> None:
        super().__init__("; ".join(issue.text for issue in issues))
        self.issues = tuple(issues)


def outcome(issues: Sequence[Issue]) -> dict[str, Any]:
    """The OperationOutcome resource that says `issues`."""
    return {"resourceType": "OperationOutcome", "issue": [_told(issue) for issue in issues]}


def _told(issue: Issue) -> dict[str, Any]:
    told: dict[str, Any] = {
        "severity": issue.severity,
        "code": issue.code,
        "details": {"text": issue.text},
    }
    return {**told, "expression": [issue.place]} if issue.place else told
