"""A doctor fills the page in and reads an answer, in both languages, on a laptop and a phone."""

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.page.conftest import LAPTOP, NARROWEST, PHONE, OpenPage

WORDS = {
    "es": {
        "signs": ["fiebre", "cefalea", "retroorb", "sin tos"],
        "chosen": ["Fiebre", "Dolor de cabeza", "Dolor detrás de los ojos", "Tos"],
        "assessment": "Valoración",
        "verdict": "Lo más probable: Dengue",
        "for": "A favor de: Dengue",
        "unsure": "Sin certeza",
        "synthetic": "DATOS SINTÉTICOS",
        "supports": "no lo sustituye",
        "given": "34 años, mujer",
    },
    "en": {
        "signs": ["fever", "cephalalgia", "behind the ey", "no cough"],
        "chosen": ["Fever", "Headache", "Pain behind the eyes", "Cough"],
        "assessment": "Assessment",
        "verdict": "Most likely: Dengue",
        "for": "For: Dengue",
        "unsure": "Not sure",
        "synthetic": "SYNTHETIC DATA",
        "supports": "does not replace it",
        "given": "34 years, female",
    },
}


def choose(page: Page, text: str) -> None:
    page.fill("#find", text)
    page.press("#find", "Enter")


def consult(page: Page, language: str) -> None:
    page.fill("#age", "34")
    page.locator("label[for=sex-female]").click()
    for sign in WORDS[language]["signs"]:
        choose(page, sign)
    page.fill("#obs-temperature_c", "38,9" if language == "es" else "38.9")
    page.click("#ask")
    expect(page.locator(".question")).to_have_count(4)


@pytest.mark.parametrize("viewport", [LAPTOP, PHONE], ids=["laptop", "phone"])
@pytest.mark.parametrize("language", ["es", "en"])
def test_a_consultation_from_empty_page_to_answer(
    open_page: OpenPage, language: str, viewport: ViewportSize
) -> None:
    words = WORDS[language]
    page = open_page(f"/?lang={language}", viewport)
    expect(page.locator("#disclaimer")).to_contain_text(words["supports"])
    expect(page.locator("#synthetic")).to_contain_text(words["synthetic"])
    consult(page, language)
    assert page.locator("#chosen .label").all_inner_texts() == words["chosen"]
    expect(page.locator("#sign-cough")).to_have_class("absent")
    dengue = page.locator("[data-problem=arbovirus]")
    expect(dengue.locator(".headline")).to_contain_text(words["verdict"])
    expect(dengue.locator(".badge")).to_have_text(words["unsure"])
    expect(dengue.locator(".options li").first).to_contain_text("A90")
    expect(dengue.locator(".side.for h4")).to_have_text(words["for"])
    expect(dengue.locator(".side.for li").first).to_contain_text(words["chosen"][2])
    expect(dengue.locator(".learned")).to_contain_text(words["synthetic"])
    expect(page.locator(".given")).to_contain_text(words["given"])
    expect(page.locator("#answers")).to_be_focused()
    expect(page.get_by_text(words["assessment"], exact=True)).to_be_in_viewport()
    assert page.title().startswith("Semia · ")


@pytest.mark.parametrize("viewport", [NARROWEST, PHONE, LAPTOP], ids=["320", "360", "1280"])
def test_nothing_is_wider_than_the_screen(open_page: OpenPage, viewport: ViewportSize) -> None:
    page = open_page("/?lang=es", viewport)
    consult(page, "es")
    for summary in page.locator("details > summary").all():
        summary.click()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= viewport["width"]


def test_a_confident_answer_says_how_often_such_answers_were_right(open_page: OpenPage) -> None:
    page = open_page("/?lang=es")
    page.select_option("#obs-consciousness_avpu", label="No responde")
    page.fill("#obs-systolic_bp_mmhg", "60")
    page.click("#ask")
    severity = page.locator("[data-problem=severity]")
    expect(severity.locator(".badge")).to_have_text("Confiable")
    expect(severity.locator(".headline")).to_contain_text("Nivel 1: inmediato")
    expect(severity.locator(".means")).to_contain_text("acertaron en 90 % (al menos 86 %)")
    expect(severity.locator(".side.for li").first).to_contain_text("Conciencia no responde")
    assert severity.locator(".levels .level").all_inner_texts() == ["1", "2", "3", "4", "5"]


