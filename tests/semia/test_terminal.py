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
