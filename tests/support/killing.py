"""Commands in processes of their own, brought to a stand where a test wants to kill them."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.warehouses import HASH_KEY
from warehouse.connection import connect
from warehouse.server_state import data_folder, state_folder
from warehouse.settings import Settings


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
    question = "select count(*) > 0 from pg_locks where locktype = 'relation' and not granted"
    wait_for(settings, process, question)


def wait_for(settings: Settings, process: "subprocess.Popen[bytes]", question: str) -> None:
    """Return once the database answers yes, while the process lives."""
    deadline = time.monotonic() + 240
    with connect("semia_owner", settings, autocommit=True) as connection:
        while connection.execute(question).fetchone() != (True,):  # type: ignore[call-overload]
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
        command,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def postmaster(settings: Settings) -> int:
    """The process of the warehouse's server."""
    lock = data_folder(state_folder(settings)) / "postmaster.pid"
    return int(lock.read_text().splitlines()[0])


def end_badly(process: "subprocess.Popen[bytes]") -> str:
    """What the command said when its database was killed under it."""
    _, said = process.communicate(timeout=240)
    assert process.returncode == 1
    return said.decode()
