"""Verify the audit log's chain of hashes: no row changed, removed or inserted."""

from dataclasses import dataclass

from warehouse.connection import connect, speaking_plainly
from warehouse.settings import Settings

_HEAD = "select link_no, chain_hash from serving.audit_chain order by link_no desc limit 1"
_AT = "select chain_hash from serving.audit_chain where link_no = %s"
_FAULTS = "select link_no, log, row_id::text, fault from serving.audit_faults order by link_no"


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


def verify(settings: Settings, noted: tuple[int, str] | None = None) -> LogState:
    """Check the whole log, and that its chain still holds the head `noted` (position, hex) before.

    Raises `DatabaseAway` or `DatabaseRefused`.
    """
    with speaking_plainly("serving.audit_chain"), connect("semia_owner", settings) as connection:
        # Rows were sealed as they read in UTC.
        connection.execute("set local timezone to 'UTC'")
        faults = [Fault(*row) for row in connection.execute(_FAULTS).fetchall()]
        head = connection.execute(_HEAD).fetchone()
        if noted is not None:
            found = connection.execute(_AT, [noted[0]]).fetchone()
            if found is None or found[0].hex() != noted[1].lower():
                faults.append(Fault(noted[0], "audit_chain", "", "not the head noted before"))
    return LogState(
        rows=head[0] if head else 0, head=head[1].hex() if head else "", faults=tuple(faults)
    )
