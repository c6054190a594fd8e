"""From another computer nobody asks without a valid key, and nothing opens unprotected."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.access import keys
from api.access.check import check_safe, key_file, keys_are_needed
from api.access.keys import KeyRing
from ml.serving.bundle import Bundle
from tests.api.conftest import client_of
from warehouse.errors import BadFile, UnknownName, WrongSetting
from warehouse.settings import Settings

ASKED = {"age_years": 30}


@pytest.fixture
def kept(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", offline=True, access="keys")


@pytest.fixture
def guarded(way: str, kept: Settings, bundle: Bundle) -> Iterator[httpx.Client]:
    """A client of a service that asks for keys; each test gives its own."""
    with client_of(way, kept, bundle) as client:
        yield client


def key_for(settings: Settings, *scopes: keys.Scope, days: int = 1) -> str:
    return keys.issue(key_file(settings), "clinic_a", scopes or ("assess",), days)[1]


def ask(client: httpx.Client, authorization: str | None) -> httpx.Response:
    headers = {"Authorization": authorization} if authorization is not None else {}
    return client.post("/v1/assessments", json=ASKED, headers=headers)


def test_a_valid_key_opens_the_service(guarded: httpx.Client, kept: Settings) -> None:
    assert ask(guarded, f"Bearer {key_for(kept)}").status_code == 200
    assert ask(guarded, f"bearer {key_for(kept)}").status_code == 200


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer semia__",
        "Bearer semia_00000000_" + "x" * 43,
        "Basic dXNlcjpwYXNz",
        "Bearer " + "x" * 10_000,
    ],
)
def test_without_one_it_stays_closed(
    guarded: httpx.Client, kept: Settings, authorization: str | None
) -> None:
    key_for(kept)
    answer = ask(guarded, authorization)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_key_with_another_secret_is_refused(guarded: httpx.Client, kept: Settings) -> None:
    text = key_for(kept)
    assert ask(guarded, f"Bearer {text[:-1]}{'A' if text[-1] != 'A' else 'B'}").status_code == 401


def test_a_key_that_has_expired_is_refused(guarded: httpx.Client, kept: Settings) -> None:
    assert ask(guarded, f"Bearer {key_for(kept, days=0)}").status_code == 401


def test_each_key_opens_its_own_part_only(guarded: httpx.Client, kept: Settings) -> None:
    for_metrics = {"Authorization": f"Bearer {key_for(kept, 'metrics')}"}
    for_doctors = {"Authorization": f"Bearer {key_for(kept, 'assess')}"}
    assert guarded.get("/metrics", headers=for_metrics).status_code == 200
    assert guarded.get("/metrics", headers=for_doctors).status_code == 403
    assert guarded.get("/v1/models", headers=for_metrics).status_code == 403
    assert guarded.get("/v1/models", headers=for_doctors).status_code == 200


@pytest.mark.parametrize("path", ["/", "/docs", "/assets/main.js", "/health/live", "/openapi.json"])
def test_what_a_browser_needs_first_is_open(guarded: httpx.Client, path: str) -> None:
    assert guarded.get(path).status_code == 200


@pytest.mark.parametrize(
    "path", ["/v1/models", "/metrics", "/cds-services", "/v1/red-flags", "/nothing", "//v1/models"]
)
def test_everything_else_is_closed(guarded: httpx.Client, path: str) -> None:
    assert guarded.get(path).status_code == 401


def test_a_key_is_changed_without_waiting(guarded: httpx.Client, kept: Settings) -> None:
    old, new = key_for(kept), key_for(kept)
    assert [ask(guarded, f"Bearer {text}").status_code for text in (old, new)] == [200, 200]
    keys.revoke(key_file(kept), old.split("_")[1])
    assert [ask(guarded, f"Bearer {text}").status_code for text in (old, new)] == [401, 200]


def test_on_ones_own_computer_no_key_is_needed(client: httpx.Client) -> None:
    assert ask(client, None).status_code == 200


def test_only_hashes_are_kept_and_only_for_the_owner(kept: Settings) -> None:
    text = key_for(kept)
    file = key_file(kept)
    assert text.split("_", 2)[2] not in file.read_text("utf-8")
    assert file.stat().st_mode & 0o777 == 0o600


def test_keys_made_at_once_are_all_kept(kept: Settings) -> None:
    code = (
        "import sys; from pathlib import Path; from api.access import keys; "
        "[keys.issue(Path(sys.argv[1]), 'a', ['assess'], 1) for _ in range(10)]"
    )
    command = [sys.executable, "-c", code, str(key_file(kept))]
    running = [subprocess.Popen(command) for _ in range(4)]
    assert [process.wait(60) for process in running] == [0, 0, 0, 0]
    assert len(keys.read(key_file(kept))) == 40


def test_a_damaged_file_of_keys_is_named(kept: Settings) -> None:
    key_for(kept)
    key_file(kept).write_text("[{}]", "utf-8")
    with pytest.raises(BadFile, match=r"keys\.json"):
        keys.read(key_file(kept))


def test_a_damaged_or_missing_file_opens_nothing(kept: Settings) -> None:
    ring = KeyRing(key_file(kept))
    text = key_for(kept)
    assert ring.holder(text) is not None
    key_file(kept).write_text("[{}]", "utf-8")
    assert ring.holder(text) is None
    key_file(kept).unlink()
    assert ring.holder(text) is None
    key_for(kept)
    assert ring.holder(text) is None


def test_there_is_no_such_key_to_revoke(kept: Settings) -> None:
    with pytest.raises(UnknownName, match="semia key list"):
        keys.revoke(key_file(kept), "nothing")


@pytest.mark.parametrize(
    ("host", "access", "needed"),
    [
        ("127.0.0.1", "auto", False),
        ("localhost", "auto", False),
        ("::1", "auto", False),
        ("0.0.0.0", "auto", True),
        ("192.168.1.5", "auto", True),
        ("clinic.example", "auto", True),
        ("0.0.0.0", "proxy", False),
        ("0.0.0.0", "local", False),
        ("127.0.0.1", "keys", True),
    ],
)
def test_when_a_key_is_needed(tmp_path: Path, host: str, access: str, needed: bool) -> None:
    settings = Settings.model_validate({"home": tmp_path, "host": host, "access": access})
    assert keys_are_needed(settings) is needed


def test_it_does_not_open_to_a_network_unprotected(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, host="0.0.0.0")
    with pytest.raises(WrongSetting, match="semia key new"):
        check_safe(settings)
    key_for(settings, days=0)
    with pytest.raises(WrongSetting, match="semia key new"):
        check_safe(settings)
    key_for(settings)
    with pytest.raises(WrongSetting, match="SEMIA_HTTPS_CERTIFICATE"):
        check_safe(settings)
    check_safe(Settings(home=tmp_path, host="0.0.0.0", https_certificate=tmp_path / "some.pem"))
    check_safe(Settings(home=tmp_path, host="0.0.0.0", access="proxy"))


def test_no_clinic_is_called_as_the_computer_that_needs_no_key(
    guarded: httpx.Client, kept: Settings
) -> None:
    """Whoever asks as `local` may ask of every clinic's patients."""
    with pytest.raises(WrongSetting, match="not local"):
        keys.issue(key_file(kept), "local", ["assess"], 1)
    text = key_for(kept)
    made = key_file(kept).read_text("utf-8")
    key_file(kept).write_text(made.replace('"clinic_a"', '"local"'), "utf-8")
    assert ask(guarded, f"Bearer {text}").status_code == 401
