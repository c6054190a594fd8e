"""A new bundle is taken up without a dropped request; a bad one is left and the old one stays."""

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from api.main import create_app
from api.renewal import Renewal
from tests.api.conftest import OWN, TestClient
from tests.support.bundles import make_tiny_bundle
from warehouse.settings import Settings

ASKED = {"age_years": 30}


@pytest.fixture
def served(tmp_path: Path) -> tuple[FastAPI, httpx.Client, Renewal]:
    """A service over a bundle on disk, and what looks for a new one, at rest."""
    settings = Settings(home=tmp_path, offline=True)
    make_tiny_bundle(settings.bundle_dir)
    app = create_app(settings)
    return app, TestClient(app, base_url=OWN), Renewal(app, settings)


def folder_of(app: FastAPI) -> Path:
    found: Path = app.state.settings.bundle_dir
    return found


def refused(client: httpx.Client) -> float:
    lines = client.get("/metrics").text.splitlines()
    return float(next(x for x in lines if x.startswith("semia_bundles_refused_total")).split()[1])


def test_nothing_happens_while_nothing_is_new(
    served: tuple[FastAPI, httpx.Client, Renewal],
) -> None:
    app, _, renewal = served
    before = app.state.service
    assert renewal.look() is False
    assert app.state.service is before


def test_a_new_bundle_is_taken_up_whole(served: tuple[FastAPI, httpx.Client, Renewal]) -> None:
    app, client, renewal = served
    before = app.state.service
    make_tiny_bundle(folder_of(app))
    assert renewal.look() is True
    assert app.state.service is not before
    assert client.post("/v1/assessments", json=ASKED).status_code == 200
    served_now = client.get("/metrics").text.count("semia_bundle_info{")
    assert served_now == 1
    assert renewal.look() is False


@pytest.mark.parametrize("file", ["severity/model.onnx", "vocabulary.json", "manifest.json"])
def test_a_damaged_bundle_is_left_alone(
    served: tuple[FastAPI, httpx.Client, Renewal], file: str
) -> None:
    app, client, renewal = served
    before = app.state.service
    make_tiny_bundle(folder_of(app))
    damaged = folder_of(app) / file
    damaged.write_bytes(damaged.read_bytes()[:-20] + b"x" * 20)
    assert renewal.look() is False
    assert app.state.service is before
    assert client.post("/v1/assessments", json=ASKED).status_code == 200
    for _ in range(2):
        assert renewal.look() is False
        assert refused(client) == 1


def test_a_bundle_that_vanishes_changes_nothing(
    served: tuple[FastAPI, httpx.Client, Renewal],
) -> None:
    app, client, renewal = served
    shutil.rmtree(folder_of(app))
    assert renewal.look() is False
    assert client.post("/v1/assessments", json=ASKED).status_code == 200


def test_the_first_bundle_is_taken_up_when_it_comes(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, offline=True)
    app = create_app(settings)
    client, renewal = TestClient(app, base_url=OWN), Renewal(app, settings)
    assert client.post("/v1/assessments", json=ASKED).status_code == 503
    make_tiny_bundle(settings.bundle_dir)
    assert renewal.look() is True
    assert client.post("/v1/assessments", json=ASKED).status_code == 200


def test_no_request_is_dropped_meanwhile(served: tuple[FastAPI, httpx.Client, Renewal]) -> None:
    app, client, renewal = served
    with client, ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(client.post, "/v1/assessments", json=ASKED) for _ in range(40)]
        for _ in range(3):
            make_tiny_bundle(folder_of(app))
            renewal.look()
        assert {answer.result().status_code for answer in asked} == {200}


def rewrite(folder: Path, file: str, change: Callable[[dict[str, Any]], object]) -> None:
    """Change a file of a bundle and its checksum, as an export by another version would."""
    kept, manifest = folder / file, folder / "manifest.json"
    document = json.loads(kept.read_text("utf-8"))
    change(document)
    kept.write_text(json.dumps(document), "utf-8")
    listed = json.loads(manifest.read_text("utf-8"))
    listed["files"][file] = hashlib.sha256(kept.read_bytes()).hexdigest()
    manifest.write_text(json.dumps(listed), "utf-8")


