"""The card as a page: in the language asked for, and allowed to do nothing but be read."""

import base64
import hashlib
import re
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from api.access.check import is_open
from api.main import create_app
from ml.cards.files import card_files
from ml.serving.bundle import Bundle
from tests.api.conftest import OWN, TestClient
from warehouse.settings import Settings


@pytest.fixture
def reader(bundle: Bundle, tmp_path: Path) -> httpx.Client:
    """A client of a service whose bundle has pages, as an exported one does."""
    pages = {
        f"{name}/{file}": text.encode()
        for name, problem in bundle.problems.items()
        for file, text in card_files(problem.about).items()
        if file.endswith(".html")
    }
    settings = Settings(home=tmp_path, offline=True)
    return TestClient(create_app(settings, replace(bundle, pages=pages)), base_url=OWN)


def test_the_card_is_read_in_the_language_asked_for(reader: httpx.Client) -> None:
    asked = {"Accept-Language": "en"}
    assert '<html lang="es">' in reader.get("/cards/severity").text
    assert '<html lang="en">' in reader.get("/cards/severity", headers=asked).text
    assert '<html lang="es">' in reader.get("/cards/severity?language=es", headers=asked).text


def test_only_its_own_style_and_pictures_are_allowed(reader: httpx.Client) -> None:
    answer = reader.get("/cards/arbovirus")
    policy = answer.headers["content-security-policy"]
    (style,) = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    known = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{known}'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_models_name_the_page_of_their_card(reader: httpx.Client) -> None:
    for model in reader.get("/v1/models").json()["models"]:
        assert model["card_page"] == f"/cards/{model['problem']}"
        assert reader.get(model["card_page"]).headers["content-type"].startswith("text/html")
        assert is_open(model["card_page"])


def test_an_older_bundle_gives_its_card_as_text(client: httpx.Client) -> None:
    answer = client.get("/cards/severity")
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text.startswith("# ")


def test_an_unknown_model_has_no_card(reader: httpx.Client) -> None:
    assert reader.get("/cards/nothing").status_code == 404
    assert reader.get("/cards/severity?language=xx").status_code == 422
