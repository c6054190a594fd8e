"""Where no database holds the log, the list says so instead of being empty."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from ml.serving.bundle import Bundle
from tests.api.conftest import client_of
from warehouse.settings import Settings


@pytest.fixture(params=["spool", "stdout"])
def without_database(
    request: pytest.FixtureRequest, way: str, tmp_path: Path, bundle: Bundle
) -> Iterator[httpx.Client]:
    settings = Settings.model_validate(
        {"home": tmp_path / "home", "offline": True}
        | ({"log": "stdout"} if request.param == "stdout" else {})
    )
    with client_of(way, settings, bundle) as client:
        yield client


@pytest.mark.parametrize(
    ("without_database", "sentence", "again"),
    [("spool", "semia up", "30"), ("stdout", "SEMIA_LOG=stdout", None)],
    indirect=["without_database"],
)
def test_it_says_why_there_is_no_list(
    without_database: httpx.Client, sentence: str, again: str | None
) -> None:
    answer = without_database.get("/v1/assessments?awaiting=feedback")
    assert answer.status_code == 503
    assert answer.json()["type"] == "urn:semia:problem:no-list"
    assert sentence in answer.json()["detail"]
    assert answer.headers.get("retry-after") == again


def test_both_methods_of_the_address_are_known(client: httpx.Client) -> None:
    answer = client.put("/v1/assessments")
    assert answer.status_code == 405
    assert {"GET", "POST"} <= set(answer.headers["allow"].replace(" ", "").split(","))
