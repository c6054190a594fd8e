"""Rows of the audit log as the service adds them, and what somebody with every right can do."""

import uuid

from warehouse import audit
from warehouse.connection import connect
from warehouse.settings import Settings

ADD = """
insert into serving.assessments (assessment_id, clinic, created_at, request, answer, asked_by)
values (
    %(id)s, 'north', '2026-05-04 10:00:00+02', '{"age_years": 40}',
    jsonb_build_object('told', cast(%(id)s as text)), 'k'
)
"""


def add(settings: Settings, count: int) -> list[uuid.UUID]:
    """Let the service add rows, as it does."""
    rows = [uuid.uuid4() for _ in range(count)]
    with connect("semia_api", settings) as connection:
        connection.execute("select set_config('semia.clinic', 'north', true)")
        for row in rows:
            connection.execute(ADD, {"id": row})
    return rows


def empty(settings: Settings) -> None:
    with connect("semia_owner", settings) as connection:
        connection.execute("truncate serving.assessments, serving.feedback, serving.audit_chain")


def tamper(settings: Settings, statement: str, *values: object) -> None:
    """What somebody with every right over the database could do."""
    with connect("semia_owner", settings) as connection:
        connection.execute(statement, values)  # type: ignore[call-overload]


def faults(settings: Settings) -> list[tuple[int | None, str]]:
    return [(fault.position, fault.fault) for fault in audit.verify(settings).faults]
