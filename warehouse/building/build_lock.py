"""One build of the warehouse at a time, wherever it was started: an advisory lock in the database.

Two runs of dbt at once drop each other's half-made tables. The lock is a session of the database,
and a program given the session's socket keeps the lock for as long as it lives: when `semia build`
is killed, the dbt it had started works on, and the next build waits for that one.

    python -m warehouse.building.build_lock ROOT PROGRAM ARGUMENT...

runs a program under the lock, shared, with the settings of the checkout ROOT; Airflow's dbt does.
"""

import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from warehouse.connection import connect, speaking_plainly
from warehouse.errors import SemiaError, WarehouseBusy
from warehouse.progress import Progress, Silent
from warehouse.settings import Settings, load_settings

# Any number will do, as long as every Semia takes the same.
_KEY = 7364_6962
_PATIENCE_SECONDS = 3600.0
_PAUSE_SECONDS = 0.5
_WHERE = "the warehouse's build lock"
_NAME = "semia build"
# A computer that loses its power says no goodbye: the server asks for it within two minutes.
_KEEPALIVE = """
    set tcp_keepalives_idle = 60; set tcp_keepalives_interval = 15; set tcp_keepalives_count = 4
"""
_HOLDERS = """
    select activity.application_name
    from pg_catalog.pg_locks as locks
    inner join pg_catalog.pg_stat_activity as activity on locks.pid = activity.pid
    inner join pg_catalog.pg_database as here on locks.database = here.oid
    where locks.locktype = 'advisory' and locks.granted and here.datname = current_database()
      and locks.classid = 0 and locks.objid = %s and locks.objsubid = 1
"""


class BuildLock:
    """The lock, held; a child that inherits `socket` holds it too."""

    def __init__(self, session: psycopg.Connection[Any]) -> None:
        self._session = session

    @property
    def socket(self) -> int:
        """The number of the session's socket, for `pass_fds`."""
        return self._session.fileno()

    def name_holder(self, pid: int) -> None:
        """Tell those who wait the number of the process that does the work."""
        with speaking_plainly(_WHERE):
            self._session.execute("select set_config('application_name', %s, false)", [_name(pid)])


@contextmanager
def only_build(
    settings: Settings, progress: Progress = Silent(), *, shared: bool = False
) -> Iterator[BuildLock]:
    """Hold the warehouse's build lock; a second build waits and reports which one it waits for.

    `shared` lets others in that take it shared too: Airflow runs several models at a time, and
    orders them itself. Raises `WarehouseBusy` after an hour of waiting, `DatabaseAway` when no
    database answers.
    """
    session = connect("semia_dbt", settings, autocommit=True, application_name=_name(os.getpid()))
    try:
        with speaking_plainly(_WHERE):
            session.execute(_KEEPALIVE)
            _take(session, progress, "_shared" if shared else "")
        yield BuildLock(session)
    finally:
        session.close()


def _take(session: psycopg.Connection[Any], progress: Progress, kind: str) -> None:
    """Try until it is ours. Not one waiting call: that could not say whom it waits for."""
    deadline, told = time.monotonic() + _PATIENCE_SECONDS, ""
    question = f"select pg_try_advisory_lock{kind}(%s)"
    while session.execute(question, [_KEY]).fetchone() != (True,):
        holders = session.execute(_HOLDERS, [_KEY]).fetchall()
        holder = ", ".join(sorted({name.removeprefix(_NAME).strip() for (name,) in holders}))
        if time.monotonic() > deadline:
            raise WarehouseBusy(
                f"Another build is running ({holder}) and does not end",
                where=_WHERE,
                next_step="wait for it or end that process, then type the same command again",
            )
        if holder not in ("", told):
            progress.note(f"another build is running ({holder}): waiting for it to end")
            told = holder
        time.sleep(_PAUSE_SECONDS)


def _name(pid: int) -> str:
    # PostgreSQL keeps 63 bytes of it.
    return f"{_NAME} pid {pid} on {socket.gethostname()[:24]}"


class _Written(Silent):
    """Notes go to standard error, where Airflow's log is."""

    def note(self, text: str) -> None:
        sys.stderr.write(text + "\n")


def main(root: str, *command: str) -> None:
    """Become the program `command`, which then holds the lock, shared, until it ends."""
    here = Path.cwd()
    os.chdir(root)
    with only_build(load_settings(), _Written(), shared=True) as lock:
        os.chdir(here)
        os.set_inheritable(lock.socket, True)
        os.execv(command[0], command)  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except SemiaError as refused:
        sys.exit(refused.one_line())
