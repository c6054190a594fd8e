"""The reference page names every route, refusal, field error and metric there is."""

import re
from pathlib import Path

import httpx
import pytest
from fastapi.routing import APIRoute

from api.main import ROUTERS
from api.words.titles import TITLES
from api.words.wording import FIELDS

REFERENCE = (Path(__file__).resolve().parents[2] / "docs/reference/api.md").read_text("utf-8")
ROUTES = [
    f"{method} {route.path}"
    for module in ROUTERS
    for route in module.router.routes
    if isinstance(route, APIRoute)
    for method in sorted(route.methods - {"HEAD"})
]


@pytest.mark.parametrize("route", ROUTES)
def test_every_route_is_in_the_reference(route: str) -> None:
    assert f"`{route}`" in REFERENCE


def test_no_route_is_described_that_does_not_exist() -> None:
    described = re.findall(r"^\| `((?:GET|POST|PUT|DELETE) [^`]+)`", REFERENCE, re.MULTILINE)
    assert sorted(described) == sorted(ROUTES)


@pytest.mark.parametrize("name", [*TITLES, *FIELDS])
def test_every_refusal_is_in_the_reference(name: str) -> None:
    assert f"`{name}`" in REFERENCE


def test_every_metric_is_in_the_reference(client: httpx.Client) -> None:
    client.get("/v1/models")
    scraped = client.get("/metrics").text
    names = set(re.findall(r"^# TYPE (\S+)", scraped, re.MULTILINE))
    names = {name for name in names if not name.endswith("_created")}
    described = set(re.findall(r"`(semia_\w+)", REFERENCE))
    assert names
    assert names == described
