"""A patient who is named brings earlier visits; how common illness is here changes the answer."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Keyboard, Page, ViewportSize, expect

from api.main import create_app
from tests.api.test_patient_history import PLAN, ROWS, WHO, Known
from tests.page.conftest import LAPTOP, NARROWEST, OpenPage, running
from tests.page.test_accessibility import violations
from tests.support.bundles import make_tiny_bundle
from warehouse.hash_key import hash_key, token
from warehouse.settings import Settings

SAID = {
    "es": {
        "rest": "Queda 75 % para: Otra enfermedad.",
        "shares": "Con la frecuencia que indicó:",
        "wrong": "Escriba un número entre 0 y 100.",
        "much": "Juntas deben ser menos de 100 %.",
        "clinic": "Indique de qué centro es el número.",
        "none": "No hay visitas anteriores de este paciente.",
        "earlier": "Insuficiencia cardíaca (presente",
        "level": "unas 4 veces lo habitual",
        "unknown": "No se sabe qué se notificó en 05001",
        "code": "Elija un municipio de la lista",
        "place": "Indique el municipio, o deje la semana en blanco.",
    },
    "en": {
        "rest": "75 % is left for: Another disease.",
        "shares": "With how common you said each is:",
        "wrong": "Enter a number between 0 and 100.",
        "much": "Together they must be less than 100 %.",
        "clinic": "Say which clinic the number is of.",
        "none": "There are no earlier visits of this patient.",
        "earlier": "Heart failure (present",
        "level": "about 4 times as often as usual",
        "unknown": "What was notified in 05001",
        "code": "Pick a municipality from the list",
        "place": "Enter the municipality, or leave the week blank.",
    },
}
SMALL_OR_DARK = pytest.mark.parametrize(
    ("language", "viewport", "scheme"),
    [("es", NARROWEST, "light"), ("en", LAPTOP, "dark")],
    ids=["es-320", "en-dark"],
)
BY_LANGUAGE = pytest.mark.parametrize("language", ["es", "en"])


@pytest.fixture(scope="module")
def remembering(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a service that remembers one patient."""
    settings = Settings(home=tmp_path_factory.mktemp("home"), offline=True)
    bundle = replace(make_tiny_bundle(tmp_path_factory.mktemp("bundle")), history=PLAN)
    reader = Known(f"north-{token(WHO, hash_key(settings))}", ROWS)
    with running(create_app(settings, bundle, reader=reader)) as address:
        yield address


def named(page: Page, number: str) -> None:
    page.locator("#place-part > summary").click()
    page.fill("#identity-source", "north")
    page.fill("#identity-identifier", number)
    page.fill("#age", "70")
    page.click("#ask")
    page.locator(".question").first.wait_for()


def opened_by_keyboard(page: Page, tabs: int) -> Keyboard:
    """Open the part on the place, and go on to the field that is so many tabs away."""
    page.focus("#place-part > summary")
    page.keyboard.press("Enter")
    for _ in range(tabs):
        page.keyboard.press("Tab")
    return page.keyboard


@BY_LANGUAGE
def test_earlier_visits_of_a_named_patient_are_shown(
    remembering: str, browser: Browser, language: str
) -> None:
    page = browser.new_page(viewport=NARROWEST)
    page.goto(f"{remembering}/?lang={language}")
    named(page, WHO)
    shown = page.locator("#answer .given").nth(1)
    expect(shown).to_contain_text(SAID[language]["earlier"])
    expect(shown).to_contain_text("88 /min (")
    expect(page.locator("#answer")).not_to_contain_text(WHO)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROWEST["width"]
    assert violations(page) == []
    page.fill("#identity-identifier", "nobody")
    page.click("#ask")
    expect(page.locator("#answer .given").nth(1)).to_contain_text(SAID[language]["none"])
    page.click("#clear")
    assert page.input_value("#identity-identifier") == ""
    page.close()


@BY_LANGUAGE
def test_a_number_without_its_clinic_is_asked_for(open_page: OpenPage, language: str) -> None:
    page = open_page(f"/?lang={language}")
    page.locator("#place-part > summary").click()
    page.fill("#identity-identifier", "1")
    page.fill("#age", "70")
    page.click("#ask")
    expect(page.locator("#problems")).to_contain_text(SAID[language]["clinic"])
    expect(page.locator("#identity-source-wrong")).to_have_text(SAID[language]["clinic"])
    assert violations(page) == []


