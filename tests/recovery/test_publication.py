"""The de-identified tables in the cloud: those and no others, build after build."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from pydantic import SecretStr

from tests.support.programs import require_program
from tests.support.warehouses import a_home, running_warehouse
from tests.warehouse.conftest import Notes
from warehouse.connection import connect, parameters
from warehouse.errors import DatabaseRefused, NotEnoughData, SemiaError, WrongSetting
from warehouse.postgres import schema, server
from warehouse.replication.lag import followers
from warehouse.replication.publication import SUBSCRIBER, Published, admit_subscriber, publish
from warehouse.replication.subscription import keep_up, subscribe, unsubscribe
from warehouse.settings import Settings

pytestmark = pytest.mark.database

MARTS = "select encounter_id, age_years from marts.fct_visits order by 1, 2"


@dataclass(frozen=True)
class Cloud:
    """A server elsewhere, and how an ordinary user of it connects."""

    settings: Settings
    address: str

    def ask(self, question: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.address) as connection:
            return connection.execute(question).fetchall()  # type: ignore[call-overload, no-any-return]

    def wait_for(self, question: str, answer: object) -> None:
        """Wait until the cloud answers as it should."""
        deadline = time.monotonic() + 60
        while (found := self.ask(question)) != answer:
            assert time.monotonic() < deadline, f"{question}: {found}"
            time.sleep(0.1)


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    """A server whose user is what Amazon RDS would give: no superuser, but allowed to subscribe."""
    with a_home() as home:
        own = Settings(home=home, offline=True)
        server.ensure_running(own)
        with connect("semia_owner", own, dbname="postgres", autocommit=True) as connection:
            connection.execute("create role tenant login createrole password 'in the cloud'")
            connection.execute("grant pg_create_subscription to tenant")
            connection.execute("create database tenant owner tenant")
        where = parameters("semia_owner", own)
        address = f"postgresql://tenant:in%20the%20cloud@{where.host}:{where.port}/tenant"
        yield Cloud(own, address)
        server.remove(own)


@pytest.fixture(scope="module")
def local(cloud: Cloud) -> Iterator[Settings]:
    """The local server; its cloud follows once a test has it follow."""
    with a_home() as home:
        own = Settings(home=home, offline=True, cloud_url=SecretStr(cloud.address))
        with running_warehouse(own):
            yield own
            # A server waits for those who follow it before it stops.
            unsubscribe(own)


@pytest.fixture
def followed(local: Settings, cloud: Cloud) -> Settings:
    """The local server after a build, published and followed."""
    rebuild(local, [("a", 30), ("b", 40), ("b", 40)])
    with connect("semia_ingest", local) as connection:
        connection.execute("drop table if exists raw.visits")
        connection.execute("create table raw.visits as select 'never leaves' as words")
    publish(local)
    subscribe(local, "127.0.0.1")
    cloud.wait_for(MARTS, [("a", 30), ("b", 40), ("b", 40)])
    return local


def rebuild(settings: Settings, rows: list[tuple[Any, ...]], columns: str = "") -> None:
    """What dbt does to a table: a new one is made beside it, and takes its name."""
    defined = columns or "encounter_id text, age_years double precision"
    marks = ", ".join(["%s"] * len(rows[0]))
    with connect("semia_dbt", settings) as connection:
        connection.execute(f"create table marts.fct_visits__dbt_tmp ({defined})")  # type: ignore[call-overload]
        connection.cursor().executemany(
            f"insert into marts.fct_visits__dbt_tmp values ({marks})",  # type: ignore[arg-type]
            rows,
        )
        connection.execute("drop table if exists marts.fct_visits")
        connection.execute("alter table marts.fct_visits__dbt_tmp rename to fct_visits")


def test_each_build_arrives_whole_and_only_what_changed_is_sent(
    followed: Settings, cloud: Cloud
) -> None:
    rebuild(followed, [("a", 30), ("b", 40), ("b", 41), ("c", None)])
    done = publish(followed)
    # One of the two equal rows went; two came.
    assert done.changes == 3
    cloud.wait_for(MARTS, [("a", 30), ("b", 40), ("b", 41), ("c", None)])
    assert publish(followed).changes == 0


def test_nothing_leaves_but_what_is_de_identified(followed: Settings, cloud: Cloud) -> None:
    schemas = cloud.ask(
        "select nspname from pg_namespace where nspname !~ '^pg_' "
        "and nspname not in ('public', 'information_schema') order by 1"
    )
    assert schemas == [("analyst",), ("features",), ("marts",), ("published",), ("reference",)]
    tables = cloud.ask("select schemaname, tablename from pg_tables where tableowner = 'tenant'")
    assert tables == [("published", "marts__fct_visits")]


def test_a_subscriber_can_read_nothing_but_what_is_published(followed: Settings) -> None:
    where = parameters("semia_owner", followed)
    words = {"host": where.host, "port": where.port, "user": SUBSCRIBER, "dbname": where.dbname}
    # A new password for the role: the cloud's own is renewed afterwards.
    words["password"] = admit_subscriber(followed)
    try:
        with psycopg.connect(**words, autocommit=True) as connection:
            seen = connection.execute("select count(*) from published.marts__fct_visits")
            assert seen.fetchone() == (3,)
            for closed in ("raw.visits", "marts.fct_visits"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(f"select from {closed}")
        with pytest.raises(psycopg.OperationalError, match="entry for replication"):
            psycopg.connect(make_conninfo(**words, replication="true"))
    finally:
        subscribe(followed, "127.0.0.1")


def test_new_columns_and_tables_follow_the_build_by_themselves(
    followed: Settings, cloud: Cloud
) -> None:
    with connect("semia_dbt", followed) as connection:
        connection.execute("create table features.spine_new as select 7 as n")
    rebuild(followed, [("a", 30, 1.5)], "encounter_id text, age_years float8, height_m float8")
    assert keep_up(followed) == Published(tables=2, changes=2, is_reshaped=True)
    cloud.wait_for("select * from marts.fct_visits", [("a", 30, 1.5)])
    cloud.wait_for("select * from features.spine_new", [(7,)])
    rebuild(followed, [("b", 31, 1.6)], "encounter_id text, age_years float8, height_m float8")
    with connect("semia_dbt", followed) as connection:
        connection.execute("drop table features.spine_new")
    keep_up(followed)
    cloud.wait_for("select * from marts.fct_visits", [("b", 31, 1.6)])


def test_a_cloud_out_of_reach_does_not_spoil_a_build(followed: Settings, notes: Notes) -> None:
    away = followed.model_copy(update={"cloud_url": SecretStr("postgresql://x:y@127.0.0.1:1/z")})
    rebuild(away, [("a", "thirty")], "encounter_id text, age_years text")
    assert keep_up(away, notes) is not None
    (told,) = [note for note in notes.notes if "semia replicate subscribe" in note]
    assert "does not answer" in told


def test_the_lag_is_shown(followed: Settings) -> None:
    # A busy machine may catch it between two connections, or on its way to the newest change.
    until = time.monotonic() + 30
    while [one.state for one in followers(followed)] != ["streaming"]:
        assert time.monotonic() < until, followers(followed)
        time.sleep(0.1)
    (one,) = followers(followed)
    assert one.kind == "logical"
    assert one.name.startswith("semia_cloud_")
    assert one.bytes_behind is not None


def test_a_warehouse_in_the_cloud_is_not_mixed_with(followed: Settings, cloud: Cloud) -> None:
    unsubscribe(followed)
    try:
        with psycopg.connect(cloud.address) as connection:
            connection.execute("create table marts.own as select 1 as n")
        with pytest.raises(DatabaseRefused, match=r"warehouse of its own: marts\.own"):
            subscribe(followed, "127.0.0.1")
    finally:
        with psycopg.connect(cloud.address) as connection:
            connection.execute("drop table marts.own")


def test_before_the_first_build_there_is_nothing_to_publish(database: Settings) -> None:
    with pytest.raises(NotEnoughData, match="semia build"):
        publish(database)


def test_what_is_missing_is_said(local: Settings) -> None:
    nowhere = local.model_copy(update={"cloud_url": None})
    with pytest.raises(WrongSetting, match="SEMIA_CLOUD_URL"):
        unsubscribe(nowhere)
    elsewhere = local.model_copy(update={"cloud_url": SecretStr("postgresql://x:y@127.0.0.1:1/z")})
    with pytest.raises(SemiaError, match="does not answer") as caught:
        unsubscribe(elsewhere)
    assert "y@" not in caught.value.one_line()


def test_a_build_publishes_only_where_somebody_asked_for_it(cloud: Cloud) -> None:
    # The server that plays the cloud publishes nothing.
    assert keep_up(cloud.settings) is None


@pytest.mark.program("postgres-ssl")
def test_the_cloud_is_sure_who_we_are_though_it_holds_no_certificate() -> None:
    programs = require_program("postgres-ssl").parent
    with a_home() as here, a_home() as there:
        cloud = Settings(home=there, pg_bin=programs, offline=True)
        server.ensure_running(cloud)
        where = parameters("semia_owner", cloud)
        # PostgreSQL 15 lets superusers alone subscribe; the test above does without.
        address = f"postgresql://{where.user}:{where.password}@{where.host}:{where.port}/semia"
        own = Settings(home=here, pg_bin=programs, offline=True, cloud_url=SecretStr(address))
        server.certify(own, [])
        server.ensure_running(own)
        try:
            schema.prepare(own)
            rebuild(own, [("a", 30)])
            publish(own)
            subscribe(own, "127.0.0.1")
            Cloud(cloud, address).wait_for(MARTS, [("a", 30)])
            with connect("semia_owner", own) as connection:
                encrypted = "select ssl from pg_stat_ssl inner join pg_stat_replication using (pid)"
                assert connection.execute(encrypted).fetchall() == [(True,)]
            (row,) = Cloud(cloud, address).ask("select subconninfo from pg_subscription")
            assert "channel_binding=require" in row[0]
        finally:
            unsubscribe(own)
            server.remove(own)
            server.remove(cloud)
