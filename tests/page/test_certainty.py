"""The page says in plain words what cannot be ruled out, and when it knows nobody like that."""

import pytest
from playwright.sync_api import expect

from tests.page.conftest import LAPTOP, OpenPage
from tests.page.test_accessibility import violations
from tests.page.test_consultation import choose, consult


@pytest.mark.parametrize(
    ("language", "badge", "said"),
    [
        ("es", "Paciente distinto", "no se parece a ninguno de los que aprendió el modelo"),
        ("en", "Unlike the others", "unlike any the model learned from"),
    ],
)
def test_a_strange_patient_gets_no_verdict_but_plain_words(
    open_page: OpenPage, language: str, badge: str, said: str
) -> None:
    page = open_page(f"/?lang={language}")
    page.fill("#obs-heart_rate_per_min", "249")
    page.fill("#obs-respiratory_rate_per_min", "79")
    page.click("#ask")
    severity = page.locator("[data-problem=severity]")
    expect(severity.locator(".badge")).to_have_text(badge)
    expect(severity.locator(".means")).to_contain_text(said)
    expect(severity.locator(".headline")).to_have_count(0)
    expect(page.locator("[data-problem=admission] .badge")).not_to_have_text(badge)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_fault_in_what_a_strange_patient_gets(
    open_page: OpenPage, scheme: str
) -> None:
    page = open_page("/?lang=es", LAPTOP, scheme)
    page.fill("#obs-heart_rate_per_min", "249")
    page.fill("#obs-respiratory_rate_per_min", "79")
    page.click("#ask")
    page.locator(".verdict.strange").wait_for()
    assert violations(page) == []


def test_what_cannot_be_ruled_out_is_said_in_one_sentence(open_page: OpenPage) -> None:
    page = open_page("/?lang=en")
    consult(page, "en")
    told = page.locator("[data-problem=differential] .not-ruled-out")
    expect(told).to_contain_text("Cannot be ruled out:")
    expect(told).to_contain_text("for 9 of 10 patients, whichever it is")
    expect(told).to_contain_text("too few patients were learned from")
    arbovirus = page.locator("[data-problem=arbovirus]")
    expect(arbovirus).to_contain_text("unless you give a prevalence")


@pytest.mark.parametrize(
    ("language", "signs", "said", "means"),
    [
        (
            "es",
            ["fiebre", "dolor articular", "mialgia", "cefalea"],
            "Lo que sí se puede decir: Dengue o chikunguña",
            "esta misma respuesta acertó en 88",
        ),
        (
            "en",
            ["fever", "joint pain", "myalgia", "headache"],
            "What can be said: Dengue or chikungunya",
            "this same answer was right in 88",
        ),
    ],
)
def test_where_no_single_answer_can_be_given_the_broader_one_is(
    open_page: OpenPage, language: str, signs: list[str], said: str, means: str
) -> None:
    page = open_page(f"/?lang={language}")
    for sign in signs:
        choose(page, sign)
    page.click("#ask")
    arbovirus = page.locator("[data-problem=arbovirus]")
    expect(arbovirus.locator(".broader.sure")).to_contain_text(said)
    expect(arbovirus.locator(".broader.sure .means")).to_contain_text(means)
    expect(page.locator("[data-problem=severity] .broader")).to_have_count(0)
    assert violations(page) == []
