"""Encode an assessment as JSON; the parts that are the same for all patients are encoded once."""

from collections.abc import Mapping

from fastapi import Response
from pydantic import TypeAdapter

from api.bundle.prepared import Prepared
from api.schemas.given import Answer, Assessment
from api.words.language import LANGUAGES, Language

_ANSWER = TypeAdapter(Answer).serializer
_HEADERS: Mapping[Language, list[tuple[bytes, bytes]]] = {
    language: [
        (b"content-type", b"application/json"),
        (b"content-language", language.encode()),
        (b"vary", b"Accept-Language"),
    ]
    for language in LANGUAGES
}


class Encoded(Response):
    """A body that is JSON already; its headers are those of every answer in its language."""

    def __init__(self, body: bytes, language: Language) -> None:
        self.status_code, self.background, self.body = 200, None, body
        self.raw_headers = [(b"content-length", b"%d" % len(body)), *_HEADERS[language]]


def encoded(assessment: Assessment, prepared: Mapping[str, Prepared]) -> bytes:
    """What pydantic would write of it, the answers first and the facts of a model at their end."""
    answers = b",".join([_answer(one, prepared[one.problem]) for one in assessment.answers])
    others = assessment.__pydantic_serializer__.to_json(assessment, exclude={"answers"})
    return b'{"answers":[' + answers + b"]," + others[1:]


def _answer(answer: Answer, prepared: Prepared) -> bytes:
    own = _ANSWER.to_json(answer, exclude={"model"})
    return own[:-1] + b',"model":' + prepared.facts_json + b"}"
