"""The gate's decisions as rows that stay: when, by which data, figures, reason."""

from collections.abc import Mapping
from typing import Any

from psycopg.types.json import Jsonb

from ml.kept_table import KeptTable
from warehouse.settings import Settings

TABLE = "registry.gate_decisions"

_CREATE = f"""
create table if not exists {TABLE} (
    decided_at timestamptz not null,
    problem text not null,
    challenger text not null,
    champion text,
    accepted boolean not null,
    reason text not null,
    data_hash text not null,
    checks jsonb not null
);
comment on table {TABLE} is
'Every decision of the gate: the challenger, the champion it met, each check with its figure.';
comment on column {TABLE}.decided_at is 'When the gate decided, UTC';
comment on column {TABLE}.problem is 'The question the model answers, such as severity';
comment on column {TABLE}.challenger is 'Version that asked to be promoted';
comment on column {TABLE}.champion is 'Version it was measured against; empty for the first';
comment on column {TABLE}.accepted is 'Whether every check passed';
comment on column {TABLE}.reason is 'Why, in one sentence';
comment on column {TABLE}.data_hash is 'Hash of the encounters both were measured on';
comment on column {TABLE}.checks is 'Each check with its figure, its limit and its verdict';
"""
_KEPT = KeptTable(TABLE, _CREATE)
_INSERT = f"""
insert into {TABLE} (
    decided_at, problem, challenger, champion, accepted, reason, data_hash, checks
) values (
    %(decided_at)s, %(problem)s, %(challenger)s, %(champion)s, %(accepted)s, %(reason)s,
    %(data_hash)s, %(checks)s
)
"""  # noqa: S608 - the table's name is a constant
_LAST = f"""
select accepted from {TABLE}
where problem = %s and challenger = %s order by decided_at desc limit 1
"""  # noqa: S608 - the table's name is a constant


def write(decision: Mapping[str, Any], settings: Settings) -> None:
    """Add one decision, given by the column names of the table."""
    with _KEPT.opened(settings) as connection:
        connection.execute(_INSERT, {**decision, "checks": Jsonb(decision["checks"])})


def accepted(problem: str, challenger: str, settings: Settings) -> bool:
    """Whether the last decision on this version let it through; False where none was made."""
    with _KEPT.opened(settings) as connection:
        row = connection.execute(_LAST, (problem, challenger)).fetchone()
    return row is not None and bool(row[0])
