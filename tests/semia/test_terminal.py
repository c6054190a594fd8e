"""What a person sees of long work and of long names."""

import io

import pytest
from rich.console import Console

from semia.terminal import Terminal


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


def test_a_table_without_rows_is_its_heads(capsys: pytest.CaptureFixture[str]) -> None:
    Terminal().table("Keys", ["id", "clinic"], [])
    assert "clinic" in capsys.readouterr().out


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
