"""A client that a program wrote from the OpenAPI can ask, and reads every answer."""

import importlib
import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from api.main import create_app
from api.schemas.examples import ASSESSMENT_REQUESTS
from ml.serving.bundle import Bundle
from tests.api.conftest import OWN, client_of
from warehouse.settings import Settings


def test_a_generated_client_asks_and_understands(
    tmp_path: Path, bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(home=tmp_path / "home", offline=True)
    document = tmp_path / "openapi.json"
    document.write_text(json.dumps(create_app(settings, bundle).openapi()))
    (tmp_path / "config.yaml").write_text("post_hooks: []\npackage_name_override: semia_client\n")
    program = str(Path(sys.executable).with_name("openapi-python-client"))
    command = [program, "generate", "--path", str(document), "--meta", "none"]
    options = ["--config", str(tmp_path / "config.yaml"), "--output-path", "semia_client"]
    subprocess.run([*command, *options], cwd=tmp_path, check=True, capture_output=True)
    monkeypatch.syspath_prepend(str(tmp_path))
    made = importlib.import_module("semia_client")
    models = importlib.import_module("semia_client.models")
    (ask,) = (tmp_path / "semia_client/api").rglob("create_assessment*.py")
    operation = importlib.import_module(f"semia_client.api.{ask.parent.name}.{ask.stem}")
    with client_of("asgi", settings, bundle) as service:
        assert isinstance(service, httpx.Client)
        client = made.Client(base_url=OWN).set_httpx_client(service)
        given = models.AssessmentRequest.from_dict(ASSESSMENT_REQUESTS[0])
        answer = operation.sync(client=client, body=given)
        refused = operation.sync(client=client, body=models.AssessmentRequest(age_years=-1.0))
    assert {one.problem for one in answer.answers} == set(bundle.problems)
    assert refused.status == 422
    assert refused.errors[0].code == "out_of_range"
