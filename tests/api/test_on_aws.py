"""On AWS a named patient's history is read through RDS Proxy, by a login made for the moment."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from api.history import on_aws
from api.history.rows import DatabaseReader
from api.log.entries import StandardOutput
from ml.serving.bundle import Bundle
from tests.api.conftest import client_of
from tests.api.test_patient_history import PATIENT, PLAN, WHO
from tests.support.rds_proxy import Proxy, rds_proxy
from tests.support.secrets_manager import Secrets, secrets_manager
from warehouse.connection import connect, conninfo, parameters
from warehouse.errors import CloudRefused, DatabaseRefused
from warehouse.hash_key import token
from warehouse.postgres.certificates import issue
from warehouse.server_state import CERTIFICATE
from warehouse.settings import Settings

pytestmark = pytest.mark.database

ACCESS_KEY = "AKIDEXAMPLE"
NAME = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:HashKey-abc"
KEY = "a key of the cloud's"


@pytest.fixture(autouse=True)
def role(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """What Lambda gives a function: a region and keys of its role that end."""
    for name, value in {
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": "of the tests alone",
        "AWS_SESSION_TOKEN": "a session's",
        "AWS_CONFIG_FILE": str(tmp_path / "none"),
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    yield
    on_aws.secret.cache_clear()
    on_aws._client.cache_clear()


@pytest.fixture
def proxy(database: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """The proxy, trusted as the operating system's authorities are."""
    authority = issue(tmp_path / "authority.crt", []).authority
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    words = conninfo("semia_api", database)
    with rds_proxy(words, authority.with_name(CERTIFICATE), ACCESS_KEY) as listening:
        yield listening


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> Iterator[Secrets]:
    with secrets_manager({NAME: KEY}) as serving:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", serving.address)
        yield serving


@pytest.fixture
def function(proxy: Proxy, secrets: Secrets, tmp_path: Path) -> Settings:
    """The settings that the template gives the function."""
    address = (
        f"postgresql://semia_api@{proxy.address}:{proxy.port}/semia"
        "?sslmode=verify-full&sslrootcert=system"
    )
    return Settings(
        home=tmp_path / "home", offline=True, access="gateway", database_login="aws",
        database_url=SecretStr(address), hash_key_secret=NAME,
    )  # fmt: skip


@pytest.fixture
def remembered(database: Settings) -> Iterator[None]:
    """The patient, as the feature tables know him: by the hash that the cloud's key makes."""
    patient_id = f"north-{token(WHO, KEY.encode())}"
    with connect("semia_dbt", database) as dbt:
        dbt.execute(
            "create table features.conditions as select %s::text as patient_id,"
            " now() - interval '1 day' as event_timestamp, now() as created_at,"
            " 1::smallint as heart_failure",
            [patient_id],
        )
    yield
    with connect("semia_dbt", database) as dbt:
        dbt.execute("drop table features.conditions")


def history_of(function: Settings, bundle: Bundle) -> dict[str, Any]:
    with client_of("lambda", function, replace(bundle, history=PLAN), StandardOutput()) as client:
        asked = {"language": "en", "age_years": 70, "patient": PATIENT}
        answer = client.post("/v1/assessments", json=asked)
    assert answer.status_code == 200, answer.text
    history: dict[str, Any] = answer.json()["history"]
    return history


@pytest.mark.usefixtures("remembered")
def test_history_comes_through_the_proxy(
    function: Settings, bundle: Bundle, proxy: Proxy, secrets: Secrets
) -> None:
    for _ in range(2):
        history = history_of(function, bundle)
        assert history["status"] == "found"
        assert [(one["code"], one["state"]) for one in history["evidence"]] == [
            ("heart_failure", "present")
        ]
    assert len(proxy.tokens) == 2
    assert secrets.asked == [NAME]


@pytest.mark.usefixtures("remembered", "secrets")
def test_a_connection_outlives_the_call_that_made_it(
    function: Settings, bundle: Bundle, proxy: Proxy, database: Settings
) -> None:
    asked = {"language": "en", "age_years": 70, "patient": PATIENT}
    whole = replace(bundle, history=PLAN)

    def ask() -> str:
        return str(client.post("/v1/assessments", json=asked).json()["history"]["status"])

    with client_of("lambda", function, whole, StandardOutput()) as client:
        # The event loop stands still between two calls, as the function does.
        assert [ask() for _ in range(3)] == ["found"] * 3
        assert len(proxy.tokens) == 1
        with connect("semia_owner", database, autocommit=True) as owner:
            owner.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'semia_api'"
            )
        assert [ask() for _ in range(3)] == ["found"] * 3
        assert len(proxy.tokens) == 2


@pytest.mark.usefixtures("remembered")
def test_whoever_is_refused_still_gets_an_answer(
    function: Settings, bundle: Bundle, proxy: Proxy, secrets: Secrets
) -> None:
    secrets.denies = True
    assert history_of(function, bundle)["status"] == "away"
    secrets.denies = False
    proxy.refuses = True
    assert history_of(function, bundle)["status"] == "away"
    proxy.refuses = False
    assert history_of(function, bundle)["status"] == "found"


def test_a_login_is_for_one_user_at_one_place(proxy: Proxy, function: Settings) -> None:
    with pytest.raises(DatabaseRefused, match="no credentials"):
        connect("semia_api", function, password="semia_api")
    elsewhere = replace(parameters("semia_api", function), host="elsewhere.example")
    with pytest.raises(DatabaseRefused, match="no credentials"):
        connect("semia_api", function, password=on_aws.login(elsewhere))
    with connect(
        "semia_api", function, password=on_aws.login(parameters("semia_api", function))
    ) as connection:
        assert connection.execute("select current_user").fetchone() == ("semia_api",)


def test_another_role_than_the_one_that_logs_in_cannot_be_taken_there(function: Settings) -> None:
    with pytest.raises(DatabaseRefused, match="command-line options"):
        connect("semia_ml", function, password="any")


def test_the_proxy_is_not_believed_without_its_certificate(
    function: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(issue(tmp_path / "other/authority.crt", []).authority))
    reader = DatabaseReader(function)
    with pytest.raises(DatabaseRefused, match="certificate"):
        asyncio.run(reader.read(PLAN, "nobody"))


@pytest.mark.parametrize(
    ("name", "said"), [("missing", "can't find"), (NAME, "not authorized"), (NAME, "Read timeout")]
)
def test_a_secret_that_is_not_given_is_named(secrets: Secrets, name: str, said: str) -> None:
    secrets.denies, secrets.is_silent = said == "not authorized", said == "Read timeout"
    with pytest.raises(CloudRefused, match=said) as refused:
        on_aws.secret(name)
    assert name in refused.value.where
    secrets.denies = secrets.is_silent = False
    assert on_aws.secret(NAME) == KEY.encode()


def test_without_a_role_nothing_is_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    address = "postgresql://semia_api@db.example:5432/semia"
    where = parameters("semia_api", Settings(database_url=SecretStr(address)))
    with pytest.raises(CloudRefused, match="credentials"):
        on_aws.login(where)


def test_an_installation_without_botocore_says_what_to_install() -> None:
    program = (
        "import sys; sys.modules['botocore'] = None; sys.modules['botocore.exceptions'] = None\n"
        "from api.history import on_aws\n"
        "from warehouse.errors import CloudRefused\n"
        "try: on_aws.secret('name')\n"
        "except CloudRefused as error: print(error.one_line())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert "requirements/lambda.lock" in done.stdout
