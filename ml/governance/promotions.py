"""Who served when: each promotion and each rollback as a row that stays."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from ml.kept_table import KeptTable
from warehouse.settings import Settings

TABLE = "registry.promotions"

_CREATE = f"""
create table if not exists {TABLE} (
    happened_at timestamptz not null default clock_timestamp(),
    problem text not null,
    version text not null,
    replaced text,
    step text not null check (step in ('promote', 'rollback')),
    reason text not null
);
comment on table {TABLE} is
'Every change of champion: which version began to serve, which it replaced, and why.';
comment on column {TABLE}.happened_at is 'When the version began to serve, UTC';
comment on column {TABLE}.problem is 'The question the model answers, such as severity';
comment on column {TABLE}.version is 'Version that serves from then on';
comment on column {TABLE}.replaced is 'Version that served until then; empty for the first';
comment on column {TABLE}.step is 'promote after the gate, or rollback to an earlier version';
comment on column {TABLE}.reason is 'Why, in one sentence';
"""
_KEPT = KeptTable(TABLE, _CREATE)
_INSERT = f"""
insert into {TABLE} (problem, version, replaced, step, reason) values (%s, %s, %s, %s, %s)
"""  # noqa: S608 - the table's name is a constant
_BEFORE = f"""
select replaced from {TABLE}
where problem = %s and version = %s and step = 'promote' and replaced is not null
order by happened_at desc limit 1
"""  # noqa: S608 - the table's name is a constant
_WITHDRAWN = f"""
select exists (
    select from {TABLE} where problem = %s and replaced = %s and step = 'rollback'
)
"""  # noqa: S608 - the table's name is a constant


@dataclass(frozen=True)
class Change:
    """One change of champion; `replaced` is None for a problem's first."""

    problem: str
    version: str
    replaced: str | None
    step: Literal["promote", "rollback"]
    reason: str


def write(change: Change, crown: Callable[[], None], settings: Settings) -> None:
    """Write the change down and `crown` the version: both happen, or neither does."""
    with _KEPT.opened(settings) as connection:
        connection.execute(
            _INSERT,
            (change.problem, change.version, change.replaced, change.step, change.reason),
        )
        crown()


def before(problem: str, version: str, settings: Settings) -> str | None:
    """The version that served until `version` was promoted; None where there was none."""
    with _KEPT.opened(settings) as connection:
        row = connection.execute(_BEFORE, (problem, version)).fetchone()
    return None if row is None else str(row[0])


def withdrawn(problem: str, version: str, settings: Settings) -> bool:
    """Whether someone rolled this version back: it does not return without being trained anew."""
    with _KEPT.opened(settings) as connection:
        row = connection.execute(_WITHDRAWN, (problem, version)).fetchone()
    return row is not None and bool(row[0])
