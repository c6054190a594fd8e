"""What a person sees of long work and of long names."""

import io
from collections.abc import Callable, Sequence

import pytest
from rich.console import Console

from semia.terminal import Terminal

Draw = Callable[[str, Sequence[str], Sequence[Sequence[object]]], str]


def shown_at(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Draw:
    """A function that draws a table on a screen of that many characters, and gives what is seen."""

    def draw(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
        monkeypatch.setenv("COLUMNS", str(width))
        Terminal().table(title, columns, rows)
        return capsys.readouterr().out

    return draw


def test_a_step_that_begins_no_bar_moves_too() -> None:
    terminal, seen = Terminal(), io.StringIO()
    terminal.console = Console(file=seen, force_terminal=True, width=80)
    with terminal.step("Model: severity"):
        pass
    drawn, finished = seen.getvalue().split("✔")
    assert "Model: severity" in drawn
    assert "Model: severity" in finished


def test_the_first_column_stays_whole_on_a_narrow_screen(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    name, meaning = "feat_encounter__differential_antecedents", "a_meaning_without_a_single_blank"
    Terminal().table("", ["feature", "meaning"], [[name, meaning]])
    shown = capsys.readouterr().out
    assert name in shown
    assert "…" not in shown


def test_a_title_longer_than_its_table_stays_on_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    question = "Which of 49 common conditions is it, and how serious is each?"
    Terminal().table(question, ["", "%"], [["Influenza", "75.1%?"]])
    assert question in capsys.readouterr().out.splitlines()


def test_what_a_narrow_screen_has_no_room_for_goes_below_its_table(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    columns = ["feature", "type", "unknown", "5 %", "50 %", "95 %", "meaning"]
    row = ["diastolic_bp_mmhg", "Float64", "25.0%", "0.4233", "0.641", "0.9444"]
    meaning = "Blood pressure between two beats, in mmHg"
    for width, is_below in ((80, True), (120, False)):
        monkeypatch.setenv("COLUMNS", str(width))
        Terminal().table("vitals", columns, [[*row, meaning]])
        shown = capsys.readouterr().out
        assert (f"diastolic_bp_mmhg: {meaning}" in shown) == is_below
        assert meaning in shown
        (figures,) = [line for line in shown.splitlines() if "0.9444" in line]
        assert all(cell in figures for cell in row)


@pytest.mark.parametrize("heads", [["id", "clinic"], ["a" * 30, "b" * 30, "c" * 30]], ids=str)
def test_a_table_without_rows_is_its_heads(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], heads: list[str]
) -> None:
    seen = shown_at(40, monkeypatch, capsys)("", heads, [])
    assert all(head in seen for head in heads)


def test_answers_to_several_questions_stay_side_by_side(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    columns = ["", "red flags", "severity", "arbovirus", "differential", "admission"]
    answers = ["Level 3: urgent 53%?", "Neither of both 39%?", "Upper airway infection 16%?"]
    Terminal().table("", columns, [["a", "", *answers, "Home 78%?"]])
    assert "a: Home" not in capsys.readouterr().out


def test_a_sentence_before_figures_folds_and_the_figures_stay(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    check = "precision of confident single answer upper_respiratory_infection, upper bound"
    columns = ["check", "figure", "must be", "holds"]
    Terminal().table("", columns, [[check, 0.9321, "at least 0.85", True]])
    shown = capsys.readouterr().out
    (figures,) = [line for line in shown.splitlines() if "0.9321" in line]
    assert "at least 0.85" in figures
    assert "yes" in figures
    assert "upper_respiratory_infection," in shown


@pytest.mark.parametrize("width", [40, 60, 80])
@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_nothing_is_ever_cut_off(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], width: int, count: int
) -> None:
    """Each column in turn, and all of them, hold long names or sentences of one letter each."""
    draw = shown_at(width, monkeypatch, capsys)
    letters, heads = "abcdefg"[:count], [str(place) for place in range(count)]
    for of_words in (False, True):
        for long_ones in (*letters, letters):
            row = [letter * (70 if letter in long_ones else 8) for letter in letters]
            if of_words:
                row = [f"{cell[:5]} {cell[5:]}" for cell in row]
            seen = draw("", heads, [row])
            for letter, cell in zip(letters, row, strict=True):
                assert seen.count(letter) >= cell.count(letter), seen
            assert "…" not in seen


def test_a_long_folder_leaves_the_names_beside_it_whole(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    draw, folder = shown_at(80, monkeypatch, capsys), "/" + "f" * 69
    lines = draw("Database", ["what", "value"], [["is running", True], ["folder", folder]])
    assert f"folder: {folder}" in lines.splitlines()
    assert "is running: yes" in lines.splitlines()


def test_a_long_file_name_leaves_the_figures_beside_it_whole(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    draw = shown_at(80, monkeypatch, capsys)
    columns = ["table", "file", "status", "rows", "rejected", "seconds"]
    lines = draw("Landed", columns, [["visits", "f" * 57, "loaded", 123456, 7, 1.5]]).splitlines()
    (first,) = [line for line in lines if "visits" in line]
    assert [cell.strip() for cell in first.split("│")][2:] == ["loaded", "123456", "7", "1.5"]


@pytest.mark.parametrize("firsts", [("–", "+"), ("", "b"), ("a", "a")], ids=str)
def test_a_line_below_is_never_told_by_a_mark(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], firsts: tuple[str, str]
) -> None:
    draw, folder = shown_at(60, monkeypatch, capsys), "f" * 70
    seen = draw("", ["", "what", "seen"], [[first, "home", folder] for first in firsts])
    assert not any(f"{first}: " in seen for first in firsts)
    assert seen.count("f") == 140


def test_brackets_of_two_cells_do_not_pair(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    draw, folder = shown_at(40, monkeypatch, capsys), "f" * 40
    assert f"a[b: {folder}]" in draw("", ["what", "value"], [["a[b", f"{folder}]"]])
