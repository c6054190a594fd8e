"""A new bundle is taken up without a dropped request; a bad one is left and the old one stays."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

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
    assert refused(client) == 1
    assert client.post("/v1/assessments", json=ASKED).status_code == 200
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
