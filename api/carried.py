"""Bring the log's rows from disk to the database, a segment at a time, each whole or not at all."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from api.spool import Spool
from warehouse.connection import connect, explain
from warehouse.settings import Settings

_INSERTS: Mapping[str, str] = {
    "assessments": """
        insert into serving.assessments
            (assessment_id, clinic, created_at, request, answer, asked_by)
        values (%(assessment_id)s, %(clinic)s, %(created_at)s, %(request)s, %(answer)s,
            %(asked_by)s)
        on conflict do nothing
    """,
    "feedback": """
        insert into serving.feedback
            (feedback_id, assessment_id, clinic, created_at, asked_by, problem, verdict,
            answer_code, reason)
        values (%(feedback_id)s, %(assessment_id)s, %(clinic)s, %(created_at)s, %(asked_by)s,
            %(problem)s, %(verdict)s, %(answer_code)s, %(reason)s)
        on conflict do nothing
    """,
}


def carry(spool: Spool, settings: Settings) -> int:
    """Bring every finished segment and say how many rows there were.

    Raises `SemiaError`; a segment that was not brought stays on disk.
    """
    carried = 0
    try:
        with connect("semia_api", settings) as connection:
            for segment in spool.waiting():
                with spool.taken(segment) as lines:
                    carried += _insert(connection, lines or ())
    except psycopg.Error as error:
        raise explain(error, "the log") from error
    return carried


def _insert(connection: psycopg.Connection[Any], lines: Iterable[bytes]) -> int:
    """Insert the rows of one segment, all or none; a row that is there already is passed over."""
    count = 0
    with connection.transaction():
        for line in lines:
            kept = json.loads(line)
            row = {k: Jsonb(v) if isinstance(v, dict) else v for k, v in kept["row"].items()}
            # Row-level security lets the service write for the clinic it has declared only.
            connection.execute("select set_config('semia.clinic', %s, true)", [row["clinic"]])
            connection.execute(_INSERTS[kept["log"]].encode(), row)
            count += 1
    return count
