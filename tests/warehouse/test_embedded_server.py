import os
import signal
import socket
import stat
import threading
import time
from pathlib import Path

import psycopg
import pytest

from tests.warehouse.conftest import Notes
from warehouse.connection import connect, parameters
from warehouse.errors import DatabaseAway, DatabaseRefused, WrongSetting
from warehouse.postgres import server
from warehouse.roles import ROLES
from warehouse.server_state import data_folder, read_identity, state_folder
from warehouse.settings import Settings

pytestmark = pytest.mark.database


def postmaster(settings: Settings) -> int:
    lock = data_folder(state_folder(settings)) / "postmaster.pid"
    return int(lock.read_text().splitlines()[0])


def ask(settings: Settings, question: str) -> object:
    with connect("semia_owner", settings, dbname="postgres", autocommit=True) as connection:
        row = connection.execute(question).fetchone()  # type: ignore[call-overload]
    return row[0] if row else None


def test_a_server_starts_once_and_keeps_its_port(own: Settings, notes: Notes) -> None:
    assert not server.status(own).is_running
    first = server.ensure_running(own, notes)
    assert first.is_running
    begun = time.monotonic()
    assert server.ensure_running(own, notes) == first
    assert time.monotonic() - begun < 1
    assert server.stop(own)
    assert not server.status(own).is_running
    assert not server.stop(own)
    assert server.ensure_running(own, notes).port == first.port
    assert notes.notes.count("Making a new database") == 1


def test_ctrl_c_in_our_terminal_does_not_reach_the_server(own: Settings) -> None:
    server.ensure_running(own)
    assert os.getsid(postmaster(own)) != os.getsid(0)


def test_it_is_careful_with_data_and_heard_only_on_the_loopback(own: Settings) -> None:
    server.ensure_running(own)
    expected = {
        "fsync": "on",
        "full_page_writes": "on",
        "data_checksums": "on",
        "password_encryption": "scram-sha-256",
        "server_encoding": "UTF8",
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "TimeZone": "UTC",
    }
    found = {name: ask(own, f"select current_setting('{name}')") for name in expected}
    assert found == expected
    assert ask(own, "select upper('ñ') || lower('É')") == "Ñé"
    assert (
        ask(own, "select string_agg(x, '' order by x) from unnest(array['b','a','B']) x") == "Bab"
    )


