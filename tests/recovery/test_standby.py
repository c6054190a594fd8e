"""A standby over TLS: it follows, and after the primary's sudden end nothing confirmed is lost."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.support.programs import require_program
from tests.support.warehouses import a_home, running_warehouse
from warehouse.connection import connect
from warehouse.errors import BadFile, DatabaseRefused, SemiaError, WrongSetting
from warehouse.postgres import schema, server
from warehouse.replication import invitation, standby
from warehouse.replication.invitation import forget, invite, set_synchronous
from warehouse.replication.lag import followers
from warehouse.replication.standby import join, take_over
from warehouse.server_state import data_folder, state_folder
from warehouse.settings import Settings

pytestmark = [pytest.mark.database, pytest.mark.program("postgres-ssl")]


@pytest.fixture(scope="module")
def primary() -> Iterator[Settings]:
    """A primary with certificates and a table to write into; the last test kills it."""
    with a_home() as home:
        programs = require_program("postgres-ssl").parent
        own = Settings(home=home, pg_bin=programs, pg_host="*", offline=True)
        server.certify(own, [])
        with running_warehouse(own):
            with connect("semia_ingest", own) as connection:
                connection.execute("create table raw.arrivals (n bigint primary key)")
            yield own


@pytest.fixture
def second(primary: Settings, tmp_path: Path) -> Iterator[Settings]:
    """Its standby, in a home of its own."""
    with a_home() as home:
        own = Settings(home=home, pg_bin=primary.pg_bin, offline=True)
        try:
            invite(primary, tmp_path / "invitation.json", "standby", "127.0.0.1")
            join(own, tmp_path / "invitation.json")
            yield own
        finally:
            server.remove(own)


def numbers(settings: Settings) -> set[int]:
    with connect("semia_ingest", settings) as connection:
        return {n for (n,) in connection.execute("select n from raw.arrivals")}


def wait_until_streaming(settings: Settings) -> None:
    deadline = time.monotonic() + 60
    while [follower.state for follower in followers(settings)] != ["streaming"]:
        assert time.monotonic() < deadline, followers(settings)
        time.sleep(0.05)


class Writer(threading.Thread):
    """Writes number after number, each in a transaction of its own, until its server is gone."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self.confirmed: list[int] = []

    def run(self) -> None:
        try:
            with connect("semia_ingest", self._settings, autocommit=True) as connection:
                while True:
                    n = len(self.confirmed)
                    connection.execute("insert into raw.arrivals values (%s)", [n])
                    self.confirmed.append(n)
        except (psycopg.Error, SemiaError):
            return


def test_without_a_standby_commits_are_not_made_to_wait(primary: Settings, tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match="wait for ever"):
        set_synchronous(primary, True)
    invite(primary, tmp_path / "invitation.json", "lost", "127.0.0.1")
    assert [(one.name, one.state) for one in followers(primary)] == [("semia_lost", "away")]
    forget(primary, "lost")
    assert followers(primary) == []
    with pytest.raises(WrongSetting, match="Nobody follows"):
        forget(primary, "lost")


def test_an_invitation_is_for_our_eyes_and_tells_a_stranger_nothing(
    primary: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "invitation.json"
    given = invite(primary, file, "standby", "127.0.0.1")
    assert file.stat().st_mode & 0o077 == 0
    assert all(secret not in repr(given) for secret in given.passwords.values())
    with pytest.raises(WrongSetting, match="cannot be the name"):
        invite(primary, file, "Standby 2; drop", "127.0.0.1")
    file.write_text("{}")
    with pytest.raises(BadFile, match="no invitation"):
        join(primary, file)


def test_a_primary_of_another_name_is_not_trusted(primary: Settings, tmp_path: Path) -> None:
    """The certificate holds for 127.0.0.1; whoever answers under another name is not it."""
    file = tmp_path / "invitation.json"
    invite(primary, file, "standby", "127.0.0.2")
    with a_home() as home:
        own = Settings(home=home, pg_bin=primary.pg_bin, offline=True)
        with pytest.raises(SemiaError, match=r"cannot be copied.*certificate"):
            join(own, file)
        assert not data_folder(state_folder(own)).exists()


def test_a_home_with_a_database_is_left_alone(primary: Settings, tmp_path: Path) -> None:
    file = tmp_path / "invitation.json"
    invite(primary, file, "standby", "127.0.0.1")
    with pytest.raises(WrongSetting, match="empty SEMIA_HOME"):
        join(primary, file)
    assert server.status(primary).is_running


def test_programs_of_another_version_are_refused(
    primary: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "invitation.json"
    given = invite(primary, file, "standby", "127.0.0.1")
    monkeypatch.setattr(invitation, "identity_of", lambda settings: None)
    other = Settings(home=tmp_path / "home", offline=True)
    with pytest.raises(WrongSetting, match=f"install PostgreSQL {given.major}"):
        standby._programs(other, given)


def test_the_standby_takes_over_with_every_row_that_was_confirmed(
    primary: Settings, second: Settings
) -> None:
    wait_until_streaming(primary)
    with connect("semia_owner", primary) as connection:
        encrypted = connection.execute(
            "select ssl from pg_stat_ssl inner join pg_stat_replication using (pid)"
        )
        assert encrypted.fetchall() == [(True,)]
    with pytest.raises(DatabaseRefused, match="standby is still connected"):
        forget(primary, "standby")
    with pytest.raises(DatabaseRefused, match="standby, which takes no writes"):
        schema.prepare(second)
    assert [(one.name, one.state) for one in followers(second)] == [("this server", "streaming")]
    with pytest.raises(DatabaseRefused, match="still answers"):
        take_over(second)

    assert set_synchronous(primary, True) == ["standby"]
    writer = Writer(primary)
    writer.start()
    deadline = time.monotonic() + 120
    while len(writer.confirmed) < 300:
        assert writer.is_alive()
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert [one.is_waited_for for one in followers(primary)] == [True]
    lock = data_folder(state_folder(primary)) / "postmaster.pid"
    os.kill(int(lock.read_text().splitlines()[0]), signal.SIGKILL)
    writer.join(60)
    take_over(second)

    confirmed, there = set(writer.confirmed), numbers(second)
    assert len(confirmed) >= 300
    assert confirmed <= there
    # At most the one row whose confirmation the end cut off.
    assert len(there - confirmed) <= 1
    with connect("semia_ingest", second) as connection:
        connection.execute("set statement_timeout = '20s'")
        connection.execute("insert into raw.arrivals values (-1)")
    schema.prepare(second)
    with pytest.raises(DatabaseRefused, match="no standby"):
        take_over(second)
