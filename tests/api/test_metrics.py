"""What Prometheus reads, parsed as Prometheus would."""

import json
from collections.abc import Iterator

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from ml.serving.bundle import Bundle
from tests.api.conftest import client_of
from warehouse.settings import Settings


@pytest.fixture
def scraped(api_settings: Settings, bundle: Bundle) -> Iterator[httpx.Client]:
    with client_of("asgi", api_settings, bundle) as client:
        yield client


def samples(client: httpx.Client) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    response = client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


def gained(
    client: httpx.Client, before: dict[tuple[str, tuple[tuple[str, str], ...]], float]
) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """What each counter has gone up by since `before`: the app may have been asked before."""
    now = samples(client)
    return {key: value - before.get(key, 0) for key, value in now.items()}


def labels(**given: str) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(given.items()))


def test_requests_are_counted_by_route_never_by_path(scraped: httpx.Client) -> None:
    before = samples(scraped)
    scraped.get("/v1/models/arbovirus")
    scraped.get("/v1/models/severity")
    scraped.get("/secret/patient/17")
    scraped.request("BREW", "/v1/models")
    found = gained(scraped, before)
    count = "semia_http_requests_total"
    assert found[count, labels(route="/v1/models/{problem}", method="GET", status="200")] == 2
    assert found[count, labels(route="unmatched", method="GET", status="404")] == 1
    assert not any("17" in value for _, pairs in found for _, value in pairs)
    assert any(("method", "other") in pairs for name, pairs in found if name == count)
    seconds = found["semia_http_request_seconds_count", labels(route="/v1/models/{problem}")]
    assert seconds == 2


def test_answers_are_counted_by_question_and_certainty(scraped: httpx.Client) -> None:
    body = {"observations": {"consciousness_avpu": 3, "systolic_bp_mmhg": 60}}
    before = samples(scraped)
    scraped.post("/v1/assessments", json={**body, "problems": ["severity"]})
    found = gained(scraped, before)
    assert found["semia_assessments_total", labels(problem="severity", confident="true")] == 1


def test_models_and_bundle_are_described(scraped: httpx.Client, bundle: Bundle) -> None:
    found = samples(scraped)
    assert found["semia_bundle_info", labels(version=bundle.version, origin="synthetic")] == 1
    assert found["semia_model_metric", labels(problem="severity", metric="auc_roc")] == 0.8
    trained = found["semia_model_trained_timestamp_seconds", labels(problem="admission")]
    assert trained == 1769860800


def test_drift_is_read_when_asked_and_only_the_largest(
    scraped: httpx.Client, api_settings: Settings
) -> None:
    assert not any(name == "semia_feature_drift_psi" for name, _ in samples(scraped))
    features = {f"feature_{n}": n / 10 for n in range(30)}
    drift = {
        "measured_at": "2026-01-31T12:00:00+00:00",
        "problems": {"severity": {"max_psi": 2.9, "features": features}},
    }
    api_settings.home.mkdir(parents=True)
    (api_settings.home / "drift.json").write_text(json.dumps(drift))
    found = samples(scraped)
    shown = {dict(p)["feature"]: v for (n, p), v in found.items() if n == "semia_feature_drift_psi"}
    assert shown == {f"feature_{n}": n / 10 for n in range(20, 30)}
    assert found["semia_drift_measured_timestamp_seconds", ()] == 1769860800


@pytest.mark.parametrize("text", ["", "{", "[]", '{"problems": {}}'])
def test_a_damaged_drift_file_does_not_stop_the_scrape(
    scraped: httpx.Client, api_settings: Settings, text: str
) -> None:
    api_settings.home.mkdir(parents=True)
    (api_settings.home / "drift.json").write_text(text)
    assert samples(scraped)
