import stat
from collections.abc import Iterator
from pathlib import Path

import adbc_driver_postgresql.dbapi
import psycopg
import psycopg2
import pytest
import sqlalchemy
from cryptography import x509

from tests.support.programs import require_program
from tests.support.warehouses import a_home, running_warehouse
from warehouse.building.transform import profile_environment
from warehouse.connection import connect, conninfo, parameters, url
from warehouse.errors import DatabaseRefused, WrongSetting
from warehouse.postgres import server
from warehouse.postgres.certificates import issue
from warehouse.roles import ROLES, Role
from warehouse.server_state import authority_file, data_folder, state_folder
from warehouse.settings import Settings

pytestmark = [pytest.mark.database, pytest.mark.program("postgres-ssl")]

IS_ENCRYPTED = "select ssl from pg_stat_ssl where pid = pg_backend_pid()"


@pytest.fixture(scope="module")
def encrypted() -> Iterator[Settings]:
    """A running server of a build with SSL that has been given certificates."""
    programs = require_program("postgres-ssl").parent
    with a_home() as home:
        settings = Settings(home=home, pg_bin=programs, pg_host="*")
        server.certify(settings, ["db.hospital.test"])
        with running_warehouse(settings):
            yield settings


@pytest.fixture
def with_ssl(open_folder: Path) -> Iterator[Settings]:
    programs = require_program("postgres-ssl").parent
    settings = Settings(home=open_folder / "home", pg_bin=programs)
    yield settings
    server.remove(settings)


def words(settings: Settings, **changed: object) -> str:
    return psycopg.conninfo.make_conninfo(conninfo("semia_api", settings), **changed)


@pytest.mark.parametrize("role", ROLES)
def test_every_connection_of_ours_is_encrypted(encrypted: Settings, role: Role) -> None:
    assert parameters(role, encrypted).extras["sslmode"] == "verify-full"
    with connect(role, encrypted) as connection:
        assert connection.execute(IS_ENCRYPTED).fetchone() == (True,)


@pytest.mark.parametrize("driver", ["postgresql+psycopg", "postgresql+psycopg2"])
def test_what_speaks_through_sqlalchemy_is_encrypted_too(encrypted: Settings, driver: str) -> None:
    engine = sqlalchemy.create_engine(url("semia_ml", encrypted, driver))
    with engine.connect() as connection:
        assert connection.execute(sqlalchemy.text(IS_ENCRYPTED)).scalar()
    engine.dispose()


