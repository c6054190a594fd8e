"""What the service does with the bundle and the language its settings name."""

import shutil
from pathlib import Path

import pytest

from api.bundle.service import open_service
from api.bundle.vocabulary import parse
from ml.serving.bundle import Bundle
from tests.api.conftest import client_of
from warehouse.errors import BadBundle
from warehouse.settings import Settings


@pytest.fixture
def copied(bundle: Bundle, tmp_path: Path) -> Path:
    folder = tmp_path / "bundle"
    shutil.copytree(bundle.folder, folder)
    return folder


def test_the_bundle_of_the_settings_is_served(api_settings: Settings, copied: Path) -> None:
    serving = api_settings.model_copy(update={"bundle": copied})
    with client_of("asgi", serving, None) as client:
        assert client.get("/health/ready").status_code == 200


@pytest.mark.parametrize(
    "damaged", ["arbovirus/model.onnx", "vocabulary.json", "severity/problem.json"]
)
def test_a_damaged_bundle_answers_nothing_and_says_why(
    api_settings: Settings, copied: Path, damaged: str
) -> None:
    (copied / damaged).write_bytes(b"damaged")
    serving = api_settings.model_copy(update={"bundle": copied})
    service = open_service(serving)
    assert service.models is None
    assert damaged in service.why_not.one_line() if service.why_not else False
    with client_of("asgi", serving, None) as client:
        assert client.get("/health/ready").status_code == 503
        assert client.post("/v1/assessments", json={"age_years": 3}).status_code == 503
        assert client.get("/metrics").status_code == 200


def test_a_vocabulary_of_another_shape_is_a_bad_bundle(bundle: Bundle) -> None:
    with pytest.raises(BadBundle, match="symptoms"):
        parse({**bundle.vocabulary, "symptoms": [{"code": "fever"}]})
    with pytest.raises(BadBundle, match="age_years"):
        parse({**bundle.vocabulary, "observations": []})


def test_the_language_of_the_settings_is_the_first_one(
    api_settings: Settings, bundle: Bundle
) -> None:
    english = api_settings.model_copy(update={"language": "en"})
    with client_of("asgi", english, bundle) as client:
        assert '<html lang="en">' in client.get("/").text
        assert client.post("/v1/assessments", json={"age_years": 3}).json()["language"] == "en"
        assert client.get("/nothing").json()["language"] == "en"
