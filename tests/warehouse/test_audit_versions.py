"""The log holds over versions of Semia, and only in the tables that Semia made."""

import uuid

import pytest

from tests.support.audited import add, faults, tamper
from warehouse import audit
from warehouse.connection import connect
from warehouse.errors import LogBroken
from warehouse.postgres import schema
from warehouse.settings import Settings

pytestmark = pytest.mark.database


@pytest.mark.parametrize(
    ("hides", "restores"),
    [
        (
            "alter table serving.feedback rename to hidden;"
            " create view serving.feedback as select * from serving.hidden",
            "drop view serving.feedback; alter table serving.hidden rename to feedback",
        ),
        (
            "alter table serving.feedback force row level security",
            "alter table serving.feedback no force row level security",
        ),
        (
            "create domain serving.shown as text;"
            " alter table serving.feedback alter column reason type serving.shown",
            "alter table serving.feedback alter column reason type text; drop domain serving.shown",
        ),
    ],
    ids=["view", "row-level security", "type"],
)
def test_a_log_that_is_not_in_its_own_tables_is_not_believed(
    logged: tuple[Settings, list[uuid.UUID]], hides: str, restores: str
) -> None:
    settings, _ = logged
    tamper(settings, hides)
    try:
        with pytest.raises(LogBroken, match=r"serving\.feedback"):
            audit.verify(settings)
    finally:
        tamper(settings, restores)
    assert faults(settings) == []


# As the version before sealed, which knew no scheme and left the time out.
SEAL_OF_BEFORE = """
create function serving.content_hash(content jsonb) returns bytea language sql immutable
return sha256(convert_to(cast(content as text), 'UTF8'));
create function serving.link_hash(previous bytea, place bigint, content bytea) returns bytea
language sql immutable
return sha256(previous || int8send(place) || content);
create or replace view serving.audit_faults as
select link_no, log, row_id, encode(serving.content_hash(null), 'hex') as fault
from serving.audit_chain;
create or replace function serving.seal() returns trigger
language plpgsql security definer
set search_path to pg_catalog, serving
set timezone to 'UTC'
as $$
declare
    last serving.audit_chain;
    content bytea := serving.content_hash(to_jsonb(new));
begin
    select * into last from serving.audit_chain order by link_no desc limit 1;
    insert into serving.audit_chain (
        link_no, log, row_id, content_hash, previous_hash, chain_hash
    ) values (
        last.link_no + 1, tg_table_name, cast(to_jsonb(new) ->> tg_argv[0] as uuid), content,
        last.chain_hash, serving.link_hash(last.chain_hash, last.link_no + 1, content)
    );
    return null;
end
$$
"""


def test_rows_of_a_version_gone_back_to_hold(logged: tuple[Settings, list[uuid.UUID]]) -> None:
    settings, _ = logged
    tamper(settings, SEAL_OF_BEFORE)
    add(settings, 2)
    assert faults(settings) == []
    schema.prepare(settings)
    add(settings, 1)
    assert (audit.verify(settings).rows, faults(settings)) == (6, [])
    with connect("semia_owner", settings) as owner:
        found = owner.execute("select to_regproc('serving.link_hash')").fetchone()
    assert found == (None,)


def test_what_was_granted_and_built_on_the_shown_faults_stays(
    logged: tuple[Settings, list[uuid.UUID]],
) -> None:
    settings, _ = logged
    tamper(
        settings,
        "grant select on serving.audit_faults to semia_api;"
        " create view serving.watched as select * from serving.audit_faults",
    )
    try:
        schema.prepare(settings)
        with connect("semia_owner", settings) as owner:
            found = owner.execute(
                "select has_table_privilege('semia_api', 'serving.audit_faults', 'select'),"
                " obj_description('serving.audit_faults'::regclass)"
            ).fetchone()
        assert found == (True, "Rows of the logs that do not fit the chain; none is well.")
    finally:
        tamper(
            settings,
            "drop view serving.watched; revoke select on serving.audit_faults from semia_api",
        )


def test_a_link_of_before_times_were_sealed_still_holds(
    logged: tuple[Settings, list[uuid.UUID]],
) -> None:
    settings, _ = logged
    tamper(
        settings,
        "update serving.audit_chain set scheme = 1, chain_hash ="
        " sha256(previous_hash || int8send(link_no) || content_hash) where link_no = 3",
    )
    assert faults(settings) == []
    add(settings, 1)
    assert faults(settings) == []
