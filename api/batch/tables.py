"""Read many patients from NDJSON or CSV, line by line, and write one line of answers for each."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from http import HTTPStatus
from typing import Any, BinaryIO, NamedTuple

from api.batch.cells import MOST_LINE_BYTES, comma_of, cut, is_old, lines_of, old_lines
from api.bundle.vocabulary import Vocabulary, folded
from api.http.reading import read_json
from api.schemas.asked import AssessmentRequest
from api.schemas.given import Assessment, BroaderOption, Option
from api.words.errors import Problem, in_a_line
from api.words.wording import shown

NDJSON, CSV = "application/x-ndjson", "text/csv"
MEDIA_TYPES = (NDJSON, CSV)
_PLACE = frozenset({"municipality", "week"})
_OWN = frozenset({"age_years", "sex", "language", "problems", "id"}) | _PLACE
# What a person heads them with instead; "edad" is a word of the vocabulary.
_OWN_WORDS = {
    **{folded(name): name for name in _OWN},
    "sexo": "sex",
    "municipio": "municipality",
    "semana": "week",
    "idioma": "language",
    "preguntas": "problems",
}
_REQUEST = frozenset(AssessmentRequest.model_fields)
_DIVIPOLA_DIGITS = 5
# What a person writes in a cell, in either language, and what the service calls it.
_STATES = {
    **dict.fromkeys(("present", "presente", "yes", "sí", "si"), "present"),
    **dict.fromkeys(("absent", "ausente", "no"), "absent"),
    **dict.fromkeys(("unknown", "desconocido"), "unknown"),
}
# In the column of a sign, as feature tables write it; elsewhere 0 and 1 are measurements.
_FLAGS = {"1": "present", "1.0": "present", "0": "absent", "0.0": "absent"}
_SEXES = {"mujer": "female", "hombre": "male"}
_DECIMAL_COMMA = re.compile(r"^\s*(-?\d+),(\d+)\s*$")
# Where commas part the cells, "1,000" may as well be a thousand: it is refused.
_QUOTED_DECIMAL_COMMA = re.compile(r"^\s*(-?\d+),(?!\d{3}\s*$)(\d+)\s*$")

# A line's number, the caller's own name for the patient if there is one, and what was asked.
Line = tuple[int, str | None, Callable[[], object]]


class WrongWords(ValueError):
    """Cells of a row that say neither present nor absent of a sign, by its code.

    `asked` is what the rest of the row asks for.
    """

    def __init__(self, words: Mapping[str, str], asked: Mapping[str, Any]) -> None:
        super().__init__(f"neither present nor absent: {words}")
        self.words, self.asked = words, asked


def read_lines(file: BinaryIO, media_type: str, vocabulary: Vocabulary) -> Iterator[Line]:
    """Every line that is not blank; the last part of each is called to parse it, and may raise.

    The columns of a CSV are codes or words of the `vocabulary`.
    """
    return _ndjson(file) if media_type == NDJSON else _csv(file, vocabulary)


def answer_line(
    media_type: str,
    number: int,
    name: str | None,
    found: Assessment | Mapping[str, Any],
    comma: str = ",",
) -> str:
    """What is written for one line: the assessment, or the problem document that refuses it.

    `comma` parts the cells of a CSV.
    """
    if media_type == CSV:
        return _row(_cells(number, name, found, comma), comma)
    key = "assessment" if isinstance(found, Assessment) else "refused"
    content = found.model_dump_json() if isinstance(found, Assessment) else json.dumps(found)
    own = "" if name is None else f'"id":{json.dumps(name)},'
    return f'{{"line":{number},{own}"{key}":{content}}}\n'


def heading(media_type: str, problems: Mapping[str, bool], comma: str = ",") -> str:
    """The first line of an answer: the columns of a CSV, nothing for NDJSON.

    `problems` says of each whether it has a broader question. A table parted by semicolons begins
    with the mark by which spreadsheets know that it is Unicode.
    """
    if media_type == NDJSON:
        return ""
    each = (
        f"{name}{part}"
        for problem, has_broader in problems.items()
        for name in ([problem, f"{problem}_broader"] if has_broader else [problem])
        for part in ("", "_probability", "_confident")
    )
    columns = _row(["line", "id", "assessment_id", "refused", "red_flags", *each], comma)
    return columns if comma == "," else f"\ufeff{columns}"


def _ndjson(file: BinaryIO) -> Iterator[Line]:
    for number, text in lines_of(file):
        if text.strip():
            yield number, None, partial(_parsed, text)


def _parsed(text: bytes) -> object:
    _require_short(text)
    return read_json(text)


def _require_short(text: bytes) -> None:
    if len(text) > MOST_LINE_BYTES:
        limit = {"limit": MOST_LINE_BYTES}
        raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", "body_limit", values=limit)


def _csv(file: BinaryIO, vocabulary: Vocabulary) -> Iterator[Line]:
    heading, comma = _Heading((), None), comma_of(file)
    decimal = _QUOTED_DECIMAL_COMMA if comma == "," else _DECIMAL_COMMA
    for number, text in old_lines(file) if is_old(file) else lines_of(file):
        if not text.strip():
            continue
        if not heading.columns:
            heading = _headed([_column(name, vocabulary) for name in cut(text, comma)])
            continue
        cells = cut(text, comma)
        name = dict(zip(heading.columns, cells, strict=False)).get("id")
        cells = [decimal.sub(r"\1.\2", cell) for cell in cells]
        yield number, name, partial(_request, heading, cells, text, vocabulary)


def _column(name: str, vocabulary: Vocabulary) -> str:
    """The code that a column is headed by or with a word for; any other heading as it is."""
    name = name.strip()
    if name in _OWN or name in vocabulary.evidence:
        return name
    word = folded(name)
    return _OWN_WORDS.get(word) or vocabulary.by_word.get(word) or name


class _Heading(NamedTuple):
    """The columns of a CSV, and the name that two of them have, where two have one."""

    columns: Sequence[str]
    twice: str | None


def _headed(columns: Sequence[str]) -> _Heading:
    """Columns without a name are left to be refused if a cell of them says something."""
    (most,) = Counter(name for name in columns if name).most_common(1) or [("", 0)]
    return _Heading(columns, most[0] if most[1] > 1 else None)


def _request(
    heading: _Heading, cells: Sequence[str], text: bytes, vocabulary: Vocabulary
) -> dict[str, Any]:
    """The request a row stands for; an empty cell is unknown, and a cell too many is refused.

    Raises `WrongWords` for what a sign cannot be.
    """
    _require_short(text)
    _require_each_once(heading)
    columns = heading.columns
    asked: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for name, cell in zip(columns, map(str.strip, cells), strict=False):
        if cell and name in vocabulary.told_in_words and _state(cell, is_sign=True) is None:
            wrong[name] = cell
        elif cell:
            asked |= _told(name, cell, asked, vocabulary)
    if len(cells) > len(columns):
        asked[f"column {len(columns) + 1}"] = cells[len(columns)]
    if wrong:
        raise WrongWords(wrong, asked)
    return asked


def _told(name: str, cell: str, asked: Mapping[str, Any], vocabulary: Vocabulary) -> dict[str, Any]:
    """What a cell that is not empty adds to what is `asked` already."""
    if name in _OWN:
        return _own(name, cell, asked)
    if state := _state(cell, is_sign=name in vocabulary.told_in_words):
        return {"evidence": [*asked.get("evidence", []), {"code": name, "state": state}]}
    number = _number(cell)
    if name not in vocabulary.observation and isinstance(number, str):
        # No measurement and no number: it is the column that is unknown, not the cell.
        return {f"column {name}" if name in _REQUEST else name: cell}
    return {"observations": {**asked.get("observations", {}), name: number}}


def _require_each_once(heading: _Heading) -> None:
    """Raise `Problem` where two columns are called the same: which is meant, nobody knows."""
    if heading.twice is not None:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "invalid-request",
            "column_twice",
            values={"name": shown(heading.twice)},
        )


def _state(cell: str, is_sign: bool) -> str | None:
    """What a cell says of a sign; None where it says nothing, or may be a measurement."""
    return _STATES.get(cell.lower()) or (_FLAGS.get(cell) if is_sign else None)


def _own(name: str, cell: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    if name == "id":
        return {}
    if name in _PLACE:
        # A spreadsheet takes 05001 for a number, and drops its first digit.
        told = cell.zfill(_DIVIPOLA_DIGITS) if name == "municipality" else cell
        return {"place": {**asked.get("place", {}), name: told}}
    if name == "problems":
        return {name: cell.split()}
    if name == "sex":
        return {name: _SEXES.get(cell.lower(), cell)}
    return {name: _number(cell) if name == "age_years" else cell}


def _number(cell: str) -> float | str:
    """The number a cell holds, or the cell as it is, for the refusal to say that it is none."""
    try:
        # Python takes 1_0 for ten, and digits of every script.
        return float(cell) if cell.isascii() and "_" not in cell else cell
    except ValueError:
        return cell


def _cells(
    number: int, name: str | None, found: Assessment | Mapping[str, Any], comma: str
) -> list[str]:
    if not isinstance(found, Assessment):
        return [str(number), name or "", "", why_refused(found)]
    cells = [str(number), name or "", found.id, "", " ".join(f.code for f in found.red_flags)]
    for answer in found.answers:
        cells += [*_option(answer.ranked[0], comma), str(answer.is_confident).lower()]
        if (broader := answer.broader) is not None:
            cells += [*_option(broader, comma), str(broader.is_confident).lower()]
    return cells


def _option(option: Option | BroaderOption, comma: str) -> tuple[str, str]:
    """Its code and its probability, with a decimal comma where commas do not part the cells."""
    share = f"{option.probability:.4f}"
    return option.code, share if comma == "," else share.replace(".", ",")


def why_refused(document: Mapping[str, Any]) -> str:
    """A problem document in one line: each field that is wrong, and why."""
    faults = [in_a_line(one["pointer"], one["detail"]) for one in document.get("errors", ())]
    return " ".join(faults) or str(document.get("detail") or document["title"])


def _row(cells: Sequence[str], comma: str) -> str:
    written = io.StringIO()
    csv.writer(written, delimiter=comma, lineterminator="\n").writerow(
        [_harmless(cell) for cell in cells]
    )
    return written.getvalue()


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula (CWE-1236)."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
