"""The log of questions and answers only grows, and a row that was tampered with is found."""

import uuid
from collections.abc import Iterator

import psycopg
import pytest

from warehouse import audit
from warehouse.connection import connect
from warehouse.postgres import schema
from warehouse.settings import Settings

pytestmark = pytest.mark.database

ADD = """
insert into serving.assessments (assessment_id, clinic, created_at, request, answer, asked_by)
values (%s, 'north', '2026-05-04 10:00:00+02', '{"age_years": 40}', '{"severity": "level_3"}', 'k')
"""
TELL = """
insert into serving.feedback (feedback_id, assessment_id, clinic, created_at, problem, verdict)
values (%s, %s, 'north', now(), 'severity', 'accepted')
"""

CHANGE = "update serving.assessments set"


def add(settings: Settings, count: int) -> list[uuid.UUID]:
    """Let the service add rows, as it does."""
    rows = [uuid.uuid4() for _ in range(count)]
    with connect("semia_api", settings) as connection:
        connection.execute("select set_config('semia.clinic', 'north', true)")
        for row in rows:
            connection.execute(ADD, [row])
    return rows


@pytest.fixture
def logged(database: Settings) -> Iterator[tuple[Settings, list[uuid.UUID]]]:
    """Three rows in a log that was empty before, and is afterwards."""
    schema.prepare(database)
    empty(database)
    yield database, add(database, 3)
    empty(database)


def empty(settings: Settings) -> None:
    with connect("semia_owner", settings) as connection:
        connection.execute("truncate serving.assessments, serving.feedback, serving.audit_chain")


def tamper(settings: Settings, statement: str, *values: object) -> None:
    """What somebody with every right over the database could do."""
    with connect("semia_owner", settings) as connection:
        connection.execute(statement, values)  # type: ignore[call-overload]


def faults(settings: Settings) -> list[tuple[int | None, str]]:
    return [(fault.position, fault.fault) for fault in audit.verify(settings).faults]


def test_an_untouched_log_is_whole(logged: tuple[Settings, list[uuid.UUID]]) -> None:
    settings, _ = logged
    state = audit.verify(settings)
    assert (state.rows, state.faults) == (3, ())
    assert len(state.head) == 64


def test_both_logs_share_one_chain(logged: tuple[Settings, list[uuid.UUID]]) -> None:
    settings, rows = logged
    with connect("semia_api", settings) as connection:
        connection.execute("select set_config('semia.clinic', 'north', true)")
        connection.execute(TELL, [uuid.uuid4(), rows[0]])
    state = audit.verify(settings)
    assert (state.rows, state.faults) == (4, ())


def test_a_changed_row_is_found(logged: tuple[Settings, list[uuid.UUID]]) -> None:
    settings, rows = logged
    tamper(
        settings, "update serving.assessments set answer = '{}' where assessment_id = %s", rows[1]
    )
    assert faults(settings) == [(2, "changed")]


def test_a_removed_row_is_found(logged: tuple[Settings, list[uuid.UUID]]) -> None:
    settings, rows = logged
    tamper(settings, "delete from serving.assessments where assessment_id = %s", rows[0])
    assert faults(settings) == [(1, "removed")]


def test_a_row_slipped_in_is_found(logged: tuple[Settings, list[uuid.UUID]]) -> None:
    settings, _ = logged
    tamper(settings, "alter table serving.assessments disable trigger seal")
    try:
        add(settings, 1)
    finally:
        tamper(settings, "alter table serving.assessments enable trigger seal")
    assert faults(settings) == [(None, "inserted")]


def test_a_forged_link_breaks_the_chain(logged: tuple[Settings, list[uuid.UUID]]) -> None:
    settings, rows = logged
    tamper(
        settings,
        "update serving.assessments set clinic = 'south' where assessment_id = %s",
        rows[1],
    )
    tamper(
        settings,
        "update serving.audit_chain as c set content_hash = serving.content_hash(to_jsonb(a))"
        " from serving.assessments as a where a.assessment_id = c.row_id and c.row_id = %s",
        rows[1],
    )
    assert faults(settings) == [(2, "chain broken")]


def test_removing_the_end_shows_against_a_noted_head(
    logged: tuple[Settings, list[uuid.UUID]],
) -> None:
    settings, rows = logged
    noted = audit.verify(settings)
    tamper(settings, "delete from serving.assessments where assessment_id = %s", rows[2])
    tamper(settings, "delete from serving.audit_chain where link_no = 3")
    assert audit.verify(settings).faults == ()
    (fault,) = audit.verify(settings, (noted.rows, noted.head)).faults
    assert fault.fault == "not the head noted before"


@pytest.mark.parametrize(
    "statement",
    [
        "update serving.assessments set answer = '{}'",
        "delete from serving.assessments",
        "truncate serving.assessments",
        "select * from serving.audit_chain",
        "select * from serving.assessments",
        "insert into serving.audit_chain values (9, now(), 'x', gen_random_uuid(), '', '', '')",
        "alter table serving.assessments disable trigger seal",
        "select serving.seal()",
    ],
)
def test_the_service_can_only_add(logged: tuple[Settings, list[uuid.UUID]], statement: str) -> None:
    settings, _ = logged
    with connect("semia_api", settings) as connection, pytest.raises(psycopg.Error) as refused:
        connection.execute(statement)  # type: ignore[call-overload]
    assert refused.value.sqlstate == "42501"


def test_rows_added_at_once_are_chained_one_after_the_other(
    logged: tuple[Settings, list[uuid.UUID]],
) -> None:
    from concurrent.futures import ThreadPoolExecutor

    settings, _ = logged
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: add(settings, 5), range(4)))
    state = audit.verify(settings)
    assert (state.rows, state.faults) == (23, ())
