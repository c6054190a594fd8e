"""docs/reference/data-quality.md names tests: each must exist where it says."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.evaluator import RULES

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/reference/data-quality.md"


def named(tests: list[Any]) -> list[str]:
    return [test if isinstance(test, str) else next(iter(test)) for test in tests]


def ruled(place: str, tests: list[Any]) -> set[str]:
    """What `rows_are_sound` asks: of the row its `key`, of each column what names it."""
    found: set[str] = set()
    asked = [test for test in tests if isinstance(test, dict) and "rows_are_sound" in test]
    for rule, of in (pair for one in asked for pair in arguments(one).items()):
        if rule in ("key", "never_false"):
            found.add(f"{place}: {rule}")
        if rule != "never_false":
            found |= {f"{place}.{column}: {rule}" for column in of}
    return found


def arguments(test: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = test["rows_are_sound"]["arguments"]
    return found


def existing() -> set[str]:
    """Every test of the dbt project, written as the page writes it."""
    found: set[str] = set()
    for path in (ROOT / "dbt_project").glob("**/*.yml"):
        read = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        if not isinstance(read.get("models", []), list):
            continue
        kinds = ("models", "seeds", "snapshots")
        for one in (node for kind in kinds for node in read.get(kind, [])):
            found |= {f"{one['name']}: {test}" for test in named(one.get("data_tests", []))}
            found |= ruled(one["name"], one.get("data_tests", []))
            for column in one.get("columns", []):
                place = f"{one['name']}.{column['name']}"
                found |= {f"{place}: {test}" for test in named(column.get("data_tests", []))}
        found |= {f"{one['name']}: unit_test" for one in read.get("unit_tests", [])}
    return found


def test_every_test_the_page_names_exists() -> None:
    claimed = set(re.findall(r"`([\w.]+: \w+)`", PAGE.read_text(encoding="utf-8")))
    claimed -= {"model: test", "model.column: test"}
    assert len(claimed) > 30
    assert sorted(claimed - existing()) == []


def test_every_row_of_the_page_names_a_test() -> None:
    rows = re.findall(r"^\| (?!question|---)(.+) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    rows = [row for row in rows if not row.startswith("-")]
    assert len(rows) > 15
    assert [row for row in rows if not re.search(r"`[\w.]+: \w+`", row)] == []


def test_every_pytest_file_the_page_names_exists() -> None:
    files = re.findall(r"`(tests/[\w/]+\.py)`", PAGE.read_text(encoding="utf-8"))
    assert len(files) >= 4
    assert [file for file in files if not (ROOT / file).exists()] == []


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_of_the_project_is_on_the_page(rule: str) -> None:
    assert f": {rule}" in PAGE.read_text(encoding="utf-8")
