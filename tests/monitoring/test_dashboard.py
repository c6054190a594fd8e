"""Every panel of the dashboard and every alert reads metrics that the running API really gives."""

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest
import yaml

from monitoring.grafana import build
from tests.monitoring.conftest import Prometheus

ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT / "monitoring/prometheus/rules/semia.yml"

pytestmark = [pytest.mark.slow, pytest.mark.program("prometheus")]


def panels() -> Iterator[tuple[str, str]]:
    """Title and PromQL of every query in the dashboard as it is shipped."""
    board = json.loads(build.FILE.read_text(encoding="utf-8"))
    for panel in board["panels"]:
        for target in panel.get("targets", []):
            yield f"{panel['title']} {target['refId']}", target["expr"]


def selectors() -> Iterator[tuple[str, str]]:
    """Every series an alert looks at; failures are looked for as successes, which must exist."""
    for group in yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]:
        for rule in group["rules"]:
            expression = rule["expr"].replace('status=~"5.."', 'status=~"2.."')
            for found in re.findall(r"\b(?:semia_\w+|up)(?:\{[^}]*\})?", expression):
                yield f"{rule['alert']} {found}", found


def first_values(prometheus: Prometheus, expression: str, seconds: float = 20) -> list[float]:
    """What a query gives once the API has been used and scraped; empty if it never does."""
    deadline = monotonic() + seconds
    while monotonic() < deadline:
        prometheus.use_the_api()
        values = [v for v in prometheus.query(expression) if not math.isnan(v)]
        if values:
            return values
        sleep(0.5)
    return []


def test_dashboard_file_is_what_the_module_builds() -> None:
    stale = "type `python -m monitoring.grafana.build`"
    assert build.FILE.read_text(encoding="utf-8") == build.build(), stale


@pytest.mark.parametrize("expression", [pytest.param(q, id=name) for name, q in panels()])
def test_panel_shows_data_of_the_running_api(prometheus: Prometheus, expression: str) -> None:
    assert first_values(prometheus, expression.replace("$__rate_interval", "10s")) != []


@pytest.mark.parametrize("selector", [pytest.param(s, id=name) for name, s in selectors()])
def test_alert_reads_series_that_exist(prometheus: Prometheus, selector: str) -> None:
    assert first_values(prometheus, selector) != []


def test_a_query_with_a_typo_is_noticed(prometheus: Prometheus) -> None:
    assert first_values(prometheus, "semia_htpp_requests_total", seconds=2) == []


def test_prometheus_evaluates_every_rule_without_error(prometheus: Prometheus) -> None:
    first_values(prometheus, 'up{job="semia_api"}')
    sleep(1.5)
    rules = [rule for group in prometheus.answer("rules")["groups"] for rule in group["rules"]]
    assert {rule["health"] for rule in rules} == {"ok"}
    drifted = next(rule for rule in rules if rule["name"] == "SemiaFeatureDrift")
    assert [alert["labels"]["feature"] for alert in drifted["alerts"]] == ["fever"]
