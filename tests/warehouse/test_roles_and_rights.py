from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from warehouse.connection import Role, connect
from warehouse.errors import DatabaseRefused
from warehouse.postgres import schema, server
from warehouse.roles import ROLES
from warehouse.settings import Settings

pytestmark = pytest.mark.database

READERS: dict[str, set[Role]] = {
    "raw": {"semia_ingest", "semia_dbt"},
    "reference": {"semia_dbt", "semia_ml", "semia_api", "semia_analyst"},
    "staging": {"semia_dbt"},
    "intermediate": {"semia_dbt"},
    "marts": {"semia_dbt"},
    "analyst": {"semia_dbt", "semia_analyst"},
    "features": {"semia_dbt", "semia_ml", "semia_api"},
    "monitoring": {"semia_dbt", "semia_ml"},
    "registry": {"semia_ml"},
    "serving": {"semia_dbt"},
}
WRITERS: dict[str, set[Role]] = {
    "raw": {"semia_ingest"},
    "reference": {"semia_dbt"},
    "staging": {"semia_dbt"},
    "intermediate": {"semia_dbt"},
    "marts": {"semia_dbt"},
    "analyst": {"semia_dbt"},
    "features": {"semia_dbt"},
    "monitoring": {"semia_dbt", "semia_ml"},
    "registry": {"semia_ml"},
    "serving": set(),
}
OWNERS: dict[str, Role] = {
    **dict.fromkeys(READERS, "semia_dbt"),
    "raw": "semia_ingest",
    "registry": "semia_ml",
    "serving": "semia_owner",
}
WORKERS = [role for role in ROLES if role != "semia_owner"]


def may(settings: Settings, role: Role, statement: str) -> bool:
    """Whether the role may run the statement; whatever it does is undone."""
    with connect(role, settings) as connection:
        try:
            connection.execute(statement)  # type: ignore[call-overload]
        except psycopg.errors.InsufficientPrivilege:
            return False
        finally:
            connection.rollback()
    return True


@pytest.fixture(scope="module")
def tables(database: Settings) -> Iterator[Settings]:
    """A table in every schema, made by its writer, dropped and made again as dbt does."""
    for _ in range(2):
        for name, owner in OWNERS.items():
            with connect(owner, database) as connection:
                connection.execute(f"drop table if exists {name}.probe")  # type: ignore[call-overload]
                connection.execute(f"create table {name}.probe (n int)")  # type: ignore[call-overload]
    yield database
    for name, owner in OWNERS.items():
        with connect(owner, database) as connection:
            connection.execute(f"drop table {name}.probe")  # type: ignore[call-overload]


@pytest.mark.parametrize("name", READERS)
def test_who_reads_a_schema(tables: Settings, name: str) -> None:
    found = {role for role in WORKERS if may(tables, role, f"select n from {name}.probe")}
    assert found == READERS[name]


@pytest.mark.parametrize("name", WRITERS)
def test_who_makes_tables_in_a_schema(tables: Settings, name: str) -> None:
    found = {role for role in WORKERS if may(tables, role, f"create table {name}.new (n int)")}
    assert found == WRITERS[name]


CHANGES = {
    "insert": "insert into {name}.probe values (1)",
    "update": "update {name}.probe set n = 2",
    "delete": "delete from {name}.probe",
    "truncate": "truncate {name}.probe",
    "drop": "drop table {name}.probe",
    "alter": "alter table {name}.probe add column m int",
}


@pytest.mark.parametrize("name", WRITERS)
def test_who_changes_what_another_wrote(tables: Settings, name: str) -> None:
    """Only its maker changes a table; the service adds to its log, and that is all."""
    found = {
        (role, verb)
        for role in WORKERS
        for verb, statement in CHANGES.items()
        if may(tables, role, statement.format(name=name))
    }
    owner = OWNERS[name]
    expected: set[tuple[str, str]] = {(owner, verb) for verb in CHANGES if owner in WORKERS}
    assert found == expected | ({("semia_api", "insert")} if name == "serving" else set())


