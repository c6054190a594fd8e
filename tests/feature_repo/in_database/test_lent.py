"""The connection that one retrieval leaves to the next, and when it does not."""

from collections.abc import Iterator
from typing import Any

import adbc_driver_postgresql.dbapi as adbc
import psycopg
import pytest

from feature_repo.in_database.lent import lent, let_go
from feature_repo.in_database.offline import InDatabaseOfflineStoreConfig
from feature_repo.in_database.retrieval import InDatabaseRetrievalJob
from feature_repo.in_database.work import PlainQuery

pytestmark = pytest.mark.database


@pytest.fixture
def config(server_fields: dict[str, Any]) -> Iterator[InDatabaseOfflineStoreConfig]:
    let_go()
    yield InDatabaseOfflineStoreConfig(**server_fields)
    let_go()


def session_of(connection: adbc.Connection) -> int:
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        (pid,) = cursor.fetchone()
    return int(pid)


def asked(config: InDatabaseOfflineStoreConfig) -> int:
    """The session that answered a retrieval."""
    answer = InDatabaseRetrievalJob(config, PlainQuery("select pg_backend_pid() as pid")).to_arrow()
    return int(answer.column("pid")[0].as_py())


def state(bench: psycopg.Connection[Any], pid: int) -> str | None:
    found = bench.execute("select state from pg_stat_activity where pid = %s", [pid]).fetchone()
    return found[0] if found else None


def test_the_next_retrieval_finds_the_session_open_and_empty(
    config: InDatabaseOfflineStoreConfig, bench: psycopg.Connection[Any]
) -> None:
    with lent(config) as connection, connection.cursor() as cursor:
        first = session_of(connection)
        cursor.execute("create temporary table asked_rows as select 1 as one")
        cursor.execute("set statement_timeout = '1s'")
    assert state(bench, first) == "idle"
    with lent(config) as connection, connection.cursor() as cursor:
        assert session_of(connection) == first
        cursor.execute(
            "select to_regclass('asked_rows') is null, current_setting('statement_timeout')"
        )
        assert cursor.fetchone() == (True, "0")


def test_whoever_comes_meanwhile_gets_a_session_of_his_own(
    config: InDatabaseOfflineStoreConfig,
) -> None:
    with lent(config, read_only=True) as one, lent(config, read_only=True) as other:
        pids = {session_of(one), session_of(other)}
    assert len(pids) == 2
    assert asked(config) in pids


def test_a_session_that_the_server_ended_is_made_anew(
    config: InDatabaseOfflineStoreConfig, bench: psycopg.Connection[Any]
) -> None:
    first = asked(config)
    assert asked(config) == first
    bench.execute("select pg_terminate_backend(%s, 5000)", [first])
    assert asked(config) != first


def test_a_session_in_which_something_failed_is_not_used_again(
    config: InDatabaseOfflineStoreConfig, bench: psycopg.Connection[Any]
) -> None:
    first = asked(config)
    with pytest.raises(adbc.Error):
        InDatabaseRetrievalJob(config, PlainQuery("select 1/0 as one")).to_arrow()
    assert asked(config) != first


def test_it_is_let_go_of_at_the_end(
    config: InDatabaseOfflineStoreConfig, bench: psycopg.Connection[Any]
) -> None:
    pid = asked(config)
    let_go()
    bench.execute("select pg_sleep(0.2)")
    assert state(bench, pid) is None
