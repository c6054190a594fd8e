"""What a doctor types finds the sign that was meant."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

FIND = """async ([query, language]) => {
  const {index, matches, understood} = await import('/assets/find.js');
  const vocabulary = await (await fetch('/v1/vocabulary')).json();
  const meant = understood(query);
  const found = matches(index(vocabulary.symptoms, language), meant.text);
  return [found.map(({what}) => what.code), meant.absent];
}"""


@pytest.fixture(scope="module")
def page(site: str, browser: Browser) -> Iterator[Page]:
    with browser.new_context() as context:
        opened = context.new_page()
        opened.goto(site)
        yield opened


def find(page: Page, query: str, language: str = "es") -> tuple[list[str], bool]:
    codes, absent = page.evaluate(FIND, [query, language])
    return codes, absent


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("fiebre", "fever"),
        ("FIÉBRE", "fever"),
        ("calentura", "fever"),
        ("cefalea", "headache"),
        ("odinofagia", "sore_throat"),
        ("dolor toracico", "chest_pain"),
        ("pecho dolor", "chest_pain"),
        ("nausea", "nausea"),
        ("náusea", "nausea"),
        ("fibre", "fever"),
        ("disnae", "dyspnea"),
        ("shortness", "dyspnea"),
        ("retro_orbital_pain", "retro_orbital_pain"),
    ],
)
def test_the_first_match_is_the_sign_meant(page: Page, query: str, expected: str) -> None:
    codes, absent = find(page, query.replace("retro_orbital_pain", "detras de los ojos"))
    assert codes[0] == expected
    assert not absent


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("sin fiebre", "fever"),
        ("no tos", "cough"),
        ("niega vómito", "vomiting"),
        ("no tiene fiebre", "fever"),
    ],
)
def test_a_denial_means_absent(page: Page, query: str, expected: str) -> None:
    codes, absent = find(page, query)
    assert (codes[0], absent) == (expected, True)


@pytest.mark.parametrize("query", ["", "   ", "xyzzy", "sin"])
def test_what_means_nothing_finds_nothing(page: Page, query: str) -> None:
    codes, _ = find(page, query)
    assert codes == []


def test_labels_come_before_other_spellings_and_at_most_eight(page: Page) -> None:
    codes, _ = find(page, "dolor")
    assert 3 <= len(codes) <= 8
    assert len(set(codes)) == len(codes)
    english: Any = find(page, "pain", "en")[0]
    assert "retro_orbital_pain" in english
