"""Mistakes are explained beside the field, and nothing typed is ever lost."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.page.conftest import OpenPage


def said(page: Page, field: str) -> str:
    return page.inner_text(f"#{field}-wrong")


@pytest.mark.parametrize(
    ("field", "typed", "es", "en"),
    [
        (
            "obs-heart_rate_per_min",
            "900",
            "900 no es posible: se acepta de 20 a 250 /min.",
            "900 is not possible: 20 to 250 /min is accepted.",
        ),
        (
            "obs-temperature_c",
            "12,5",
            "12,5 no es posible: se acepta de 30 a 43,5 °C.",
            "12.5 is not possible: 30 to 43.5 °C is accepted.",
        ),
        (
            "age",
            "-1",
            "-1 no es posible: se acepta de 0 a 120 años.",
            "-1 is not possible: 0 to 120 years is accepted.",
        ),
        ("age", "treinta", "Escriba un número.", "Enter a number."),
        ("obs-pain_score", "3.5", "Escriba un número entero.", "Enter a whole number."),
    ],
)
def test_an_impossible_value_is_explained_where_it_stands(
    open_page: OpenPage, field: str, typed: str, es: str, en: str
) -> None:
    for language, sentence in (("es", es), ("en", en)):
        page = open_page(f"/?lang={language}")
        page.fill(f"#{field}", typed)
        page.locator(f"#{field}").blur()
        assert said(page, field) == sentence
        expect(page.locator(f"#{field}")).to_have_attribute("aria-invalid", "true")


@pytest.mark.parametrize("typed", ["8 lunas", "meses", "8 8", "8,,5 meses", "-1"])
def test_an_age_that_is_none_is_said_so(open_page: OpenPage, typed: str) -> None:
    page = open_page("/?lang=es")
    page.fill("#age", typed)
    page.press("#age", "Tab")
    expect(page.locator("#age-wrong")).not_to_have_text("")


def test_both_blood_pressures_may_be_typed_as_one(open_page: OpenPage) -> None:
    page = open_page("/?lang=es")
    systolic, diastolic = (page.locator(f"#obs-{one}_bp_mmhg") for one in ("systolic", "diastolic"))
    systolic.fill("120 / 80")
    systolic.press("Tab")
    expect(systolic).to_have_value("120")
    expect(diastolic).to_have_value("80")
    diastolic.fill("130/100")
    diastolic.press("Enter")
    given = page.locator("#answer .given").first
    expect(given).to_contain_text("sistólica 130\u00a0mmHg")
    expect(given).to_contain_text("diastólica 100\u00a0mmHg")
    page.fill("#obs-temperature_c", "120/80")
    page.press("#obs-temperature_c", "Tab")
    expect(page.locator("#obs-temperature_c-wrong")).not_to_have_text("")


def test_asking_with_a_mistake_leads_to_it_and_keeps_what_was_typed(open_page: OpenPage) -> None:
    page = open_page("/?lang=es")
    page.fill("#age", "34")
    page.fill("#obs-heart_rate_per_min", "900")
    page.click("#ask")
    expect(page.locator("#problems")).to_be_focused()
    page.locator("#problems a").click()
    expect(page.locator("#obs-heart_rate_per_min")).to_be_focused()
    assert page.input_value("#obs-heart_rate_per_min") == "900"
    page.fill("#obs-heart_rate_per_min", "90")
    assert said(page, "obs-heart_rate_per_min") == ""
    page.click("#ask")
    expect(page.locator(".question")).to_have_count(4)
    expect(page.locator("#problems")).to_be_hidden()


def test_a_refusal_of_the_service_is_shown_beside_its_field(open_page: OpenPage) -> None:
    page = open_page("/?lang=es")
    page.fill("#obs-systolic_bp_mmhg", "80")
    page.fill("#obs-diastolic_bp_mmhg", "120")
    page.click("#ask")
    expect(page.locator("#problems")).to_contain_text("Hay datos que corregir")
    sentence = "La presión diastólica (120 mmHg) debe ser menor que la sistólica (80 mmHg)."
    assert said(page, "obs-diastolic_bp_mmhg") == sentence
    assert page.input_value("#obs-systolic_bp_mmhg") == "80"


def test_asking_with_nothing_is_answered_with_what_to_give(open_page: OpenPage) -> None:
    page = open_page("/?lang=en")
    page.locator("#find").wait_for()
    page.click("#ask")
    expect(page.locator("#problems")).to_contain_text(
        "Give at least the age, one sign or one measurement."
    )


def test_a_service_that_is_away_loses_nothing(open_page: OpenPage) -> None:
    page = open_page("/?lang=es")
    page.fill("#age", "34")
    page.route("**/v1/assessments", lambda route: route.abort())
    page.click("#ask")
    expect(page.locator("#problems")).to_contain_text("Lo que escribió sigue aquí")
    assert page.input_value("#age") == "34"
    page.unroute("**/v1/assessments")
    page.click("#ask")
    expect(page.locator(".question")).to_have_count(4)


def test_a_service_without_models_says_what_to_run(open_page: OpenPage) -> None:
    def refuse(route: Route) -> None:
        route.fulfill(
            status=503,
            content_type="application/problem+json",
            json={
                "title": "Todavía no hay modelos que puedan responder",
                "detail": "Quien administra este equipo debe ejecutar «semia export».",
            },
        )

    page = open_page("/?lang=es")
    page.route("**/v1/vocabulary", refuse)
    page.reload()
    expect(page.locator("#problems")).to_contain_text("semia export")
    page.unroute("**/v1/vocabulary")
    page.click("#ask")
    page.locator("#age").wait_for()


def test_a_message_that_moves_the_page_does_not_swallow_the_press(open_page: OpenPage) -> None:
    """Leaving a wrong field by pressing a button below it both explains and presses."""
    page = open_page("/?lang=es")
    page.fill("#age", "-1")
    page.locator(".chip", has_text="Tos").click()
    expect(page.locator("#chosen .label")).to_have_text("Tos")
    assert said(page, "age").startswith("-1 no es posible")