def test_passwords_are_private_and_needed(own: Settings) -> None:
    server.ensure_running(own)
    folder = state_folder(own)
    assert stat.S_IMODE((folder / "server.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(data_folder(folder).stat().st_mode) == 0o700
    identity = read_identity(folder)
    assert identity is not None
    assert len(set(identity.passwords.values())) == len(ROLES)
    where = parameters("semia_owner", own)
    assert where.password not in repr(where)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(
            host=where.host, port=where.port, user=where.user, dbname="postgres", password="guess"
        )
    rules = (data_folder(folder) / "pg_hba.conf").read_text().splitlines()
    methods = {rule.split()[-1] for rule in rules if rule and not rule.startswith("#")}
    assert methods == {"scram-sha-256"}


@pytest.mark.parametrize("pause", [0.0, 1.0])
def test_a_killed_server_comes_back_with_its_rows(own: Settings, pause: float) -> None:
    server.ensure_running(own)
    with connect("semia_owner", own) as connection:
        connection.execute("create table kept (n int)")
        connection.execute("insert into kept select generate_series(1, 1000)")
    os.kill(postmaster(own), signal.SIGKILL)
    time.sleep(pause)
    assert server.ensure_running(own).is_running
    with connect("semia_owner", own) as connection:
        assert connection.execute("select count(*) from kept").fetchone() == (1000,)


def test_many_starts_at_once_make_one_server(own: Settings) -> None:
    found: list[server.Server] = []
    starters = [
        threading.Thread(target=lambda: found.append(server.ensure_running(own))) for _ in range(5)
    ]
    for starter in starters:
        starter.start()
    for starter in starters:
        starter.join()
    assert len(found) == 5
    assert len({(each.port, each.is_running) for each in found}) == 1


def test_a_port_taken_by_somebody_else_is_left_to_them(own: Settings) -> None:
    port = server.ensure_running(own).port
    server.stop(own)
    with socket.create_server(("127.0.0.1", port)):
        moved = server.ensure_running(own)
    assert moved.is_running
    assert moved.port != port
    assert server.status(own).port == moved.port


def test_the_lock_of_a_reused_process_number_is_cleared(own: Settings) -> None:
    server.ensure_running(own)
    lock = data_folder(state_folder(own)) / "postmaster.pid"
    text = lock.read_text().splitlines()
    server.stop(own)
    # This very test process stands for the program that was given the number.
    lock.write_text("\n".join([str(os.getpid()), *text[1:]]) + "\n")
    lock.chmod(0o600)
    os.chown(lock, lock.parent.stat().st_uid, lock.parent.stat().st_gid)
    assert server.ensure_running(own).is_running


def test_the_lock_of_a_living_server_stays(own: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    server.ensure_running(own)
    pid = postmaster(own)
    secret = state_folder(own) / "server.json"
    content = secret.read_text()
    # With wrong passwords the server looks away, though it lives and holds its lock.
    secret.write_text(content.replace('"semia_owner": "', '"semia_owner": "x'))
    monkeypatch.setattr(server, "_PATIENCE_SECONDS", 1.0)
    with pytest.raises(DatabaseAway, match="holds the data and does not answer"):
        server.ensure_running(own)
    assert postmaster(own) == pid
    os.kill(pid, 0)
    secret.write_text(content)
    assert server.status(own).is_running


def test_a_server_busy_with_repair_is_waited_for(own: Settings) -> None:
    port = server.ensure_running(own).port
    pid = postmaster(own)
    os.kill(pid, signal.SIGSTOP)
    threading.Timer(6.0, os.kill, (pid, signal.SIGCONT)).start()
    again = server.ensure_running(own)
    assert (again.port, postmaster(own)) == (port, pid)


def test_an_interrupted_beginning_is_begun_again(own: Settings) -> None:
    half = own.home / "postgres" / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    (own.home / "postgres" / "data.password").write_text("old")
    assert server.ensure_running(own).is_running
    assert not half.exists()
    assert not (own.home / "postgres" / "data.password").exists()


def test_a_home_with_spaces_and_quotes_will_do(open_folder: Path) -> None:
    settings = Settings(home=open_folder / 'it\'s a "home" $HOME é')
    try:
        assert server.ensure_running(settings).is_running
    finally:
        server.remove(settings)


def test_misleading_variables_are_ignored(own: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"PGPORT": "1", "PGDATA": "/nowhere", "PGOPTIONS": "-c wrong=1"}.items():
        monkeypatch.setenv(name, value)
    assert server.ensure_running(own).is_running


def test_lost_passwords_are_said_not_replaced(own: Settings) -> None:
    server.ensure_running(own)
    secret = state_folder(own) / "server.json"
    content = secret.read_text()
    for broken in ("", "{}", "[1"):
        secret.write_text(broken)
        with pytest.raises(WrongSetting, match=r"server\.json"):
            server.ensure_running(own)
    secret.unlink()
    with pytest.raises(WrongSetting, match=r"server\.json"):
        server.ensure_running(own)
    secret.write_text(content)
    assert server.status(own).is_running


def test_data_of_another_version_are_left_alone(own: Settings) -> None:
    server.ensure_running(own)
    server.stop(own)
    version = data_folder(state_folder(own)) / "PG_VERSION"
    made_by = version.read_text()
    version.write_text("9\n")
    with pytest.raises(DatabaseRefused, match="made by PostgreSQL 9"):
        server.ensure_running(own)
    version.write_text(made_by)
    assert server.ensure_running(own).is_running


def test_a_home_that_is_a_file_is_refused(open_folder: Path) -> None:
    (open_folder / "home").write_text("")
    with pytest.raises(WrongSetting, match="cannot be used"):
        server.ensure_running(Settings(home=open_folder / "home"))


def test_programs_that_are_none_are_refused(open_folder: Path) -> None:
    with pytest.raises(WrongSetting, match="SEMIA_PG_BIN"):
        server.ensure_running(Settings(home=open_folder / "home", pg_bin=open_folder))
