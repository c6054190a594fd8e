"""From another computer the page asks for the clinic's key, and forgets it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from api.access import keys
from api.access.check import key_file
from api.main import create_app
from tests.page.conftest import running
from tests.page.test_accessibility import violations
from tests.support.bundles import make_tiny_bundle
from warehouse.settings import Settings


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Address of a service that asks for keys, and a key."""
    settings = Settings(home=tmp_path, access="keys")
    _, text = keys.issue(key_file(settings), "clinic_a", ["assess"], 1)
    app = create_app(settings, make_tiny_bundle(tmp_path / "bundle"))
    with running(app) as address:
        yield address, text


def test_the_page_asks_for_the_key_and_then_works(
    guarded: tuple[str, str], browser: Browser
) -> None:
    address, key = guarded
    page = browser.new_page()
    page.goto(f"{address}/?lang=es")
    expect(page.locator("#key-form")).to_be_visible()
    expect(page.locator("#problems")).to_contain_text("clave válida")
    assert violations(page) == []
    page.fill("#key", "semia_00000000_wrong")
    page.press("#key", "Enter")
    expect(page.locator("#key-form")).to_be_visible()
    page.fill("#key", key)
    page.press("#key", "Enter")
    page.fill("#age", "34")
    page.click("#ask")
    expect(page.locator(".question")).to_have_count(4)
    expect(page.locator("#key-form")).to_be_hidden()
    stored = "[localStorage.length, sessionStorage.length, document.cookie, location.href]"
    assert page.evaluate(stored) == [0, 0, "", f"{address}/?lang=es"]
    page.reload()
    expect(page.locator("#key-form")).to_be_visible()
    page.close()


@pytest.mark.parametrize(
    "refusal", ['{"message":"Unauthorized"}', "<html>401 Authorization Required</html>"]
)
def test_a_gateway_that_refuses_in_its_own_words_is_understood(
    site: str, browser: Browser, refusal: str
) -> None:
    """As AWS's does with a token that has run out: no problem document; a proxy, no JSON."""
    page = browser.new_page()
    page.route("**/v1/vocabulary", lambda route: route.fulfill(status=401, body=refusal))
    page.goto(f"{site}/?lang=es")
    expect(page.locator("#key-form")).to_be_visible()
    expect(page.locator("#problems")).to_contain_text("clave válida")
    page.close()