def test_a_question_nothing_bears_on_is_marked_so(open_page: OpenPage) -> None:
    page = open_page("/?lang=en")
    choose(page, "heartburn")
    page.click("#ask")
    expect(page.locator("[data-problem=arbovirus] .badge")).to_have_text("No data")
    expect(page.locator("[data-problem=differential] .headline")).to_contain_text("GERD")


def test_the_whole_consultation_by_keyboard_alone(open_page: OpenPage) -> None:
    page = open_page("/?lang=es")
    page.locator("#find").wait_for()
    keys = page.keyboard
    for _ in range(3):
        keys.press("Tab")
    expect(page.locator("#age")).to_be_focused()
    keys.type("70")
    keys.press("Tab")
    keys.press("ArrowLeft")
    expect(page.locator("#sex-male")).to_be_checked()
    keys.press("Tab")
    expect(page.locator("#find")).to_be_focused()
    keys.type("dolor")
    keys.press("ArrowDown")
    active = page.locator("#find").get_attribute("aria-activedescendant")
    expect(page.locator(f"#{active}")).to_have_attribute("aria-selected", "true")
    keys.press("Enter")
    expect(page.locator("#chosen li")).to_have_count(1)
    keys.type("fie")
    keys.press("Escape")
    expect(page.locator("#matches")).to_be_hidden()
    keys.type("fie")
    keys.press("Enter")
    keys.press("Enter")
    expect(page.locator("#chosen li")).to_have_count(2)
    page.locator("#age").focus()
    keys.press("Enter")
    expect(page.locator("#answers")).to_be_focused()
    expect(page.locator(".question")).to_have_count(4)


def test_common_signs_are_one_tap_away_and_one_tap_back(open_page: OpenPage) -> None:
    page = open_page("/?lang=es", PHONE)
    fever = page.locator(".chip", has_text="Fiebre")
    fever.click()
    expect(fever).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#chosen .label")).to_have_text("Fiebre")
    page.locator("label[for=state-fever-absent]").click()
    expect(page.locator("#sign-fever")).to_have_class("absent")
    fever.click()
    expect(page.locator("#chosen li")).to_have_count(0)


def test_a_sign_can_be_removed_by_name(open_page: OpenPage) -> None:
    page = open_page("/?lang=es")
    choose(page, "fiebre")
    page.get_by_role("button", name="Quitar Fiebre").click()
    expect(page.locator("#chosen li")).to_have_count(0)
    expect(page.locator("#spoken")).to_have_text("Fiebre quitado")


def test_changing_the_language_keeps_everything_and_answers_again(open_page: OpenPage) -> None:
    page = open_page("/?lang=es")
    consult(page, "es")
    page.click("#language")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("[data-problem=arbovirus] h3")).to_contain_text("Ill with dengue")
    assert page.locator("#chosen .label").all_inner_texts() == WORDS["en"]["chosen"]
    assert page.input_value("#age") == "34"
    assert page.input_value("#obs-temperature_c") == "38,9"
    assert page.url.endswith("?lang=en")


def test_an_answer_that_no_longer_fits_the_data_says_so(open_page: OpenPage) -> None:
    page = open_page("/?lang=es")
    consult(page, "es")
    expect(page.locator("#stale")).to_be_hidden()
    page.fill("#age", "35")
    expect(page.locator("#stale")).to_be_visible()
    page.fill("#age", "34")
    expect(page.locator("#stale")).to_be_hidden()


def test_the_answer_follows_what_is_typed_and_leaves_the_doctor_where_she_is(
    open_page: OpenPage,
) -> None:
    page = open_page("/?lang=es")
    consult(page, "es")
    page.focus("#age")
    page.fill("#age", "61")
    expect(page.locator(".given")).to_contain_text("61 años, mujer")
    expect(page.locator("#stale")).to_be_hidden()
    expect(page.locator("#age")).to_be_focused()


