"""Two builds at once on one warehouse: the second waits, and is told for whom."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.warehouse.conftest import Notes
from warehouse.building import build_lock
from warehouse.building.build_lock import only_build
from warehouse.connection import connect
from warehouse.errors import WarehouseBusy
from warehouse.settings import Settings

pytestmark = pytest.mark.database

# A build whose dbt is a program that only waits for its standard input to end.
_BUILDER = """
import subprocess, sys
from pathlib import Path
from warehouse.building.build_lock import only_build
from warehouse.settings import Settings
with only_build(Settings(home=Path(sys.argv[1]), offline=True)) as lock:
    with subprocess.Popen(["cat"], pass_fds=[lock.socket]) as dbt:
        lock.name_holder(dbt.pid)
        print(dbt.pid, flush=True)
"""


def is_free(settings: Settings) -> bool:
    with connect("semia_owner", settings) as connection:
        row = connection.execute("select pg_try_advisory_xact_lock(%s)", [build_lock._KEY])
        return bool((row.fetchone() or (False,))[0])


def wait_for_note(notes: Notes, text: str) -> None:
    deadline = time.monotonic() + 60
    while not [note for note in notes.notes if text in note]:
        assert time.monotonic() < deadline, f"nobody said {text!r}: {notes.notes}"
        time.sleep(0.05)


def test_the_second_build_waits_for_the_first_and_names_it(victim: Settings, notes: Notes) -> None:
    order: list[str] = []

    def second() -> None:
        with only_build(victim, notes):
            order.append("second")

    with only_build(victim):
        waiting = threading.Thread(target=second)
        waiting.start()
        wait_for_note(notes, f"another build is running (pid {os.getpid()} on ")
        order.append("first")
    waiting.join(60)
    assert order == ["first", "second"]
    assert is_free(victim)


def test_models_of_one_airflow_run_share_it_and_a_build_waits(victim: Settings) -> None:
    with only_build(victim, shared=True), only_build(victim, shared=True):
        assert not is_free(victim)
    assert is_free(victim)


def test_who_has_waited_long_enough_is_refused(
    victim: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build_lock, "_PATIENCE_SECONDS", 0.0)
    with only_build(victim), pytest.raises(WarehouseBusy, match=f"pid {os.getpid()} "):
        only_build(victim).__enter__()


def test_dbt_keeps_the_lock_when_the_build_that_began_it_is_killed(
    victim: Settings, notes: Notes
) -> None:
    command = [sys.executable, "-c", _BUILDER, str(victim.home)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as builder:
        assert builder.stdin is not None
        assert builder.stdout is not None
        dbt = int(builder.stdout.readline())
        os.kill(builder.pid, signal.SIGKILL)
        builder.wait()
        assert not is_free(victim)

        def next_build() -> None:
            with only_build(victim, notes):
                notes.note("built")

        waiting = threading.Thread(target=next_build)
        waiting.start()
        wait_for_note(notes, f"pid {dbt} on ")
        assert "built" not in notes.notes
        # The end of its input ends the program, and with it the lock.
        builder.stdin.close()
        wait_for_note(notes, "built")
        waiting.join(60)


def test_a_program_of_airflow_runs_under_the_lock(victim: Settings) -> None:
    root, environment = victim.home.parent, {"SEMIA_HOME": "home", "SEMIA_OFFLINE": "1"}
    command = [sys.executable, "-m", "warehouse.building.build_lock", str(root), "/bin/sh", "-c"]
    with subprocess.Popen(
        [*command, "pwd; cat"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    ) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        # The program starts where its caller stood; only the settings are the checkout's.
        assert program.stdout.readline().strip() == str(Path.cwd())
        assert not is_free(victim)
        with only_build(victim, shared=True):
            program.stdin.close()
            assert program.wait(60) == 0
    assert is_free(victim)
