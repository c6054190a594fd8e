"""`semia assess`: a file of patients from the terminal, as a table or a line for a line."""

import csv
import json
from pathlib import Path

import pytest

from semia.batch_commands import MOST_SHOWN
from tests.semia.conftest import typed
from tests.support.bundles import make_tiny_bundle

PATIENTS = "id,age_years,fever,oxygen_saturation_pct\nbed 1,34,present,\nbed 2,70,,84\nbed 3,x,,\n"


@pytest.fixture
def folder(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the files lie, with a bundle to answer from."""
    monkeypatch.setenv("SEMIA_BUNDLE", str(make_tiny_bundle(home.parent / "bundle").folder))
    monkeypatch.setenv("SEMIA_LANGUAGE", "en")
    monkeypatch.setenv("COLUMNS", "200")
    (home.parent / "patients.csv").write_text(PATIENTS)
    return home.parent


def test_a_small_file_is_a_table(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed(monkeypatch, "assess", "patients.csv") == 0
    told = capsys.readouterr()
    table = told.out.splitlines()
    said = {name: next(line for line in table if name in line) for name in ("bed 1", "bed 2")}
    assert "%" in said["bed 1"]
    assert "Oxygen saturation" in said["bed 2"]
    assert "bed 3" not in told.out
    assert "bed 3 is refused: age_years: It must be a number." in told.err
    assert "learned from made-up patients" in told.err


@pytest.mark.parametrize(
    ("language", "heads", "refused"),
    [
        ("es", ["señales de alarma", "¿Qué tan grave es?"], "bed 3 no se puede valorar:"),
        ("en", ["red flags", "How badly ill?"], "bed 3 is refused:"),
    ],
)
def test_a_table_is_headed_in_the_language_of_its_answers(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    language: str,
    heads: list[str],
    refused: str,
) -> None:
    monkeypatch.setenv("SEMIA_LANGUAGE", language)
    monkeypatch.setenv("COLUMNS", "400")
    assert typed(monkeypatch, "assess", "patients.csv") == 0
    told = capsys.readouterr()
    (head,) = [line for line in told.out.splitlines() if heads[0] in line]
    assert [one for one in heads if one in head] == heads
    assert "severity" not in head
    assert refused in told.err


@pytest.mark.parametrize("name", ["answers.csv", "answers.ndjson"])
def test_the_answers_go_to_a_file_a_line_for_a_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert typed(monkeypatch, "assess", "patients.csv", "--to", name, "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"patients": 3, "to": name}
    text = (folder / name).read_text()
    if name.endswith(".csv"):
        rows = list(csv.DictReader(text.splitlines()))
        assert [row["id"] for row in rows] == ["bed 1", "bed 2", "bed 3"]
        assert [row["refused"] for row in rows] == ["", "", "age_years: It must be a number."]
    else:
        lines = [json.loads(line) for line in text.splitlines()]
        assert ["refused" in line for line in lines] == [False, False, True]
        assert any(one["reasons_for"] for one in lines[0]["assessment"]["answers"])


def test_each_assessment_is_kept_in_the_log(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert typed(monkeypatch, "assess", "patients.csv", "--to", "answers.csv") == 0
    (segment,) = (folder / "home" / "spool").glob("*.ndjson")
    kept = [json.loads(line)["row"] for line in segment.read_text().splitlines()]
    rows = list(csv.DictReader((folder / "answers.csv").read_text().splitlines()))
    assert [row["assessment_id"] for row in kept] == [row["assessment_id"] for row in rows[:2]]


def test_a_patient_who_is_named_is_answered_with_the_database_away(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = {"age_years": 70, "patient": {"source": "north", "identifier": "CC 1"}}
    (folder / "named.ndjson").write_text(json.dumps(named) + '\n{"age_years": 3}\n')
    assert typed(monkeypatch, "assess", "named.ndjson", "--to", "answers.ndjson") == 0
    answered = [json.loads(line) for line in (folder / "answers.ndjson").read_text().splitlines()]
    histories = [one["assessment"]["history"] for one in answered]
    assert histories[0]["status"] == "away"
    assert histories[1] is None


def test_too_many_for_the_screen_are_asked_to_go_to_a_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "many.ndjson").write_text('{"age_years": 3}\n' * (MOST_SHOWN + 1))
    assert typed(monkeypatch, "assess", "many.ndjson") == 1
    assert "--to answers.csv" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", "id,age_years,fever\n"])
def test_a_file_without_a_patient_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    (folder / "patients.csv").write_text(text)
    assert typed(monkeypatch, "assess", "patients.csv") == 1
    assert "no patient in the file [patients.csv]" in capsys.readouterr().err


def test_another_kind_of_file_is_refused_in_one_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed(monkeypatch, "assess", "patients.xlsx") == 1
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
    assert typed(monkeypatch, "assess", "missing.csv") == 1
    assert "missing.csv" in capsys.readouterr().err
