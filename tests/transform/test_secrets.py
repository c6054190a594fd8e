"""Passwords and keys stand in their own two files and nowhere else: not in what runs, is logged,
compiled or complained of.
"""

import threading
import traceback
from pathlib import Path

import pytest

from warehouse.building.transform import run_dbt, target_folder
from warehouse.connection import connect, parameters
from warehouse.errors import BuildFailed, DatabaseRefused
from warehouse.server_state import identity_of, log_file, state_folder
from warehouse.settings import Settings

pytestmark = pytest.mark.database


def secrets_of(settings: Settings) -> list[bytes]:
    assert settings.hash_key is not None
    words = [settings.hash_key.get_secret_value(), *identity_of(settings).passwords.values()]
    return [word.encode() for word in words]


def command_lines() -> set[bytes]:
    """The command line of every process of this computer, as `ps` shows it to anybody."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.add(path.read_bytes())
        except OSError:
            # It ended while we looked.
            continue
    return found


def test_no_log_and_no_compiled_query_holds_a_secret(built: Settings) -> None:
    written = [path for path in target_folder(built).rglob("*") if path.is_file()]
    written.append(log_file(state_folder(built)))
    assert len(written) > 100
    assert any("compiled" in path.parts for path in written)
    assert any(path.suffix == ".log" for path in written)
    content = {path: path.read_bytes() for path in written}
    for secret in secrets_of(built):
        assert [path for path, text in content.items() if secret in text] == []


def test_secrets_lie_in_their_own_files_alone(built: Settings) -> None:
    data = state_folder(built) / "data"
    folders = {built.home, state_folder(built)}
    files = {path for folder in folders for path in folder.rglob("*") if path.is_file()}
    outside = [path for path in files if data not in path.parents]
    holders = {
        path.name
        for path in outside
        for text in [path.read_bytes()]
        if any(secret in text for secret in secrets_of(built))
    }
    assert holders == {"server.json"}


def test_no_process_shows_a_secret_while_dbt_runs(built: Settings) -> None:
    worker = threading.Thread(
        target=run_dbt, args=(["run", "--select", "anl_encounters"], built), daemon=True
    )
    seen: set[bytes] = set()
    worker.start()
    while worker.is_alive():
        seen |= command_lines()
        worker.join(0.05)
    assert any(b"dbt" in line and b"anl_encounters" in line for line in seen)
    for secret in secrets_of(built):
        assert [line for line in seen if secret in line] == []


def test_no_complaint_of_the_database_holds_a_password(built: Settings) -> None:
    where, password = parameters("semia_dbt", built), "not-the-password-2718"
    address = f"postgresql://semia_dbt:{password}@{where.host}:{where.port}/semia"
    with pytest.raises(DatabaseRefused) as caught:
        connect("semia_dbt", Settings(home=built.home, database_url=address))  # type: ignore[arg-type]
    assert "password authentication failed" in str(caught.value)
    assert password not in "".join(traceback.format_exception(caught.value))


def test_no_complaint_of_dbt_holds_a_password(built: Settings) -> None:
    with pytest.raises(BuildFailed) as caught:
        run_dbt(["run-operation", "no_such_macro"], built)
    told = "".join(traceback.format_exception(caught.value)).encode()
    assert [secret for secret in secrets_of(built) if secret in told] == []


def test_what_a_debugger_prints_holds_no_secret(built: Settings) -> None:
    printed = repr((built, parameters("semia_owner", built), identity_of(built))).encode()
    assert [secret for secret in secrets_of(built) if secret in printed] == []
