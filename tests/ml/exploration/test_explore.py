"""The whole exploration on the small warehouse: one file, every part, the answer found."""

import re

import pytest

from ml.explore import Explored, explore
from ml.problems import get_problem
from warehouse.settings import Settings

pytestmark = [pytest.mark.database, pytest.mark.slow]


@pytest.fixture(scope="module")
def explored(built: Settings, tmp_path_factory: pytest.TempPathFactory) -> tuple[Explored, str]:
    from feature_repo import store

    store.apply(built)
    # What is decided here must not reach the models that other tests train.
    found = explore("arbovirus", built)
    page = built.home / "exploration/arbovirus.html"
    text = page.read_text(encoding="utf-8")
    for path in (built.home / "exploration").iterdir():
        path.replace(tmp_path_factory.mktemp("explored") / path.name)
    return found, text


def test_the_report_is_one_file_that_needs_nothing_else(explored: tuple[Explored, str]) -> None:
    page = explored[1]
    assert not re.search(r"<script|<link|https?://|src='(?!data:)", page)
    assert page.count("<img") == page.count("src='data:image/png;base64,") > 6
    assert not re.search(r"<img[^>]*alt=''", page)
    for part in ("Cohort", "Class balance", "unknown", "Distributions", "Principal components"):
        assert f"{part}" in page
    assert "alt='Encounters after each step'" in page
    assert "SYNTHETIC" in page


def test_no_count_of_one_to_nine_is_printed(explored: tuple[Explored, str]) -> None:
    cohort = explored[1].split("<h2>Cohort</h2>")[1].split("<h2>What is unknown")[0]
    counts = re.findall(r"<td>(\d[\d,]*)</td>", cohort)
    assert counts
    assert [count for count in counts if 0 < int(count.replace(",", "")) < 10] == []


def test_the_answer_itself_is_flagged_where_it_landed(explored: tuple[Explored, str]) -> None:
    flagged = {one.column: one for one in explored[0].suspects}
    assert "answer" in flagged["classi_fin"].reasons
    assert flagged["classi_fin"].share > 0.99


def test_what_is_declared_a_leak_and_not_flagged_is_said(explored: tuple[Explored, str]) -> None:
    source = "sinan_arbovirus"
    declared = {(source, name) for name in get_problem("arbovirus").leaks[source]}
    flagged = {(one.source, one.column) for one in explored[0].suspects}
    assert declared <= flagged | set(explored[0].unflagged)
    for one, column in explored[0].unflagged:
        assert (one, column) not in flagged
        assert column in explored[1]


def test_no_feature_gives_the_answer_away(explored: tuple[Explored, str]) -> None:
    assert [why for why in explored[0].left_out.values() if "answer" in why] == []
