"""Problem documents (RFC 9457): the response to a request that is refused, in es or en.

    Problem               any refused request; carries status, kind and sentence
    └── BadRequestData    422 with one FieldProblem for each field that is wrong

`api.http.refusals` writes them as documents, and FastAPI's own errors with them.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from api.words.language import Language

MEDIA_TYPE = "application/problem+json"


class FieldProblem(BaseModel):
    """One field that cannot be accepted, and the sentence that says why."""

    model_config = ConfigDict(frozen=True)

    pointer: str = Field(description="Where it is in the body: JSON Pointer as a URI fragment.")
    code: str = Field(description="What is wrong, for programs.")
    detail: str = Field(description="What is wrong, in the language asked for.")
    suggestions: tuple[str, ...] = Field((), description="Codes that come near an unknown one.")
    minimum: float | None = Field(None, description="Least value accepted.")
    maximum: float | None = Field(None, description="Greatest value accepted.")
    unit: str | None = Field(None, description="Unit of minimum and maximum.")


class ProblemDocument(BaseModel):
    """RFC 9457 problem document."""

    type: str = Field(description="Kind of problem: urn:semia:problem:<kind>.")
    title: str
    status: int
    detail: str | None = None
    instance: str = Field(description="Path that was asked.")
    language: Language
    errors: tuple[FieldProblem, ...] | None = Field(
        None, description="Each field that is wrong; only with status 422."
    )


class Problem(HTTPException):
    """A request that is refused: `kind` names the title, `detail` and `values` the sentence."""

    def __init__(
        self,
        status: int,
        kind: str,
        detail: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        values: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(status, detail=detail or kind, headers=headers)
        self.kind = kind
        self.sentence = detail
        self.values = values or {}


class BadRequestData(Problem):
    """The request was read and some of its fields cannot be accepted."""

    def __init__(self, fields: Sequence[FieldProblem], language: Language) -> None:
        super().__init__(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid-request")
        self.fields = tuple(fields)
        self.language = language

    def __str__(self) -> str:
        return " ".join(in_a_line(field.pointer, field.detail) for field in self.fields)


def in_a_line(pointer: str, detail: str) -> str:
    """A field that is wrong, and why; the request as a whole (`#`) goes without a name."""
    name = pointer.removeprefix("#").removeprefix("/")
    return f"{name}: {detail}" if name else detail