def test_serving_only_adds_to_its_log(tables: Settings) -> None:
    may_do = {
        verb
        for verb, statement in {
            "insert": "insert into serving.probe values (1)",
            "select": "select n from serving.probe",
            "update": "update serving.probe set n = 2",
            "delete": "delete from serving.probe",
        }.items()
        if may(tables, "semia_api", statement)
    }
    assert may_do == {"insert"}


@pytest.mark.parametrize("role", WORKERS)
def test_no_worker_rules_the_server(database: Settings, role: Role) -> None:
    question = "select rolsuper, rolcreaterole, rolcreatedb, rolreplication from pg_roles"
    with connect(role, database) as connection:
        found = connection.execute(f"{question} where rolname = current_user").fetchone()
    assert found == (False, False, False, role == "semia_replica")
    assert not may(database, role, "create schema mine")
    assert not may(database, role, "create table public.mine (n int)")


def test_preparing_again_changes_nothing(tables: Settings) -> None:
    def rights() -> list[tuple[Any, ...]]:
        with connect("semia_owner", tables) as connection:
            acl = connection.execute("select nspname, nspacl::text from pg_namespace order by 1")
            default = connection.execute("select defaclacl::text from pg_default_acl order by 1")
            return [*acl.fetchall(), *default.fetchall()]

    before = rights()
    schema.prepare(tables)
    assert rights() == before


def test_training_never_compiles_its_joins(database: Settings) -> None:
    with connect("semia_ml", database) as connection:
        assert connection.execute("show jit").fetchone() == ("off",)


@pytest.fixture
def elsewhere(database: Settings) -> Iterator[Settings]:
    """The same server as a stranger's: a user who may make roles, and a database of theirs."""
    with connect("semia_owner", database, autocommit=True) as connection:
        connection.execute("create role hospital login createrole password 'p:/@ss'")
        connection.execute("create database hospital owner hospital")
        port = connection.info.port
    address = f"postgresql://hospital:p%3A%2F%40ss@127.0.0.1:{port}/hospital"
    yield Settings(home=database.home / "none", database_url=address)
    with connect("semia_owner", database, autocommit=True) as connection:
        connection.execute("drop database hospital")
        connection.execute("drop owned by hospital cascade")
        connection.execute("drop role hospital")


def test_another_server_serves_as_well(database: Settings, elsewhere: Settings) -> None:
    # The roles of the embedded server exist already; a superuser has let the user take them.
    with connect("semia_owner", database) as connection:
        for role in WORKERS:
            connection.execute(f"grant {role} to hospital")  # type: ignore[call-overload]
    assert server.ensure_running(elsewhere).folder is None
    schema.prepare(elsewhere)
    schema.prepare(elsewhere)
    for role in WORKERS:
        with connect(role, elsewhere) as connection:
            assert connection.execute("select current_user, current_database()").fetchone() == (
                role,
                "hospital",
            )
    with connect("semia_ml", elsewhere) as connection:
        assert connection.execute("show jit").fetchone() == ("off",)
    assert not server.stop(elsewhere)
    assert server.status(elsewhere).is_running


def test_a_user_who_may_make_roles_makes_them(own: Settings) -> None:
    port = server.ensure_running(own).port
    with connect("semia_owner", own, autocommit=True) as connection:
        connection.execute("create role hospital login createrole password 'secret'")
        connection.execute("create database hospital owner hospital")
    address = f"postgresql://hospital:secret@127.0.0.1:{port}/hospital"
    elsewhere = Settings(home=own.home / "none", database_url=address)
    schema.prepare(elsewhere)
    schema.prepare(elsewhere)
    with connect("semia_dbt", elsewhere) as connection:
        connection.execute("create table features.probe (n int)")
    assert may(elsewhere, "semia_api", "select n from features.probe")
    assert not may(elsewhere, "semia_analyst", "select n from features.probe")


def test_a_user_without_rights_is_told_what_to_ask_for(elsewhere: Settings) -> None:
    with pytest.raises(DatabaseRefused, match=r"SEMIA_DATABASE_URL the right createrole"):
        schema.prepare(elsewhere)
