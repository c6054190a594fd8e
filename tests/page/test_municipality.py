"""A municipality is found by its name, and told apart from others of the same name."""

from playwright.sync_api import ViewportSize, expect

from tests.page.conftest import OpenPage
from tests.page.test_accessibility import violations
from tests.page.test_place import BY_LANGUAGE, SMALL_OR_DARK, opened_by_keyboard

SAID = {
    "es": {
        "match": "1 coincidencia",
        "level": "unas 4 veces lo habitual",
        "nowhere": "Aquí no se sabe qué se notifica en «Medellín».",
    },
    "en": {
        "match": "1 match",
        "level": "about 4 times as often as usual",
        "nowhere": "What is notified in “Medellín” is not known here.",
    },
}


@SMALL_OR_DARK
def test_a_municipality_is_picked_by_its_name_by_keyboard_alone(
    open_page: OpenPage, language: str, viewport: ViewportSize, scheme: str
) -> None:
    page, said = open_page(f"/?lang={language}", viewport, scheme), SAID[language]
    page.fill("#age", "34")
    keys, field = opened_by_keyboard(page, tabs=3), page.locator("#identity-municipality")
    keys.type("bucara")
    offered = page.locator("#municipalities [role=option]")
    expect(offered).to_have_count(1)
    expect(offered).to_have_text("BucaramangaSantander68001")
    expect(field).to_have_attribute("aria-activedescendant", "municipality-0")
    expect(page.locator("#spoken")).to_have_text(said["match"])
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    keys.press("Enter")
    expect(field).to_have_value("Bucaramanga, Santander (68001)")
    expect(page.locator("#municipalities")).to_be_hidden()
    expect(page.locator(".question")).to_have_count(0)
    keys.press("Tab")
    keys.type("2026-W07")
    keys.press("Enter")
    expect(page.locator("[data-problem=arbovirus]")).to_contain_text(
        "Bucaramanga, Santander (68001)"
    )
    expect(page.locator("[data-problem=arbovirus]")).to_contain_text(said["level"])
    expect(page.locator("#answer .given").first).to_contain_text(
        "Bucaramanga, Santander (68001), 2026-W07"
    )


def test_accents_do_not_matter_and_a_place_without_a_name_goes_by_its_code(
    open_page: OpenPage,
) -> None:
    page = open_page("/?lang=es")
    page.locator("#place-part > summary").click()
    field, offered = page.locator("#identity-municipality"), page.locator("#municipalities li")
    field.fill("GIRON")
    expect(offered).to_have_text("GirónSantander68307")
    field.press("Tab")
    expect(field).to_have_value("Girón, Santander (68307)")
    field.fill("685")
    expect(offered).to_have_text("68547Santander")
    offered.click()
    expect(field).to_have_value("68547 (Santander)")
    field.fill("68")
    expect(offered).to_have_count(4)
    field.press("ArrowDown")
    field.press("Escape")
    expect(page.locator("#municipalities")).to_be_hidden()
    expect(field).to_have_value("68")


@BY_LANGUAGE
def test_municipalities_of_one_name_are_told_apart_by_their_department(
    open_page: OpenPage, language: str
) -> None:
    page = open_page("/?lang=es")
    places = [
        {"code": "05664", "name": "San Pedro", "department": "Antioquia"},
        {"code": "70717", "name": "San Pedro", "department": "Sucre"},
        {"code": "11001", "name": "Bogotá", "department": None},
    ]
    told = {"source": "sivigila_dengue", "newest_week": "2026-W07", "places": places}
    page.route("**/v1/places", lambda route: route.fulfill(json=told))
    page.goto(page.url.replace("lang=es", f"lang={language}"))
    page.locator("#place-part > summary").click()
    field, offered = page.locator("#identity-municipality"), page.locator("#municipalities li")
    field.press_sequentially("san pedro")
    expect(offered).to_have_text(["San PedroAntioquia05664", "San PedroSucre70717"])
    field.press_sequentially(" suc")
    expect(offered).to_have_text("San PedroSucre70717")
    assert violations(page) == []
    field.press("Enter")
    expect(field).to_have_value("San Pedro, Sucre (70717)")
    page.fill("#age", "34")
    page.click("#ask")
    given = page.locator("#answer .given").first
    expect(given).to_contain_text("San Pedro, Sucre (70717)")
    expect(page.locator("#answer")).to_contain_text("70717 (Sucre)")
    field.fill("bogota")
    expect(offered).to_have_text("Bogotá11001")


@BY_LANGUAGE
def test_a_municipality_of_which_nothing_is_known_is_said_so_at_once(
    open_page: OpenPage, language: str
) -> None:
    page = open_page(f"/?lang={language}")
    page.locator("#place-part > summary").click()
    page.locator("#identity-municipality").press_sequentially("Medellín")
    offered = page.locator("#municipalities li")
    expect(offered).to_have_text(SAID[language]["nowhere"])
    expect(page.locator("#identity-municipality")).to_have_attribute("aria-expanded", "false")
    assert violations(page) == []
    page.fill("#identity-municipality", "05001")
    expect(page.locator("#municipalities")).to_be_hidden()
