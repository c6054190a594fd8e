"""Alert rules are valid, tested by promtool, explained in the docs and answered by a runbook."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.programs import require_program

ROOT = Path(__file__).resolve().parents[2]
MONITORING = ROOT / "monitoring"
RUNBOOKS = ROOT / "docs/runbooks"
SECTIONS = ["## What it means", "## Look here", "## Do this", "## Tell"]


def rules() -> list[dict[str, Any]]:
    files = sorted((MONITORING / "prometheus/rules").glob("*.yml"))
    groups = [g for f in files for g in yaml.safe_load(f.read_text(encoding="utf-8"))["groups"]]
    return [rule for group in groups for rule in group["rules"]]


def names() -> list[str]:
    return [rule["alert"] for rule in rules()]


def run(*command: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(part) for part in command], capture_output=True, text=True)


def unit_test_files() -> list[Path]:
    return sorted((MONITORING / "prometheus/tests").glob("*_test.yml"))


@pytest.mark.program("promtool")
@pytest.mark.parametrize("file", [pytest.param(file, id=file.stem) for file in unit_test_files()])
def test_rules_fire_when_they_must(file: Path) -> None:
    done = run(require_program("promtool"), "test", "rules", file)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.program("promtool")
def test_a_rule_test_that_expects_too_much_fails(tmp_path: Path) -> None:
    text = unit_test_files()[0].read_text(encoding="utf-8")
    broken = text.replace("../rules/", f"{MONITORING}/prometheus/rules/").replace(
        "0.4x20", "0.1x20"
    )
    assert broken != text
    (tmp_path / "broken_test.yml").write_text(broken, encoding="utf-8")
    done = run(require_program("promtool"), "test", "rules", tmp_path / "broken_test.yml")
    assert done.returncode == 1


@pytest.mark.program("promtool")
def test_prometheus_configuration_is_valid() -> None:
    file = MONITORING / "prometheus/prometheus.yml"
    done = run(require_program("promtool"), "check", "config", file)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.program("amtool")
def test_alertmanager_configuration_is_valid() -> None:
    file = MONITORING / "alertmanager/alertmanager.yml"
    done = run(require_program("amtool"), "check-config", file)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", names())
def test_every_alert_is_seen_firing_in_a_unit_test(name: str) -> None:
    expected = [
        case
        for file in unit_test_files()
        for test in yaml.safe_load(file.read_text(encoding="utf-8"))["tests"]
        for case in test["alert_rule_test"]
        if case["alertname"] == name and case["exp_alerts"]
    ]
    assert expected != []


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule["alert"]) for rule in rules()])
def test_every_alert_says_how_bad_what_and_where_to_read_on(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in {"critical", "warning", "info"}
    assert rule["annotations"]["summary"].endswith(".")
    page = ROOT / rule["annotations"]["runbook_url"]
    assert page == RUNBOOKS / f"{rule['alert']}.md"
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"# {rule['alert']}\n")
    assert [line for line in text.splitlines() if line.startswith("## ")] == SECTIONS


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule["alert"]) for rule in rules()])
def test_every_alert_is_in_the_reference(rule: dict[str, Any]) -> None:
    reference = (ROOT / "docs/reference/alerts.md").read_text(encoding="utf-8")
    assert f"| `{rule['alert']}` | {rule['labels']['severity']} |" in reference


def test_every_runbook_belongs_to_an_alert() -> None:
    pages = {page.stem for page in RUNBOOKS.glob("*.md")} - {"README"}
    assert pages == set(names())
    index = (RUNBOOKS / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\((\w+)\.md\)", index)) == pages