@BY_LANGUAGE
def test_what_the_service_refuses_of_a_patient_is_said_beside_the_field(
    open_page: OpenPage, language: str
) -> None:
    page = open_page(f"/?lang={language}")
    page.locator("#place-part > summary").click()
    page.fill("#identity-source", "No Such Name!")
    page.fill("#identity-identifier", "1")
    page.fill("#age", "70")
    page.click("#ask")
    expect(page.locator("#identity-source-wrong")).not_to_have_text("")


@SMALL_OR_DARK
def test_how_common_illness_is_here_changes_the_answer_by_keyboard_alone(
    open_page: OpenPage, language: str, viewport: ViewportSize, scheme: str
) -> None:
    page, said = open_page(f"/?lang={language}", viewport, scheme), SAID[language]
    page.fill("#age", "34")
    keys = opened_by_keyboard(page, tabs=5)
    keys.type("20")
    keys.press("Tab")
    keys.type("5")
    expect(page.locator("#share-rest-arbovirus")).to_have_text(said["rest"])
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    keys.press("Tab")
    keys.press("Enter")
    dengue = page.locator("[data-problem=arbovirus]")
    expect(dengue).to_contain_text(said["shares"])
    expect(dengue).to_contain_text("75 %")
    expect(dengue.locator(".options li").first).to_contain_text(
        "Otra enfermedad" if language == "es" else "Another disease"
    )
    expect(page.locator("[data-problem=severity]")).not_to_contain_text(said["shares"])


@BY_LANGUAGE
def test_shares_that_cannot_be_are_said_beside_the_field(
    open_page: OpenPage, language: str
) -> None:
    page, said = open_page(f"/?lang={language}"), SAID[language]
    page.fill("#age", "34")
    page.locator("#place-part > summary").click()
    page.fill("#share-arbovirus-dengue", "20")
    page.click("#ask")
    expect(page.locator("#share-arbovirus-chikungunya-wrong")).to_have_text(said["wrong"])
    page.fill("#share-arbovirus-chikungunya", "80")
    page.click("#ask")
    expect(page.locator("#share-arbovirus-dengue-wrong")).to_have_text(said["much"])
    page.fill("#share-arbovirus-dengue", "")
    page.fill("#share-arbovirus-chikungunya", "")
    page.click("#ask")
    expect(page.locator(".question")).to_have_count(4)
    expect(page.locator("#answer")).not_to_contain_text(said["shares"])


@pytest.mark.parametrize(
    ("language", "viewport", "scheme"),
    [("es", NARROWEST, "dark"), ("en", LAPTOP, "light")],
    ids=["es-320-dark", "en"],
)
def test_where_they_fell_ill_changes_the_answer_by_keyboard_alone(
    open_page: OpenPage, language: str, viewport: ViewportSize, scheme: str
) -> None:
    page, said = open_page(f"/?lang={language}", viewport, scheme), SAID[language]
    page.fill("#age", "34")
    keys = opened_by_keyboard(page, tabs=3)
    keys.type("68001")
    keys.press("Tab")
    keys.type("2026-W07")
    keys.press("Enter")
    card = page.locator("[data-problem=arbovirus]")
    expect(card).to_contain_text(said["level"])
    expect(card).not_to_contain_text(said["shares"])
    expect(page.locator("#answer .given").first).to_contain_text(
        "Bucaramanga, Santander (68001), 2026-W07"
    )
    expect(page.locator("[data-problem=severity]")).not_to_contain_text(said["level"])
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


@BY_LANGUAGE
def test_a_place_that_is_wrong_or_not_known_says_so(open_page: OpenPage, language: str) -> None:
    page, said = open_page(f"/?lang={language}"), SAID[language]
    page.fill("#age", "34")
    page.locator("#place-part > summary").click()
    page.fill("#identity-week", "2026-W07")
    page.click("#ask")
    expect(page.locator("#identity-municipality-wrong")).to_have_text(said["place"])
    page.fill("#identity-municipality", "Cali")
    page.click("#ask")
    expect(page.locator("#identity-municipality-wrong")).to_contain_text(said["code"])
    page.fill("#identity-municipality", "05001")
    page.click("#ask")
    expect(page.locator("#answer")).to_contain_text(said["unknown"])
    assert violations(page) == []
    page.click("#clear")
    assert page.input_value("#identity-municipality") == ""


def test_both_parts_stay_folded_until_they_are_wanted(open_page: OpenPage) -> None:
    page = open_page("/?lang=es")
    page.locator("#find").wait_for()
    expect(page.locator("#identity-source")).to_be_hidden()
    page.locator("#place-part > summary").click()
    page.fill("#identity-source", "north")
    page.click("#language")
    expect(page.locator("#identity-source")).to_be_visible()
    assert page.input_value("#identity-source") == "north"
