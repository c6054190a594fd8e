"""Log and count every assessment before it is returned."""

from fastapi import Request

from api.log.entries import asker_of, assessment_row
from api.schemas.asked import AssessmentRequest
from api.schemas.given import Assessment


def note(request: Request, given: AssessmentRequest, assessment: Assessment) -> None:
    """Log it, then count it; raise `Problem` (503) where it cannot be logged."""
    state = request.app.state
    state["log"].add("assessments", assessment_row(given, assessment, asker_of(request)))
    state["metrics"].count(assessment.answers)
