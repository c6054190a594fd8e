"""Verify the audit log's chain of hashes: no row changed, removed or inserted."""

from dataclasses import dataclass
from pathlib import Path

from warehouse.connection import connect, speaking_plainly
from warehouse.errors import LogBroken
from warehouse.settings import Settings

_HEAD = "select link_no, chain_hash from serving.audit_chain order by link_no desc limit 1"
_AT = "select chain_hash from serving.audit_chain where link_no = %s"
# What would show other rows than are kept, or none: a view in a table's place, rows hidden from the
# owner too, a column of a type that the owner made and may show as anything.
_OTHERWISE = """
select c.relname
from pg_catalog.pg_class as c
where
    c.relnamespace = 'serving'::regnamespace
    and c.relname in ('assessments', 'feedback', 'audit_chain')
    and (c.relkind != 'r' or c.relforcerowsecurity or exists (
        select from pg_catalog.pg_attribute as a
        inner join pg_catalog.pg_type as t on t.oid = a.atttypid
        where a.attrelid = c.oid and not a.attisdropped
            and t.typnamespace != 'pg_catalog'::regnamespace
    ))
order by c.relname
"""
_QUERY = Path(__file__).parent / "postgres/audit_faults.sql"


@dataclass(frozen=True)
class Fault:
    """A row that does not fit: its place in the chain (None: it has none), its log, its key."""

    position: int | None
    log: str
    row_id: str
    fault: str


@dataclass(frozen=True)
class LogState:
    """How many rows are in the chain, the hash of the last, and every row that fails the check.

    `head` is worth noting down elsewhere: who can rewrite the database could rewrite the whole
    chain, and only a head noted before would tell.
    """

    rows: int
    head: str
    faults: tuple[Fault, ...]


def faults_query() -> str:
    """The query for every row that does not fit, as the view `serving.audit_faults` shows them.

    `verify` asks it itself: the view stands in the database that is checked.
    """
    return _QUERY.read_text(encoding="utf-8")


def verify(settings: Settings, noted: tuple[int, str] | None = None) -> LogState:
    """Check the whole log, and that its chain still holds the head `noted` (position, hex) before.

    Raises `DatabaseAway` or `DatabaseRefused`, and `LogBroken` where its tables are no plain ones.
    """
    with speaking_plainly("serving.audit_chain"), connect("semia_owner", settings) as connection:
        # Rows were sealed as they read in UTC. Nothing but PostgreSQL's own functions is believed:
        # who can change a row could make a function of the same name that hides it.
        connection.execute("set local timezone to 'UTC'")
        connection.execute("set local search_path to pg_catalog")
        connection.execute("set local row_security to off")
        if other := connection.execute(_OTHERWISE).fetchall():
            raise LogBroken(
                "the log is not in the tables that Semia made, so what they show proves nothing",
                where=", ".join(f"serving.{name}" for (name,) in other),
                next_step="keep this database as it is, restore the last backup beside it, compare",
            )
        found = connection.execute(faults_query().encode()).fetchall()
        faults = [Fault(place, log, str(row_id), fault) for place, log, row_id, fault in found]
        faults.sort(key=lambda fault: (fault.position is None, fault.position))
        head = connection.execute(_HEAD).fetchone()
        if noted is not None:
            link = connection.execute(_AT, [noted[0]]).fetchone()
            if link is None or link[0].hex() != noted[1].lower():
                faults.append(Fault(noted[0], "audit_chain", "", "not the head noted before"))
    return LogState(
        rows=head[0] if head else 0, head=head[1].hex() if head else "", faults=tuple(faults)
    )
