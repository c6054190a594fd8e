"""Copy the log from disk to the database, one segment in one transaction at a time."""

import json
import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import psycopg
from pydantic_core import from_json

from api.log.spool import Spool
from warehouse.connection import connect, explain
from warehouse.settings import Settings

# Rows as they stand on disk, many at once: one by one they would take as long as their answers did,
# from the processes that answer.
_INSERTS: Mapping[str, str] = {
    "assessments": """
        insert into serving.assessments
            (assessment_id, clinic, created_at, request, answer, asked_by)
        select k.assessment_id, k.clinic, k.created_at, k.request, k.answer, k.asked_by
        from jsonb_array_elements(cast(%s as jsonb)) with ordinality as kept (line, place)
        cross join lateral jsonb_to_record(kept.line -> 'row') as k (
            assessment_id uuid, clinic text, created_at timestamptz, request jsonb, answer jsonb,
            asked_by text
        )
        order by kept.place
        on conflict do nothing
    """,
    "feedback": """
        insert into serving.feedback
            (feedback_id, assessment_id, clinic, created_at, asked_by, problem, verdict,
            answer_code, reason)
        select k.feedback_id, k.assessment_id, k.clinic, k.created_at, k.asked_by, k.problem,
            k.verdict, k.answer_code, k.reason
        from jsonb_array_elements(cast(%s as jsonb)) with ordinality as kept (line, place)
        cross join lateral jsonb_to_record(kept.line -> 'row') as k (
            feedback_id uuid, assessment_id uuid, clinic text, created_at timestamptz,
            asked_by text, problem text, verdict text, answer_code text, reason text
        )
        order by kept.place
        on conflict do nothing
    """,
}
# What is wrong with a line itself, at every try: cut short or changed on disk, or nothing that the
# table may hold. Where the database is away, or has not the columns yet, the line waits.
_UNUSABLE = (ValueError, KeyError, TypeError, psycopg.DataError, psycopg.IntegrityError)
_ROW_BEGINS = re.compile(r'\{"log":"(?:assessments|feedback)"')
_JSON = json.JSONDecoder()
_told = logging.getLogger("semia.log")
# A statement of this many rows is a megabyte or three.
_AT_ONCE = 1_000


def rows_in(printed: Iterable[bytes]) -> Iterator[bytes]:
    """The rows among lines that a service printed (SEMIA_LOG=stdout), as `Spool.append` takes them.

    Metrics and other lines are passed over, and whatever a keeper of logs put before, between and
    behind the rows of a line. A row that was cut short is given as it is, to be set aside.
    """
    for line in printed:
        # Letters that are no UTF-8 come back as they were.
        text = line.decode(errors="surrogateescape")
        found = _ROW_BEGINS.search(text)
        while found:
            begin, end = found.start(), _end_of_row(text, found.start())
            yield text[begin:end].rstrip().encode(errors="surrogateescape")
            found = _ROW_BEGINS.search(text, end)


def _end_of_row(text: str, begin: int) -> int:
    """Where the row that begins there ends; one that is no JSON, where the next begins."""
    try:
        return _JSON.raw_decode(text, begin)[1]
    except (ValueError, RecursionError):
        following = _ROW_BEGINS.search(text, begin + 1)
        return following.start() if following else len(text)


def carry(spool: Spool, settings: Settings) -> int:
    """Bring every finished segment and say how many rows there were.

    Raises `SemiaError`; a segment that was not brought stays on disk. A line that nothing can be
    made of is set aside, and keeps no other one waiting.
    """
    carried = 0
    try:
        with connect("semia_api", settings) as connection:
            for segment in spool.waiting():
                with spool.taken(segment) as lines:
                    carried += _carried(connection, spool, segment, lines or ())
    except psycopg.Error as error:
        raise explain(error, "the log") from error
    return carried


def _carried(
    connection: psycopg.Connection[Any], spool: Spool, segment: Path, lines: Sequence[bytes]
) -> int:
    """Bring the rows of one segment, one by one where one of them cannot be."""
    try:
        return _insert(connection, lines)
    except _UNUSABLE:
        unusable = [line for line in lines if not _is_brought(connection, line)]
    if unusable:
        kept = spool.set_aside(segment, unusable)
        _told.error("%d rows of the log cannot be kept and are set aside: %s", len(unusable), kept)
    return len(lines) - len(unusable)


def _is_brought(connection: psycopg.Connection[Any], line: bytes) -> bool:
    try:
        _insert(connection, [line])
    except _UNUSABLE as error:
        _told.error("a row of the log cannot be kept: %s", type(error).__name__)
        return False
    return True


def _insert(connection: psycopg.Connection[Any], lines: Sequence[bytes]) -> int:
    """Insert the rows of one segment, all or none; a row that is there already is passed over."""
    with connection.transaction():
        for start in range(0, len(lines), _AT_ONCE):
            some = lines[start : start + _AT_ONCE]
            for (log, clinic), alike in groupby(some, key=_log_and_clinic):
                # Row-level security lets the service write for the clinic it has declared only.
                connection.execute("select set_config('semia.clinic', %s, true)", [clinic])
                rows = b"[" + b",".join(alike) + b"]"
                connection.execute(_INSERTS[log].encode(), [rows.decode()])
    return len(lines)


def _log_and_clinic(line: bytes) -> tuple[str, str]:
    # The standard library takes five times as long, and what is read here is all that is answered.
    kept = from_json(line)
    clinic = kept["row"]["clinic"]
    # Any other value is another text in the row than here, and refused as a right that is lacking.
    if not isinstance(clinic, str):
        raise ValueError("the clinic of a row of the log is no text")
    return kept["log"], clinic
