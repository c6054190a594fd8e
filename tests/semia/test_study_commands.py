"""What the commands that study data say beside their tables."""

from pathlib import Path

import pytest

from ml.exploration.leakage import REASONS, Suspect
from ml.explore import Explored
from semia import study_commands
from warehouse.settings import Settings


def said(
    suspects: list[Suspect],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> str:
    found = Explored("arbovirus", "report.html", "out.json", 100, {}, suspects, [])
    monkeypatch.setattr(study_commands, "ready", lambda _: Settings(home=tmp_path))
    monkeypatch.setattr("ml.explore.explore", lambda *_: found)
    study_commands.explore("arbovirus")
    return capsys.readouterr().err


def test_the_words_held_against_columns_are_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    suspects = [
        Suspect("sinan_arbovirus", "cs_raca", ("adds", "where"), 0.6, 0.1, 0.01, 1e-9),
        Suspect("sinan_arbovirus", "febre", ("filled",), 0.6, 0.1),
    ]
    told = said(suspects, tmp_path, monkeypatch, capsys)
    for reason in ("adds", "where", "filled"):
        assert f"{reason}: {REASONS[reason]}" in told
    assert "when: " not in told
    assert "0.5 is guessing" in told


def test_without_a_suspect_there_is_nothing_to_explain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = said([], tmp_path, monkeypatch, capsys)
    assert "guessing" not in told
    assert "out.json" in told
