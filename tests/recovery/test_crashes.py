"""Killed in the middle, by force: what runs next completes, and equals what was never disturbed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from psycopg import sql
from pydantic import SecretStr

from tests.recovery.conftest import a_home
from tests.support.warehouses import HASH_KEY, ROWS, land_synthetic
from tests.warehouse.conftest import put_away
from warehouse.connection import connect
from warehouse.land import land
from warehouse.postgres import schema, server
from warehouse.recovery.contents import tables_of
from warehouse.server_state import data_folder, state_folder
from warehouse.settings import Settings
from warehouse.sources.registry import SOURCES

pytestmark = [pytest.mark.database, pytest.mark.slow]

# When a row was landed, how long it took and under which number differ from run to run.
TIMES = [
    "_loaded_at",
    "loaded_at",
    "created_at",
    "finished_at",
    "rejected_at",
    "seconds",
    "load_id",
]
_LANDER = """
import sys
from pathlib import Path
from warehouse.errors import SemiaError
from warehouse.land import land
from warehouse.settings import load_settings
from warehouse.sources.registry import SOURCES
try:
    land(SOURCES[sys.argv[1]], Path(sys.argv[2]), "synthetic", load_settings())
except SemiaError as error:
    sys.exit(error.one_line())
"""


@pytest.fixture(scope="module")
def struck() -> Iterator[Settings]:
    """An empty warehouse that these tests strike, with the key and the files of `built`."""
    with a_home() as home:
        own = Settings(home=home, offline=True, hash_key=SecretStr(HASH_KEY))
        server.ensure_running(own)
        schema.prepare(own)
        yield own
        put_away(own)


def rows_of(settings: Settings, schemas: list[str]) -> dict[str, tuple[Any, ...]]:
    """Number of rows and an order-free hash of each table, but for times of the run itself."""
    found = {}
    question = sql.SQL(
        "select count(*), sum(cast(hashtextextended(cast(to_jsonb(t) - %s::text[] as text), 0) "
        "as numeric)) from {} as t"
    )
    with connect("semia_owner", settings) as connection:
        for name, table in tables_of(connection, schemas):
            asked = question.format(sql.Identifier(name, table))
            found[f"{name}.{table}"] = connection.execute(asked, [TIMES]).fetchone() or ()
    return found


@contextmanager
def blocked(settings: Settings, table: str, mode: str) -> Iterator[None]:
    """Let nobody get past `table` who wants what `mode` forbids."""
    connection = connect("semia_owner", settings)
    connection.execute(f"lock table {table} in {mode} mode")  # type: ignore[call-overload]
    try:
        yield
    finally:
        # Its server may be what was killed.
        connection.close()


def wait_for_a_queue(settings: Settings, process: "subprocess.Popen[bytes]") -> None:
    """Return once somebody waits for a lock on a table."""
    question = "select count(*) from pg_locks where locktype = 'relation' and not granted"
    deadline = time.monotonic() + 240
    with connect("semia_owner", settings, autocommit=True) as connection:
        while connection.execute(question).fetchone() == (0,):
            assert process.poll() is None, "it ended before it could be killed"
            assert time.monotonic() < deadline
            time.sleep(0.02)


def start(settings: Settings, *command: str) -> "subprocess.Popen[bytes]":
    """Start a command that works in this warehouse."""
    environment = {
        **os.environ,
        "SEMIA_HOME": str(settings.home),
        "SEMIA_OFFLINE": "1",
        "SEMIA_HASH_KEY": HASH_KEY,
    }
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )


def postmaster(settings: Settings) -> int:
    lock = data_folder(state_folder(settings)) / "postmaster.pid"
    return int(lock.read_text().splitlines()[0])


def end_badly(process: "subprocess.Popen[bytes]") -> str:
    """What the command said when its database was killed under it."""
    _, said = process.communicate(timeout=240)
    assert process.returncode == 1
    return said.decode()


def synthesised(settings: Settings, name: str) -> Path:
    """The source's file as `built` landed it, where `semia land` looks for it."""
    folder = settings.home / "synthetic" / name
    folder.mkdir(parents=True, exist_ok=True)
    SOURCES[name].synthesise(folder, ROWS[name], 7, 0.0)
    return folder


def test_landing_cut_off_twice_ends_like_landing_undisturbed(
    struck: Settings, built: Settings
) -> None:
    land(SOURCES["ktas"], synthesised(struck, "ktas"), "synthetic", struck)
    files = synthesised(struck, "yale_triage")
    before = rows_of(struck, ["raw"])
    lander = (sys.executable, "-c", _LANDER, "yale_triage", str(files))

    # All rows are copied when it is killed: only the ledger's line is missing.
    with start(struck, *lander) as killed, blocked(struck, "raw._loads", "exclusive"):
        wait_for_a_queue(struck, killed)
        killed.kill()
    assert rows_of(struck, ["raw"]) == before

    with start(struck, *lander) as left, blocked(struck, "raw._loads", "exclusive"):
        wait_for_a_queue(struck, left)
        os.kill(postmaster(struck), signal.SIGKILL)
        assert "The database does not answer" in end_badly(left)
    server.ensure_running(struck)
    assert rows_of(struck, ["raw"]) == before

    land_synthetic(struck)
    landed, undisturbed = rows_of(struck, ["raw"]), rows_of(built, ["raw"])
    assert len(landed) > 5
    assert landed == undisturbed
