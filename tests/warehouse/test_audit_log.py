"""The log of questions and answers only grows, and a row that was tampered with is found."""

import uuid

import psycopg
import pytest

from tests.support.audited import add, empty, faults, tamper
from warehouse import audit
from warehouse.connection import connect
from warehouse.postgres import schema
from warehouse.settings import Settings

pytestmark = pytest.mark.database

TELL = """
insert into serving.feedback (feedback_id, assessment_id, clinic, created_at, problem, verdict)
values (%s, %s, 'north', now(), 'severity', 'accepted')
"""

# A chain made anew from a place on, by whoever has every right and knows how it is made.
REWRITE = """
do $$
declare
    link record;
    last_hash bytea;
begin
    for link in
        select c.*, sha256(convert_to(to_jsonb(a)::text, 'UTF8')) as content
        from serving.audit_chain as c
        inner join serving.assessments as a on a.assessment_id = c.row_id
        order by c.link_no
    loop
        last_hash := coalesce(last_hash, sha256(''));
        update serving.audit_chain as c
        set content_hash = link.content, previous_hash = last_hash, chain_hash = sha256(
            last_hash || int8send(link.link_no) || link.content || timestamptz_send(link.sealed_at)
        )
        where c.link_no = link.link_no
        returning c.chain_hash into last_hash;
    end loop;
end
$$
"""


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
        "update serving.audit_chain as c"
        " set content_hash = sha256(convert_to(to_jsonb(a)::text, 'UTF8'))"
        " from serving.assessments as a where a.assessment_id = c.row_id and c.row_id = %s",
        rows[1],
    )
    assert faults(settings) == [(2, "chain broken")]


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (
            "update serving.audit_chain set link_no = -link_no where link_no > 1;"
            " update serving.audit_chain set link_no = 5 + link_no where link_no < 0",
            [(2, "chain broken"), (3, "chain broken")],
        ),
        (
            "update serving.assessments as a set answer = b.answer from serving.audit_chain as c,"
            " serving.audit_chain as d, serving.assessments as b"
            " where c.row_id = a.assessment_id and d.row_id = b.assessment_id"
            " and c.link_no < 3 and d.link_no = 3 - c.link_no",
            [(1, "changed"), (2, "changed")],
        ),
        (
            "update serving.audit_chain set sealed_at = sealed_at - interval '1 year'"
            " where link_no = 2",
            [(2, "chain broken")],
        ),
        ("update serving.audit_chain set scheme = 1 where link_no = 3", [(3, "chain broken")]),
        ("update serving.audit_chain set scheme = 9 where link_no = 3", [(3, "chain broken")]),
        (
            "delete from serving.audit_chain where link_no = 1;"
            " delete from serving.assessments where assessment_id not in"
            " (select row_id from serving.audit_chain)",
            [(2, "chain broken"), (3, "chain broken")],
        ),
        (
            "update serving.audit_chain set log = 'feedback' where link_no = 2",
            [(2, "removed"), (None, "inserted")],
        ),
    ],
    ids=["links swapped", "answers swapped", "time", "scheme", "no scheme", "start", "log"],
)
def test_no_other_way_to_tamper_stays_unseen(
    logged: tuple[Settings, list[uuid.UUID]], statement: str, found: list[tuple[int | None, str]]
) -> None:
    settings, _ = logged
    tamper(settings, statement)
    assert faults(settings) == found


@pytest.mark.parametrize(
    "hides",
    [
        "create or replace view serving.audit_faults as select null::bigint as link_no,"
        " null::text as log, null::uuid as row_id, null::text as fault where false",
        "create function serving.sha256(bytea) returns bytea language sql as"
        " $$select '\\x00'::bytea$$;"
        " alter role current_user set search_path to serving, pg_catalog",
    ],
    ids=["view", "function"],
)
def test_what_the_database_says_of_itself_is_not_believed(
    logged: tuple[Settings, list[uuid.UUID]], hides: str
) -> None:
    settings, rows = logged
    tamper(settings, hides)
    try:
        tamper(
            settings,
            "update serving.assessments set answer = '{}' where assessment_id = %s",
            rows[1],
        )
        assert faults(settings) == [(2, "changed")]
    finally:
        tamper(settings, "drop function if exists serving.sha256(bytea)")
        tamper(settings, "alter role current_user reset search_path")
        schema.prepare(settings)


def test_a_chain_made_anew_shows_against_a_noted_head(
    logged: tuple[Settings, list[uuid.UUID]],
) -> None:
    settings, rows = logged
    noted = audit.verify(settings)
    tamper(
        settings, "update serving.assessments set answer = '{}' where assessment_id = %s", rows[1]
    )
    tamper(settings, REWRITE)
    add(settings, 1)
    assert faults(settings) == []
    (fault,) = audit.verify(settings, (noted.rows, noted.head)).faults
    assert (fault.position, fault.fault) == (3, "not the head noted before")


def test_an_emptied_log_shows_against_a_noted_head(
    logged: tuple[Settings, list[uuid.UUID]],
) -> None:
    settings, _ = logged
    noted = audit.verify(settings)
    empty(settings)
    assert audit.verify(settings).faults == ()
    assert audit.verify(settings, (noted.rows, noted.head)).faults


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
