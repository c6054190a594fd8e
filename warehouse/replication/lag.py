"""How far those who follow are behind, and what is kept for those who do not come."""

from dataclasses import dataclass

from warehouse.connection import connect, speaking_plainly
from warehouse.settings import Settings

# Subscribers as well as standbys read the log of changes through a slot.
_FOLLOWERS = """
    select slots.slot_name, slots.slot_type, coalesce(activity.state, 'away') as state,
        coalesce(activity.sync_state, '') in ('sync', 'quorum') as is_waited_for,
        cast(pg_wal_lsn_diff(
            pg_current_wal_lsn(),
            coalesce(activity.replay_lsn, slots.confirmed_flush_lsn, slots.restart_lsn)
        ) as bigint) as bytes_behind,
        cast(extract(epoch from activity.replay_lag) as double precision) as seconds_behind
    from pg_catalog.pg_replication_slots as slots
    left join pg_catalog.pg_stat_replication as activity on slots.active_pid = activity.pid
    where not slots.temporary and slots.slot_name !~ '_sync_'
    order by slots.slot_name
"""
_FOLLOWING = """
    select 'this server', 'standby',
        coalesce((select status from pg_catalog.pg_stat_wal_receiver), 'away'), false,
        cast(pg_wal_lsn_diff(
            coalesce(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()),
            pg_last_wal_replay_lsn()
        ) as bigint),
        cast(case
            when pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() then 0
            else extract(epoch from now() - pg_last_xact_replay_timestamp())
        end as double precision)
"""


@dataclass(frozen=True)
class Follower:
    """Who follows, whether commits wait for it, and how far behind it is; None where unknown.

    `state` is streaming when all is well, and away when nobody reads. `bytes_behind` counts the
    log of changes that is kept for it.
    """

    name: str
    kind: str
    state: str
    is_waited_for: bool
    bytes_behind: int | None
    seconds_behind: float | None


def followers(settings: Settings) -> list[Follower]:
    """Every standby and subscriber of this server; on a standby, the standby itself."""
    with (
        speaking_plainly("replication"),
        connect("semia_owner", settings) as connection,
    ):
        is_standby = connection.execute("select pg_is_in_recovery()").fetchone() == (True,)
        rows = connection.execute(_FOLLOWING if is_standby else _FOLLOWERS).fetchall()
    return [Follower(*row) for row in rows]
