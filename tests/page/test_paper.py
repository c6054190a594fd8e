"""What leaves the page: the answer on paper and in the record, with what it rests on."""

import pytest
from playwright.sync_api import expect

from tests.page.conftest import OpenPage
from tests.page.test_consultation import WORDS, consult


@pytest.mark.parametrize(
    ("typed", "es", "en"),
    [
        ("34", "34 años", "34 years"),
        ("0,67", "8 meses", "8 months"),
        ("0,084", "1 mes", "1 month"),
        ("0,02", "7 días", "7 days"),
        ("8 meses", "8 meses", "8 months"),
        ("3 semanas", "21 días", "21 days"),
        ("10 días", "10 días", "10 days"),
        ("5m", "5 meses", "5 months"),
        ("40 años", "40 años", "40 years"),
    ],
)
def test_the_age_of_a_child_is_said_as_a_doctor_says_it(
    open_page: OpenPage, typed: str, es: str, en: str
) -> None:
    page = open_page("/?lang=es")
    page.fill("#age", typed)
    page.click("#ask")
    given = page.locator("#answer .given").first
    expect(given).to_contain_text(es)
    page.click("#language")
    expect(given).to_contain_text(en)


def test_on_paper_there_is_the_answer_and_a_line_to_sign(open_page: OpenPage) -> None:
    page = open_page("/?lang=es")
    consult(page, "es")
    expect(page.locator(".on-paper")).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.locator("#form")).to_be_hidden()
    expect(page.locator("#language")).to_be_hidden()
    for part in (".signature", ".given", ".on-paper", ".question", "#disclaimer", "#synthetic"):
        expect(page.locator(part).first).to_be_visible()


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_answer_can_be_pasted_into_a_record(open_page: OpenPage, language: str) -> None:
    page = open_page(f"/?lang={language}")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    consult(page, language)
    page.get_by_role("button", name={"es": "Copiar", "en": "Copy"}[language], exact=True).click()
    said = {"es": "Copiado", "en": "Copied"}[language]
    expect(page.locator("#spoken")).to_contain_text(said)
    expect(page.locator("#copy-said")).to_contain_text(said)
    copied = page.evaluate("navigator.clipboard.readText()")
    assert WORDS[language]["given"] in copied
    assert WORDS[language]["synthetic"].lower() in copied.lower()
    assert {"es": "mismo número de casos", "en": "equally many cases"}[language] in copied
    assert WORDS[language]["supports"] in copied
    assert "Dengue (A90)" in copied