STRANGE: Mapping[str, tuple[str, Callable[[dict[str, Any]], object]]] = {
    "a label in one language": (
        "vocabulary.json",
        lambda document: document["symptoms"][0]["label"].pop("es"),
    ),
    "shares of another number of answers": (
        "arbovirus/problem.json",
        lambda document: document["conformal"]["least"].append(0.5),
    ),
    "a question in one language": (
        "severity/problem.json",
        lambda document: document["question"].pop("en"),
    ),
    "a table that is none": (
        "arbovirus/problem.json",
        lambda document: document["asking"]["findings"]["age_years"]["shares"][0].append(1.0),
    ),
}


@pytest.mark.parametrize("what", list(STRANGE))
def test_a_bundle_of_another_version_is_left_alone_and_the_next_one_taken_up(
    served: tuple[FastAPI, httpx.Client, Renewal], what: str
) -> None:
    """Its checksums are right, and no doctor may be the first to come upon what is wrong."""
    app, client, renewal = served
    before = app.state.service
    make_tiny_bundle(folder_of(app))
    rewrite(folder_of(app), *STRANGE[what])
    for count in (0, 1):
        assert renewal.look() is False
        assert refused(client) == count
    assert app.state.service is before
    make_tiny_bundle(folder_of(app))
    assert renewal.look() is True


@pytest.mark.parametrize("number", [0, 2, None, "1"])
def test_a_bundle_of_another_format_is_left_alone(
    served: tuple[FastAPI, httpx.Client, Renewal], number: object
) -> None:
    app, _, renewal = served
    before = app.state.service
    make_tiny_bundle(folder_of(app))
    manifest = folder_of(app) / "manifest.json"
    told = json.loads(manifest.read_text("utf-8")) | {"format": number}
    manifest.write_text(json.dumps(told), "utf-8")
    assert renewal.look() is False
    assert app.state.service is before


def test_a_service_starts_beside_a_bundle_that_makes_it_stumble(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, offline=True)
    make_tiny_bundle(settings.bundle_dir)
    rewrite(settings.bundle_dir, *STRANGE["a table that is none"])
    app = create_app(settings)
    answer = TestClient(app, base_url=OWN).post("/v1/assessments", json=ASKED)
    assert answer.status_code == 503


def test_every_file_that_is_damaged_keeps_the_old_bundle(
    served: tuple[FastAPI, httpx.Client, Renewal],
) -> None:
    app, _, renewal = served
    before = app.state.service
    files = sorted(path for path in folder_of(app).rglob("*") if path.is_file())
    assert len(files) > 10
    for file in files:
        make_tiny_bundle(folder_of(app))
        whole = file.read_bytes()
        file.write_bytes(whole[: len(whole) // 2])
        assert renewal.look() is False, file
    assert app.state.service is before


def test_a_link_that_is_turned_to_another_bundle_is_followed(tmp_path: Path) -> None:
    """As deployments do it: a folder for each version and one link, changed in one step."""
    settings = Settings(home=tmp_path / "home", bundle=tmp_path / "current", offline=True)
    for name in ("one", "two"):
        make_tiny_bundle(tmp_path / name)
    (tmp_path / "current").symlink_to("one")
    app = create_app(settings)
    renewal = Renewal(app, settings)
    assert renewal.look() is False
    (tmp_path / "next").symlink_to("two")
    (tmp_path / "next").replace(tmp_path / "current")
    assert renewal.look() is True
    assert renewal.look() is False


def test_a_bundle_that_is_copied_file_by_file_is_taken_up_once_it_is_whole(
    served: tuple[FastAPI, httpx.Client, Renewal], tmp_path: Path
) -> None:
    """The manifest may come first, and does not change when the rest follows."""
    app, client, renewal = served
    make_tiny_bundle(tmp_path / "other")
    rewrite(
        tmp_path / "other",
        "severity/problem.json",
        lambda document: document.update(git_commit="c"),
    )
    folder = folder_of(app)
    shutil.copy(tmp_path / "other/manifest.json", folder / "manifest.json")
    assert renewal.look() is False
    shutil.copy(tmp_path / "other/severity/problem.json", folder / "severity/problem.json")
    assert renewal.look() is True
    assert renewal.look() is False
    assert refused(client) == 0


def test_a_link_that_leads_nowhere_keeps_no_bundle_from_being_taken_up(
    served: tuple[FastAPI, httpx.Client, Renewal],
) -> None:
    app, _, renewal = served
    make_tiny_bundle(folder_of(app))
    (folder_of(app) / "lock").symlink_to("nowhere")
    assert renewal.look() is True