def test_the_feature_store_s_driver_is_encrypted_too(encrypted: Settings) -> None:
    address = url("semia_ml", encrypted)
    with (
        adbc_driver_postgresql.dbapi.connect(address) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(IS_ENCRYPTED)
        assert cursor.fetchone() == (True,)


def test_dbt_s_driver_is_encrypted_by_its_environment(
    encrypted: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = profile_environment(encrypted)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    connection = psycopg2.connect(
        host=given["SEMIA_DBT_HOST"],
        port=given["SEMIA_DBT_PORT"],
        user=given["SEMIA_DBT_USER"],
        password=given["SEMIA_DBT_PASSWORD"],
        dbname=given["SEMIA_DBT_DBNAME"],
    )
    assert connection.get_dsn_parameters()["sslmode"] == "verify-full"
    with connection.cursor() as cursor:
        cursor.execute(IS_ENCRYPTED)
        assert cursor.fetchone() == (True,)
    connection.close()


@pytest.mark.parametrize("role", ["semia_api", "semia_owner", "semia_replica"])
def test_a_plaintext_connection_is_refused(encrypted: Settings, role: Role) -> None:
    plain = psycopg.conninfo.make_conninfo(conninfo(role, encrypted), sslmode="disable")
    with pytest.raises(psycopg.OperationalError, match="no encryption"):
        psycopg.connect(plain)


def test_replication_in_plaintext_is_refused(encrypted: Settings) -> None:
    asked = psycopg.conninfo.make_conninfo(conninfo("semia_replica", encrypted), replication="true")
    psycopg.connect(asked, autocommit=True).close()
    with pytest.raises(psycopg.OperationalError, match="no encryption"):
        psycopg.connect(asked, sslmode="disable")


def test_only_scram_is_offered(encrypted: Settings) -> None:
    psycopg.connect(words(encrypted, require_auth="scram-sha-256")).close()
    for weaker in ("password", "md5", "none"):
        with pytest.raises(psycopg.OperationalError, match="requirement"):
            psycopg.connect(words(encrypted, require_auth=weaker))


def test_a_server_of_another_name_is_not_believed(encrypted: Settings) -> None:
    for name in ("db.hospital.test", "localhost"):
        psycopg.connect(words(encrypted, host=name, hostaddr="127.0.0.1")).close()
    with pytest.raises(psycopg.OperationalError, match="does not match host name"):
        psycopg.connect(words(encrypted, host="db.thief.test", hostaddr="127.0.0.1"))


def test_a_server_of_another_authority_is_not_believed(encrypted: Settings, tmp_path: Path) -> None:
    stranger = issue(tmp_path / "authority.crt", []).authority
    with pytest.raises(psycopg.OperationalError, match="certificate verify failed"):
        psycopg.connect(words(encrypted, sslrootcert=str(stranger)))


def test_another_computer_s_address_is_checked_in_full(
    encrypted: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = parameters("semia_owner", encrypted)
    # Of the address itself only the name differs from one on another computer.
    monkeypatch.setenv("PGHOSTADDR", "127.0.0.1")
    monkeypatch.setenv("PGSSLROOTCERT", str(authority_file(encrypted)))
    login = f"{where.user}:{where.password}"
    for name, is_believed in {"db.hospital.test": True, "db.thief.test": False}.items():
        address = f"postgresql://{login}@{name}:{where.port}/semia"
        elsewhere = Settings(home=tmp_path, database_url=address)
        if is_believed:
            connect("semia_api", elsewhere).close()
        else:
            with pytest.raises(DatabaseRefused, match="No trusted connection") as caught:
                connect("semia_api", elsewhere)
            assert where.password not in str(caught.value)


def test_keys_are_private(encrypted: Settings) -> None:
    folder = authority_file(encrypted).parent
    kept = data_folder(state_folder(encrypted)) / "server.pem"
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert modes == {"authority.crt": 0o644, "authority.key": 0o600, "server.pem": 0o600}
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert "PRIVATE KEY" not in authority_file(encrypted).read_text()


def test_a_running_server_changes_to_tls_and_its_certificate_is_renewed(with_ssl: Settings) -> None:
    port = server.ensure_running(with_ssl).port
    first = server.certify(with_ssl, [])
    assert server.status(with_ssl).is_running
    authority, shown = first.authority.read_bytes(), with_ssl.home / "certificates/server.pem"
    before = x509.load_pem_x509_certificate(shown.read_bytes())
    server.certify(with_ssl, ["db.hospital.test"])
    after = x509.load_pem_x509_certificate(shown.read_bytes())
    assert first.authority.read_bytes() == authority
    assert after.serial_number != before.serial_number
    assert server.status(with_ssl).port == port
    with connect("semia_owner", with_ssl) as connection:
        assert connection.execute(IS_ENCRYPTED).fetchone() == (True,)


def test_nobody_is_heard_from_afar_without_certificates(with_ssl: Settings) -> None:
    heard = with_ssl.model_copy(update={"pg_host": "*"})
    with pytest.raises(WrongSetting, match="run semia certificates"):
        server.ensure_running(heard)


def test_programs_without_tls_are_told_before_anything_changes(own: Settings) -> None:
    with pytest.raises(WrongSetting, match="built without TLS"):
        server.certify(own, [])
    assert not authority_file(own).parent.exists()


def test_certificates_of_somebody_else_s_server_are_theirs(own: Settings) -> None:
    elsewhere = Settings(home=own.home, database_url="postgresql://db.hospital.test/semia")
    with pytest.raises(WrongSetting, match="somebody else's"):
        server.certify(elsewhere, [])


@pytest.mark.parametrize("name", ["hospital münchen", "a b", "", "host:5432", "x" * 64])
def test_names_that_are_none_are_refused(with_ssl: Settings, name: str) -> None:
    with pytest.raises(WrongSetting, match="neither the name nor the address"):
        server.certify(with_ssl, [name])
    assert not authority_file(with_ssl).parent.exists()


def test_addresses_become_address_entries(tmp_path: Path) -> None:
    issue(tmp_path / "authority.crt", ["10.1.2.3", "fe80::1", "*.hospital.test"])
    certificate = x509.load_pem_x509_certificate((tmp_path / "server.pem").read_bytes())
    held = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert {str(one) for one in held.get_values_for_type(x509.IPAddress)} == {
        "127.0.0.1",
        "::1",
        "10.1.2.3",
        "fe80::1",
    }
    assert held.get_values_for_type(x509.DNSName) == ["localhost", "*.hospital.test"]
