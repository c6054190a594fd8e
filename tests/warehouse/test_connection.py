import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import make_url

from warehouse.connection import (
    ROLES,
    connect,
    conninfo,
    explain,
    parameters,
    speaking_plainly,
    url,
)
from warehouse.errors import DatabaseAway, DatabaseRefused, DiskFull, WrongSetting
from warehouse.settings import Settings


def given(address: str) -> Settings:
    return Settings(home=Path("/nowhere"), database_url=address)  # type: ignore[arg-type]


def test_every_role_logs_in_as_itself(database: Settings) -> None:
    for role in ROLES:
        with connect(role, database) as connection:
            assert connection.execute("select current_user").fetchone() == (role,)


def test_the_address_and_the_words_say_the_same(database: Settings) -> None:
    with psycopg.connect(url("semia_ml", database, schema="registry")) as connection:
        found = connection.execute("select current_user, current_schema, current_setting('jit')")
        assert found.fetchone() == ("semia_ml", "registry", "off")
    with psycopg.connect(conninfo("semia_ml", database, schema="registry")) as connection:
        found = connection.execute("select current_user, current_schema, current_setting('jit')")
        assert found.fetchone() == ("semia_ml", "registry", "off")
    assert url("semia_ml", database, "postgresql+psycopg").startswith("postgresql+psycopg://")


def test_a_given_address_keeps_its_parts() -> None:
    settings = given("postgresql://a%40b:p%2F%3A%25@db.example:6543/the%20base?sslmode=verify-full")
    where = parameters("semia_dbt", settings)
    assert (where.host, where.port, where.dbname) == ("db.example", 6543, "the base")
    assert (where.user, where.password) == ("a@b", "p/:%")
    assert where.options == "-c role=semia_dbt"
    assert where.extras == {"sslmode": "verify-full"}
    assert conninfo_to_dict(url("semia_dbt", settings)) == conninfo_to_dict(
        conninfo("semia_dbt", settings)
    )
    assert "role=" not in unquote(url("semia_owner", settings))


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://a:b@db.example/mi%20base",
        "postgresql://a@/mi%20base?host=/run/pg%20sql&port=6543",
        "postgresql://a@[::1]:6543/base",
    ],
)
def test_sqlalchemy_reads_the_same_place_out_of_an_address(address: str) -> None:
    settings = given(address)
    where = parameters("semia_dbt", settings)
    read = make_url(url("semia_dbt", settings, driver="postgresql+psycopg"))
    assert read.query.get("host", read.host) == where.host
    assert int(str(read.query.get("port", read.port))) == where.port
    assert (read.database or read.query["dbname"]) == where.dbname
    assert conninfo_to_dict(url("semia_dbt", settings)) == conninfo_to_dict(
        conninfo("semia_dbt", settings)
    )


def test_a_role_is_taken_beside_the_options_that_were_given() -> None:
    settings = given("host=h options='-c statement_timeout=5s'")
    options = parameters("semia_ml", settings).options
    assert options == "-c statement_timeout=5s -c jit=off -c role=semia_ml"


@pytest.mark.parametrize(
    "address", ["mysql://a@b/c", "nonsense", "host=h port=many", "postgresql://h:1:2/x"]
)
def test_an_address_that_is_none_is_refused_without_repeating_it(address: str) -> None:
    with pytest.raises(WrongSetting, match="SEMIA_DATABASE_URL") as caught:
        parameters("semia_api", given(address))
    assert address not in caught.value.one_line()


def test_a_database_that_is_away_is_said_with_its_place() -> None:
    settings = given("postgresql://user:secret@127.0.0.1:1/semia")
    with pytest.raises(DatabaseAway, match=r"127\.0\.0\.1:1/semia") as caught:
        connect("semia_api", settings)
    assert "secret" not in caught.value.one_line()
    assert "semia up" in caught.value.next_step


def test_before_the_first_start_the_database_is_away(tmp_path: Path) -> None:
    with pytest.raises(DatabaseAway, match="not been started yet"):
        connect("semia_api", Settings(home=tmp_path))


def test_a_wrong_password_is_a_refusal(database: Settings) -> None:
    port = parameters("semia_api", database).port
    settings = given(f"postgresql://semia_api:guess@127.0.0.1:{port}/semia")
    with pytest.raises(DatabaseRefused, match="password authentication failed") as caught:
        connect("semia_owner", settings)
    assert "guess" not in caught.value.one_line()


def test_a_connection_cut_off_is_a_database_away(database: Settings) -> None:
    connection = connect("semia_api", database)
    with connect("semia_owner", database) as owner:
        owner.execute("select pg_terminate_backend(%s, 5000)", [connection.info.backend_pid])
    with pytest.raises(DatabaseAway, match="terminat"), speaking_plainly("here"):
        connection.execute("select 1")
    connection.close()


def test_a_full_disk_is_called_so() -> None:
    found = explain(psycopg.errors.DiskFull("could not extend file: No space left"), "raw.t")
    assert isinstance(found, DiskFull)
    assert "free some space" in found.one_line()


def test_connecting_needs_little(tmp_path: Path) -> None:
    heavy = (
        "import sys, warehouse.connection; print('pyarrow' in sys.modules, 'pandas' in sys.modules)"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", heavy], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "False"]
