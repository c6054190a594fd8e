"""Axe finds no fault in any state of the page, in either language, theme or width."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.page.conftest import LAPTOP, PHONE, OpenPage
from tests.support.programs import require_program

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page) -> list[str]:
    page.evaluate(require_program("axe-core").read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
    assert len(found["passes"]) > 10
    return [
        f"{fault['id']}: {node['target']} {node['failureSummary']}"
        for fault in found["violations"]
        for node in fault["nodes"]
    ]


# Every pair of language, theme and width, without every triple.
@pytest.mark.parametrize(
    ("language", "scheme", "viewport"),
    [
        ("es", "light", LAPTOP),
        ("en", "dark", LAPTOP),
        ("es", "dark", PHONE),
        ("en", "light", PHONE),
    ],
    ids=["es-light-laptop", "en-dark-laptop", "es-dark-phone", "en-light-phone"],
)
def test_the_page_from_empty_to_answer(
    open_page: OpenPage, language: str, scheme: str, viewport: ViewportSize
) -> None:
    page = open_page(f"/?lang={language}", viewport, scheme)
    page.locator("#find").wait_for()
    assert violations(page) == []
    page.fill("#age", "34")
    page.locator(".chip").first.click()
    page.locator(".chip").nth(1).click()
    page.locator("label[for=state-headache-absent]").click()
    page.fill("#find", "dolor" if language == "es" else "pain")
    assert violations(page) == []
    page.press("#find", "Escape")
    page.fill("#obs-systolic_bp_mmhg", "85")
    page.fill("#obs-heart_rate_per_min", "120")
    page.click("#ask")
    expect(page.locator(".question")).to_have_count(4)
    expect(page.locator(".flag.emergency, .flag.urgent")).to_have_count(3)
    for summary in page.locator("details > summary").all():
        summary.click()
    assert violations(page) == []
    page.fill("#obs-heart_rate_per_min", "900")
    page.click("#ask")
    expect(page.locator("#problems")).to_be_visible()
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_documentation_of_the_api(open_page: OpenPage, scheme: str) -> None:
    page = open_page("/docs", LAPTOP, scheme)
    paths = page.evaluate("fetch('/openapi.json').then((answer) => answer.json())")["paths"]
    expect(page.locator(".operation")).to_have_count(sum(len(item) for item in paths.values()))
    for summary in page.locator("details > summary").all():
        summary.click()
    assert violations(page) == []


def test_an_operation_can_be_tried_where_it_is_described(open_page: OpenPage) -> None:
    page = open_page("/docs")
    operation = page.locator(".operation", has_text="Assess one patient")
    operation.locator("summary").click()
    operation.get_by_role("button", name="Send").click()
    expect(operation.locator("pre")).to_contain_text('"disclaimer"')


def test_whatever_is_described_can_be_tried_as_it_stands(open_page: OpenPage) -> None:
    page = open_page("/docs")
    page.locator(".operation").first.wait_for()
    for operation in page.locator(".operation").all():
        operation.locator("summary").click()
        operation.get_by_role("button", name="Send").click()
        # Without a database there is no list of assessments to read.
        expect(operation.locator("pre")).to_have_text(
            re.compile(r"^(20[02]\n|503\n.*no-list)", re.S)
        )


def test_a_parameter_is_described_and_sent(open_page: OpenPage) -> None:
    page = open_page("/docs")
    operation = page.locator(".operation", has=page.get_by_text("/v1/vocabulary", exact=True))
    operation.locator("summary").click()
    expect(operation.locator("table").first).to_contain_text("How many on a page.")
    operation.get_by_label("limit").fill("2")
    operation.get_by_label("search", exact=True).fill("fiebre")
    with page.expect_response("**/v1/vocabulary?*") as asked:
        operation.get_by_role("button", name="Send").click()
    assert asked.value.url.endswith("?search=fiebre&limit=2")


def test_a_table_can_be_tried_as_well_as_lines(open_page: OpenPage) -> None:
    page = open_page("/docs")
    operation = page.locator(".operation", has_text="Assess many patients")
    operation.locator("summary").click()
    operation.get_by_label("Content-Type").select_option("text/csv")
    operation.get_by_role("button", name="Send").click()
    expect(operation.locator("pre")).to_contain_text("line,id,assessment_id")
