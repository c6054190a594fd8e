"""`feast ui` shows Semia's registry: started as the how-to says, asked, and ended."""

import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from feature_repo import store
from feature_repo.contracts import read_contracts
from tests.support.servers import free_port, running
from warehouse.settings import Settings

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def page(built: Settings) -> Iterator[httpx.Client]:
    """The running page; importing Feast takes its time on a busy computer."""
    store.apply(built)
    feast, address = (
        Path(sys.executable).with_name("feast"),
        f"http://127.0.0.1:{(port := free_port())}",
    )
    command = [str(feast), "-c", "feature_repo", "ui", "-h", "127.0.0.1", "-p", str(port)]
    with (
        running(command, f"{address}/health", patience=90, **store.environment(built)),
        httpx.Client(base_url=address, timeout=30) as client,
    ):
        yield client


def test_it_serves_its_page_and_knows_the_project(page: httpx.Client) -> None:
    assert "<title>Feast</title>" in page.get("/").text
    projects = page.get("/projects-list.json").json()["projects"]
    assert [one["id"] for one in projects] == ["semia"]


def test_it_lists_every_view_with_its_features(page: httpx.Client, built: Settings) -> None:
    answer = page.get("/api/v1/feature_views", params={"project": "semia"})
    listed = {
        view["spec"]["name"]: {feature["name"] for feature in view["spec"]["features"]}
        for view in answer.raise_for_status().json()["featureViews"]
    }
    contracts = read_contracts(store.manifest_path(built))
    assert listed == {one.name: {column.name for column in one.features} for one in contracts}
