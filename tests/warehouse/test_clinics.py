"""Row-level security: each clinic's rows are its own, as real logins of two clinics see them."""

import uuid
from collections.abc import Iterator

import psycopg
import pytest

from warehouse.connection import connect, parameters
from warehouse.postgres import schema
from warehouse.settings import Settings

pytestmark = pytest.mark.database

INSERT = """
    insert into serving.assessments (assessment_id, clinic, created_at, request, answer)
    values (%s, %s, now(), '{}', '{}')
"""


@pytest.fixture(scope="module")
def clinics(database: Settings) -> Iterator[Settings]:
    """Two clinics with a doctor each, a doctor of neither, and two rows of every clinic."""
    with connect("semia_owner", database) as connection:
        for clinic in ("norte", "sur"):
            connection.execute("select serving.open_clinic(%s)", [clinic])
        for login in ("dra_norte", "dr_sur", "dr_nobody"):
            connection.execute(f"create role {login} login password 'a b c'")  # type: ignore[call-overload]
        connection.execute("grant semia_clinic_norte to dra_norte")
        connection.execute("grant semia_clinic_sur to dr_sur")
        connection.execute("grant semia_clinic to dr_nobody")
    for clinic in ("norte", "norte", "sur", "sur"):
        with connect("semia_api", database, options=f"-c semia.clinic={clinic}") as connection:
            connection.execute(INSERT, [uuid.uuid4(), clinic])
    yield database
    with connect("semia_owner", database) as connection:
        connection.execute("truncate serving.assessments")
        connection.execute(
            "drop role dra_norte, dr_sur, dr_nobody, semia_clinic_norte, semia_clinic_sur"
        )


def seen_by(login: str, settings: Settings) -> list[tuple[str, int]]:
    where = parameters("semia_owner", settings)
    with psycopg.connect(
        host=where.host, port=where.port, dbname=where.dbname, user=login, password="a b c"
    ) as connection:
        return connection.execute(
            "select clinic, count(*) from serving.assessments group by clinic order by clinic"
        ).fetchall()


def test_a_clinic_reads_its_own_rows_and_no_other(clinics: Settings) -> None:
    assert seen_by("dra_norte", clinics) == [("norte", 2)]
    assert seen_by("dr_sur", clinics) == [("sur", 2)]
    assert seen_by("dr_nobody", clinics) == []


def test_declaring_another_clinic_opens_nothing(clinics: Settings) -> None:
    where = parameters("semia_owner", clinics)
    with psycopg.connect(
        host=where.host,
        port=where.port,
        dbname=where.dbname,
        user="dra_norte",
        password="a b c",
        options="-c semia.clinic=sur",
    ) as connection:
        found = connection.execute("select distinct clinic from serving.assessments").fetchall()
        assert found == [("norte",)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("set role semia_clinic_sur")


@pytest.mark.parametrize("declared", ["", "sur"])
def test_the_service_writes_only_for_the_clinic_it_declared(
    clinics: Settings, declared: str
) -> None:
    options = f"-c semia.clinic={declared}" if declared else ""
    with (
        connect("semia_api", clinics, options=options) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"),
    ):
        connection.execute(INSERT, [uuid.uuid4(), "norte"])


@pytest.mark.parametrize(
    "statement",
    [
        "select * from serving.assessments",
        "update serving.assessments set clinic = 'sur'",
        "delete from serving.assessments",
        "alter table serving.assessments disable row level security",
        "select serving.open_clinic('mine')",
    ],
)
def test_the_service_neither_reads_nor_changes_its_log(clinics: Settings, statement: str) -> None:
    with (
        connect("semia_api", clinics) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement)  # type: ignore[call-overload]


def test_learning_reads_every_clinic(clinics: Settings) -> None:
    with connect("semia_dbt", clinics) as connection:
        assert connection.execute("select count(*) from serving.assessments").fetchone() == (4,)


def test_every_table_of_the_service_with_a_clinic_is_guarded(clinics: Settings) -> None:
    with connect("semia_owner", clinics) as connection:
        connection.execute("create table serving.probe_of_clinic (clinic text)")
    schema.prepare(clinics)
    with connect("semia_owner", clinics) as connection:
        found = connection.execute(
            """
            select relname, relrowsecurity, (
                select count(*) from pg_policy where polrelid = pg_class.oid
            )
            from pg_class where relnamespace = 'serving'::regnamespace and relkind = 'r'
                and exists (
                    select from pg_attribute where attrelid = pg_class.oid and attname = 'clinic'
                )
            """
        ).fetchall()
        connection.execute("drop table serving.probe_of_clinic")
    assert ("probe_of_clinic", True, 4) in found
    assert all(guarded and policies == 4 for _, guarded, policies in found)


@pytest.mark.parametrize("name", ["Norte", "a b", "x' or '1", "", "a" * 41])
def test_a_clinic_has_a_plain_name(clinics: Settings, name: str) -> None:
    with (
        connect("semia_owner", clinics) as connection,
        pytest.raises(psycopg.errors.RaiseException, match="a clinic is called"),
    ):
        connection.execute("select serving.open_clinic(%s)", [name])
