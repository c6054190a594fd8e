"""Encode an assessment as JSON; the parts that are the same for all patients are encoded once."""

from collections.abc import Mapping, Sequence

from fastapi import Response
from pydantic import TypeAdapter
from pydantic_core import to_json

from api.bundle.prepared import Prepared
from api.schemas.given import Answer, Assessment, Option
from api.words.language import LANGUAGES, Language

_ANSWER = TypeAdapter(Answer).serializer
_ANSWERS, _PREPARED = {"answers"}, {"ranked", "model"}
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
    """What pydantic would write of it, the answers first and at their end what was prepared."""
    language = assessment.language
    answers = b",".join(
        [_answer(one, prepared[one.problem], language) for one in assessment.answers]
    )
    others = assessment.__pydantic_serializer__.to_json(assessment, exclude=_ANSWERS)
    return b'{"answers":[' + answers + b"]," + others[1:]


def _answer(answer: Answer, prepared: Prepared, language: Language) -> bytes:
    own = _ANSWER.to_json(answer, exclude=_PREPARED)
    ranked = _ranked(answer.ranked, prepared.options_json[language])
    return b'%b,"ranked":[%b],"model":%b}' % (own[:-1], ranked, prepared.facts_json)


def _ranked(options: Sequence[Option], begun: Mapping[str, bytes]) -> bytes:
    """Every option as it was begun by its code, ended with its probability."""
    numbers = to_json([one.probability for one in options])[1:-1].split(b",")
    return b",".join(
        [begun[one.code] + number + b"}" for one, number in zip(options, numbers, strict=True)]
    )
