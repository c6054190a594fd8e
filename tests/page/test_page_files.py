"""The files of the page: complete in both languages, nothing from elsewhere, nothing inline."""

import re
from pathlib import Path

from api.bundle.vocabulary import folded

PAGE = Path(__file__).resolve().parents[2] / "api/page"
SCRIPTS = sorted(PAGE.glob("*.js"))
PAGES = sorted(PAGE.glob("*.html"))
WORDS = (PAGE / "words.js").read_text(encoding="utf-8")
NAMES = set(re.findall(r"^  (\w+): \[", WORDS, flags=re.MULTILINE))

# Bold in the tutorial without being words of the page: emphasis, and what the vocabulary brings.
NOT_ON_THE_PAGE = {
    "Las opciones",
    "The options",
    "De qué aprendió",
    "What the model learned from",
    "Temperatura",
    "Temperature",
    "DATOS SINTÉTICOS",
    "SYNTHETIC DATA",
    "Apoya su juicio y no lo sustituye.",
    "It supports your judgement and does not replace it.",
}


def test_no_file_names_another_host() -> None:
    for path in PAGE.iterdir():
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?:|//\w+\.\w+", text), path.name


def test_no_script_or_style_is_inline() -> None:
    for path in PAGES:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", text), path.name


def test_text_is_never_turned_into_markup() -> None:
    forbidden = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(")
    for path in SCRIPTS:
        assert not forbidden.search(path.read_text(encoding="utf-8")), path.name


def test_nothing_is_kept_in_the_browser() -> None:
    forbidden = re.compile(r"localStorage|sessionStorage|indexedDB|document\.cookie|caches\.")
    for path in SCRIPTS:
        assert not forbidden.search(path.read_text(encoding="utf-8")), path.name


def test_every_word_used_exists() -> None:
    used = set()
    for path in [*SCRIPTS, *PAGES]:
        text = path.read_text(encoding="utf-8")
        used |= set(re.findall(r'(?:\bword\("|data-word=")(\w+)"', text))
    assert used
    assert used <= NAMES


def test_every_word_has_two_languages() -> None:
    table = WORDS.partition("let current")[0]
    entries = re.findall(r"^  (\w+): \[(.*?)\],$", table, flags=re.MULTILINE | re.DOTALL)
    assert {name for name, _ in entries} == set(re.findall(r"^  (\w+): \[", table, flags=re.M))
    for name, pair in entries:
        assert len(re.findall(r'"(?:[^"\\]|\\.)*"', pair)) == 2, name


def test_the_tutorial_names_what_the_page_shows() -> None:
    tutorial = (PAGE.parents[1] / "docs/tutorial.md").read_text(encoding="utf-8")
    shown = {
        text for pair in re.findall(r"\[(.*?)\],\n", WORDS, re.DOTALL) for text in _texts(pair)
    }
    steps = tutorial.partition("## 2.")[2].replace("\n", " ")
    named = {name for name in re.findall(r"\*\*([^*]+)\*\*", steps) if name[0].isupper()}
    assert len(named) > 15
    missing = {n for n in named if not any(text.lower().startswith(n.lower()) for text in shown)}
    assert missing <= NOT_ON_THE_PAGE


def test_what_the_tutorial_types_is_in_the_vocabulary() -> None:
    tutorial = (PAGE.parents[1] / "docs/tutorial.md").read_text(encoding="utf-8")
    seed = PAGE.parents[1] / "dbt_project/seeds/vocabulary/symptoms.csv"
    known = folded(seed.read_text(encoding="utf-8"))
    steps = "".join(part.partition("## 3.")[0] for part in tutorial.split("## 2.")[1:])
    typed = [word for word in re.findall(r"`([^`]+)`", steps) if not word[0].isdigit()]
    assert len(typed) == 8
    for word in typed:
        assert folded(re.sub("^(sin|no) ", "", word)) in known, word


def _texts(pair: str) -> list[str]:
    return re.findall(r'"((?:[^"\\]|\\.)*)"', pair)
