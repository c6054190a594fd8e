"""Which answers await a doctor's word: a list on the page, from which two taps give it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from api.log.entries import SpooledLog
from api.main import create_app
from tests.page.conftest import LAPTOP, NARROWEST, OpenPage, running
from tests.page.test_accessibility import violations
from tests.support.bundles import make_tiny_bundle
from warehouse.connection import connect
from warehouse.postgres import schema
from warehouse.settings import Settings

ASKED = {"age_years": 34, "evidence": [{"code": "fever", "state": "present"}]}
SAID = {
    "es": {
        "none": "No hay ninguna pendiente",
        "database": "Esta lista necesita una base de datos",
        "noted": "Anotado: Dengue",
        "confirm": "Confirmar: Dengue",
        "more": "Otras poco antes: 2",
        "shown": "En la lista: 2",
        "correct": "Corregir",
        "earlier": "Ver anteriores",
    },
    "en": {
        "none": "None awaits confirmation",
        "database": "This list needs a database",
        "noted": "Noted: Dengue",
        "confirm": "Confirm: Dengue",
        "more": "Others shortly before: 2",
        "shown": "In the list: 2",
        "correct": "Correct it",
        "earlier": "Show earlier ones",
    },
}
BY_LANGUAGE = pytest.mark.parametrize("language", ["es", "en"])


@dataclass(frozen=True)
class Kept:
    """A service over a database: where it is, and what its log holds."""

    address: str
    settings: Settings
    log: SpooledLog

    def ask(self, count: int) -> list[str]:
        """So many assessments, in the database; their ids, the newest first."""
        address = f"{self.address}/v1/assessments"
        names = [httpx.post(address, json=ASKED).json()["id"] for _ in range(count)]
        self.log.carry()
        return names[::-1]

    def spread(self, minutes: int = 10) -> None:
        """Set all that was asked so far so many minutes apart; patients are ten."""
        with connect("semia_owner", self.settings) as owner:
            owner.execute(
                "update serving.assessments as a set created_at = created_at - later.by_now from ("
                " select assessment_id, row_number() over (order by created_at desc)"
                " * make_interval(mins => %s) as by_now from serving.assessments) as later"
                " where a.assessment_id = later.assessment_id",
                (minutes,),
            )

    def words(self) -> list[tuple[Any, ...]]:
        """What was said: assessment, question, verdict and answer, in order."""
        self.log.carry()
        with connect("semia_owner", self.settings) as owner:
            return owner.execute(
                "select assessment_id::text, problem, verdict, answer_code"
                " from serving.feedback order by created_at"
            ).fetchall()


@pytest.fixture
def kept(database: Settings, tmp_path: Path) -> Iterator[Kept]:
    schema.prepare(database)
    _empty(database)
    log = SpooledLog(database)
    log.spool = type(log.spool)(tmp_path / "spool")
    app = create_app(database, make_tiny_bundle(tmp_path / "bundle"), log)
    with running(app) as address:
        yield Kept(address, database, log)
    _empty(database)


def _empty(settings: Settings) -> None:
    with connect("semia_owner", settings) as owner:
        owner.execute("truncate serving.assessments, serving.feedback, serving.audit_chain")


OpenList = Callable[..., Page]


@pytest.fixture
def open_list(kept: Kept, browser: Browser) -> Iterator[OpenList]:
    """The page of the service over a database, with the list unfolded."""
    pages: list[Page] = []

    def opened(
        language: str = "es", viewport: ViewportSize = LAPTOP, scheme: str = "light"
    ) -> Page:
        page = browser.new_page(viewport=viewport, color_scheme=scheme)  # type: ignore[arg-type]
        pages.append(page)
        page.goto(f"{kept.address}/?lang={language}")
        page.locator("#find").wait_for()
        page.focus("#awaiting-part > summary")
        page.keyboard.press("Enter")
        return page

    yield opened
    for page in pages:
        page.close()


@pytest.mark.database
@pytest.mark.parametrize(
    ("language", "viewport", "scheme"),
    [("es", NARROWEST, "dark"), ("en", LAPTOP, "light")],
    ids=["es-320-dark", "en"],
)
def test_two_taps_say_what_it_turned_out_to_be(
    kept: Kept, open_list: OpenList, language: str, viewport: ViewportSize, scheme: str
) -> None:
    newest, _ = kept.ask(2)
    kept.spread()
    page, said = open_list(language, viewport, scheme), SAID[language]
    rows = page.locator("#awaiting-list > li")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text(newest[:8])
    expect(page.locator("#spoken")).to_have_text(said["shown"])
    assert violations(page) == []
    rows.first.get_by_role("button", name="Dengue", exact=True).click()
    rows.first.get_by_role("button", name=said["confirm"]).click()
    expect(rows.first.locator(".noted")).to_have_text(said["noted"])
    expect(rows.first.get_by_role("button", name=said["correct"])).to_be_focused()
    assert kept.words() == [(newest, "arbovirus", "confirmed", "dengue")]
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    page.locator("#awaiting-part > summary").click()
    page.locator("#awaiting-part > summary").click()
    expect(rows).to_have_count(1)


@pytest.mark.database
def test_a_word_can_be_corrected_by_keyboard_alone(kept: Kept, open_list: OpenList) -> None:
    (name,) = kept.ask(1)
    page = open_list("es")
    page.locator("#awaiting-list .chip").first.focus()
    for key in ("Enter", "Tab", "Tab", "Tab", "Enter"):
        page.keyboard.press(key)
    expect(page.locator(".noted")).to_have_text("Anotado: Dengue")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    for key in ("Enter", "Tab", "Tab", "Enter"):
        page.keyboard.press(key)
    expect(page.locator(".noted")).to_have_text("Anotado: Chikunguña")
    assert [word[3] for word in kept.words()] == ["dengue", "chikungunya"]
    assert {word[0] for word in kept.words()} == {name}


@pytest.mark.database
@BY_LANGUAGE
def test_answers_that_followed_one_another_are_one_visit(
    kept: Kept, open_list: OpenList, language: str
) -> None:
    newest, *before = kept.ask(3)
    page = open_list(language)
    rows = page.locator("#awaiting-list > li")
    expect(rows).to_have_count(1)
    expect(rows.first.locator(".when").first).to_contain_text(newest[:8])
    page.get_by_text(SAID[language]["more"]).click()
    folded = rows.first.locator("details .when")
    assert [text[-8:] for text in folded.all_text_contents()] == [name[:8] for name in before]
    assert violations(page) == []


@pytest.mark.database
def test_a_steady_flow_of_patients_is_not_one_visit(kept: Kept, open_list: OpenList) -> None:
    names = kept.ask(5)
    kept.spread(minutes=2)
    page = open_list()
    rows = page.locator("#awaiting-list > li")
    expect(rows).to_have_count(3)
    together = [
        [text[-8:] for text in row.locator(".when").all_text_contents()] for row in rows.all()
    ]
    assert together == [[name[:8] for name in names[at : at + 2]] for at in (0, 2, 4)]


@pytest.mark.database
@BY_LANGUAGE
def test_a_long_list_comes_in_pages_and_by_question(
    kept: Kept, open_list: OpenList, language: str
) -> None:
    names = kept.ask(12)
    kept.spread()
    page, said = open_list(language, NARROWEST), SAID[language]
    rows = page.locator("#awaiting-list > li")
    expect(rows).to_have_count(10)
    page.get_by_role("button", name=said["earlier"]).click()
    expect(rows).to_have_count(12)
    expect(page.get_by_role("button", name=said["earlier"])).to_have_count(0)
    page.select_option("#awaiting-problem", "differential")
    expect(rows).to_have_count(10)
    choose = rows.first.locator("select")
    choose.select_option(index=1)
    picked = choose.evaluate("field => field.value")
    rows.first.locator("button.main").click()
    expect(rows.first.locator(".noted")).to_be_visible()
    assert kept.words() == [(names[0], "differential", "confirmed", picked)]
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROWEST["width"]


@pytest.mark.database
@BY_LANGUAGE
def test_an_empty_list_says_so(open_list: OpenList, language: str) -> None:
    page = open_list(language)
    expect(page.locator("#awaiting")).to_contain_text(SAID[language]["none"])
    assert violations(page) == []


@BY_LANGUAGE
def test_without_a_database_it_says_why_there_is_no_list(
    open_page: OpenPage, language: str
) -> None:
    page = open_page(f"/?lang={language}", NARROWEST)
    page.locator("#find").wait_for()
    page.locator("#awaiting-part > summary").click()
    expect(page.locator("#awaiting")).to_contain_text(SAID[language]["database"])
    expect(page.locator("#awaiting")).to_contain_text("semia up")
    expect(page.locator("#awaiting-problem, #awaiting-list")).to_have_count(0)
    assert violations(page) == []


def test_without_models_there_is_nothing_to_ask_of(open_page: OpenPage) -> None:
    page = open_page("/?lang=es")
    expect(page.locator("#awaiting-card")).to_be_visible()
    page.route("**/v1/models", lambda route: route.fulfill(json={"models": []}))
    with page.expect_response("**/v1/models"):
        page.reload()
    page.locator("#find").wait_for()
    expect(page.locator("#awaiting-card")).to_be_hidden()
    assert violations(page) == []


def test_the_reference_of_an_answer_is_on_screen_on_paper_and_in_the_copy(
    open_page: OpenPage,
) -> None:
    page = open_page("/?lang=es")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.fill("#age", "34")
    with page.expect_response("**/v1/assessments") as told:
        page.click("#ask")
    name = f"Referencia {told.value.json()['id'][:8]}"
    expect(page.locator(".answer-head")).to_contain_text(name)
    page.get_by_role("button", name="Copiar").click()
    expect(page.locator("#spoken")).to_contain_text("Copiado")
    assert name in page.evaluate("navigator.clipboard.readText()")
    page.emulate_media(media="print")
    expect(page.locator(".answer-head")).to_contain_text(name)
    expect(page.locator("#awaiting-card")).to_be_hidden()