def test_an_answer_shown_anew_stays_as_it_was_left(open_page: OpenPage) -> None:
    page = open_page("/?lang=es")
    page.fill("#obs-systolic_bp_mmhg", "85")
    consult(page, "es")
    parts = [page.locator(f"{part} details") for part in ("[data-flag]", "[data-problem=severity]")]
    for part in parts:
        part.first.locator("summary").click()
    summary = parts[1].first.locator("summary")
    page.fill("#obs-temperature_c", "40,1")
    summary.focus()
    expect(page.locator(".given").first).to_contain_text("40,1")
    for part in parts:
        expect(part.first).to_have_attribute("open", "")
    expect(summary).to_be_focused()
    page.fill("#obs-temperature_c", "40,2")
    page.locator(".ask-next button").first.focus()
    expect(page.locator(".given").first).to_contain_text("40,2")
    expect(page.locator("#answers")).to_be_focused()


def test_a_half_typed_number_is_not_assessed(open_page: OpenPage) -> None:
    page = open_page("/?lang=es")
    consult(page, "es")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.fill("#obs-temperature_c", "3")
    page.wait_for_timeout(1500)
    assert asked == []
    expect(page.locator("#stale")).to_be_visible()
    expect(page.locator("#problems")).to_be_hidden()
    page.fill("#obs-temperature_c", "37")
    expect(page.locator(".given")).to_contain_text("37 °C")


def test_clearing_can_be_undone(open_page: OpenPage) -> None:
    page = open_page("/?lang=es")
    page.fill("#age", "34")
    choose(page, "fiebre")
    page.click("#clear")
    assert page.input_value("#age") == ""
    expect(page.locator("#chosen li")).to_have_count(0)
    page.click("#undo")
    assert page.input_value("#age") == "34"
    expect(page.locator("#chosen .label")).to_have_text("Fiebre")


def test_nothing_is_stored_in_the_browser(open_page: OpenPage) -> None:
    page = open_page("/?lang=es")
    consult(page, "es")
    stored = page.evaluate(
        "async () => [localStorage.length, sessionStorage.length, document.cookie,"
        " (await indexedDB.databases()).length, (await caches.keys()).length]"
    )
    assert stored == [0, 0, "", 0, 0]


@pytest.mark.parametrize("language", ["es", "en"])
def test_red_flags_stand_above_every_answer(open_page: OpenPage, language: str) -> None:
    page = open_page(f"/?lang={language}", PHONE)
    page.fill("#age", "50")
    page.fill("#obs-systolic_bp_mmhg", "85")
    page.click("#ask")
    flag = page.locator("[data-flag=low_pressure]")
    expect(flag.locator(".badge")).to_have_text({"es": "Emergencia", "en": "Emergency"}[language])
    expect(flag).to_contain_text("85\u00a0mmHg")
    assert flag.bounding_box()["y"] < page.locator(".question").first.bounding_box()["y"]  # type: ignore[index]
    flag.locator("summary").click()
    expect(flag).to_contain_text("doi.org/10.1161/CIR.0000000000000901")
    page.fill("#obs-systolic_bp_mmhg", "120")
    page.click("#ask")
    expect(page.locator(".flags")).to_have_count(0)


@pytest.mark.parametrize(("language", "no"), [("es", "No"), ("en", "No")])
def test_a_suggested_question_is_answered_where_it_stands(
    open_page: OpenPage, language: str, no: str
) -> None:
    page = open_page(f"/?lang={language}", LAPTOP)
    consult(page, language)
    asked = page.locator("[data-problem=differential] .ask-next li").first
    label = asked.locator("span").first.inner_text()
    before = page.locator("[data-problem=differential] .option-share strong").all_inner_texts()
    with page.expect_response("**/v1/assessments"):
        asked.get_by_role("button", name=no, exact=True).click()
    expect(page.locator("#chosen .label", has_text=label)).to_be_visible()
    expect(page.locator(".given")).to_contain_text(label)
    after = page.locator("[data-problem=differential] .option-share strong").all_inner_texts()
    assert before != after
    expect(page.locator("[data-problem=differential] .ask-next")).not_to_contain_text(label)
