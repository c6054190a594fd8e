"""Trouble as a person meets it: one line, one JSON object, exit code 1, nothing half done."""

import errno
import io
import json
import socket
import sqlite3
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from types import SimpleNamespace

import psycopg
import pytest
from sqlalchemy.exc import OperationalError

from ml.governance.gate import Decision
from ml.problems import PROBLEMS
from semia import cli, data, data_commands, model_commands
from semia.terminal import Terminal
from semia.up import Remembered, _models, only_one
from tests.semia.conftest import typed
from tests.support.bundles import make_tiny_bundle
from tests.warehouse.conftest import Notes
from warehouse.building import transform
from warehouse.errors import (
    BadFile,
    DatabaseAway,
    DatabaseRefused,
    DiskFull,
    GateRefused,
    SemiaError,
    WrongSetting,
)
from warehouse.progress import Silent
from warehouse.settings import Settings


def raised_from(cause: Exception) -> Exception:
    """An error as a library gives it on: its own, caused by `cause`."""
    try:
        raise RuntimeError("wrapped") from cause
    except RuntimeError as error:
        return error


@pytest.mark.parametrize(
    ("error", "ours"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/a/b"), DiskFull),
        (FileExistsError(errno.EEXIST, "File exists", "/a/b"), WrongSetting),
        (psycopg.OperationalError("server closed the connection unexpectedly"), DatabaseAway),
        (psycopg.errors.UndefinedTable('relation "features.x" does not exist'), DatabaseRefused),
        (sqlite3.OperationalError("database or disk is full"), DiskFull),
        (BadFile("not wrapped by us"), BadFile),
    ],
)
def test_what_computer_and_database_say_is_one_of_our_errors(
    error: Exception, ours: type[SemiaError]
) -> None:
    for met in (error, raised_from(error)):
        known = cli.explained(met)
        assert type(known) is ours
        assert known.next_step or ours is BadFile
        assert ("semia build" in known.next_step) == (ours is DatabaseRefused)


def test_a_fault_of_our_own_is_not_explained_away() -> None:
    assert cli.explained(ZeroDivisionError()) is None
    assert cli.explained(OperationalError("select", {}, Exception())) is None


@pytest.mark.parametrize(
    "words", [("up", "--prepare-only"), ("land", "ktas"), ("synthesise", "ktas")]
)
def test_a_home_that_is_a_file_is_one_line(
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
) -> None:
    home.write_text("not a folder")
    assert typed(monkeypatch, *words, "--json") == 1
    told = capsys.readouterr()
    assert str(home) in json.loads(told.out)["where"]
    assert len(told.err.strip().splitlines()) == 1


def test_wrong_usage_is_json_too_where_json_was_asked_for(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed(monkeypatch, "synthesise", "--rows", "0", "--json") == 2
    told = capsys.readouterr()
    assert json.loads(told.out)["error"] == "wrong usage"
    assert "--rows" in told.err


@pytest.mark.parametrize(
    ("errors", "shown"), [("strict", b"Espa?a"), ("backslashreplace", b"Espa\\xf1a")]
)
def test_a_screen_without_accents_is_answered_all_the_same(
    home: Path, monkeypatch: pytest.MonkeyPatch, errors: str, shown: bytes
) -> None:
    written = io.BytesIO()
    stream = io.TextIOWrapper(written, encoding="ascii", errors=errors)
    monkeypatch.setattr(sys, "stderr", stream)
    assert typed(monkeypatch, "land", "dengue_en_España") == 1
    sys.stderr.flush()
    assert b"dengue_en_" + shown in written.getvalue()


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
@pytest.mark.parametrize("name", ["José", "발열", "not UTF-8: \udcff"], ids=ascii)
def test_json_is_whole_in_any_encoding(
    home: Path, monkeypatch: pytest.MonkeyPatch, encoding: str, name: str
) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding=encoding))
    assert typed(monkeypatch, "restore", name, "--json") == 1
    sys.stdout.flush()
    told = written.getvalue().decode("utf-8")
    assert name in json.loads(told)["where"]
    assert told.isascii() == (encoding != "utf-8" or "\udcff" in name)


def test_ctrl_c_says_that_nothing_is_lost(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def pressed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(data, "synthesise", pressed)
    assert typed(monkeypatch, "synthesise", "ktas") == 130
    assert "type the same command to go on" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command", ["land", "train", "gate", "promote", "retrain", "explore", "search"]
)
def test_a_wrong_name_is_refused_before_a_database_is_made(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    assert typed(monkeypatch, command, "nothing_like_it", "--json") == 1
    assert "nothing_like_it" in json.loads(capsys.readouterr().out)["error"]
    assert not (home / "postgres").exists()


def test_a_folder_that_is_no_backup_is_refused_before_a_database_is_made(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed(monkeypatch, "restore", str(home / "nothing"), "--json") == 1
    assert str(home / "nothing") in json.loads(capsys.readouterr().out)["where"]
    assert not (home / "postgres").exists()


def test_a_refused_challenger_is_one_object_and_exit_one(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(problem: str, *_: object) -> Decision:
        return Decision(problem, "2", "1", False, "worse", (), "hash", "2026-01-01T00:00:00Z")

    monkeypatch.setattr("ml.governance.gate.decide", refuse)
    monkeypatch.setattr(model_commands, "ready", lambda _: Settings(home=home))
    assert typed(monkeypatch, "gate", "severity", "--json") == 1
    told = capsys.readouterr()
    assert json.loads(told.out)["decisions"][0]["accepted"] is False
    assert "the champion goes on serving" in told.err


def test_up_tells_of_a_challenger_that_was_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    refused = Decision("severity", "2", "1", False, "it fails: ece", (), "", "2026-01-01")
    monkeypatch.setattr("semia.up.PROBLEMS", ["severity"])
    monkeypatch.setattr("semia.up.retrain.retrain", lambda *_, **__: SimpleNamespace(trained=True))
    monkeypatch.setattr("ml.cohort.dataset.load", lambda *_: None)
    monkeypatch.setattr("ml.governance.gate.decide", lambda *_: refused)
    monkeypatch.setattr("ml.export.champions.export", lambda *_: None)
    settings = Settings(home=tmp_path, offline=True)
    _models(settings, Terminal(), Remembered(tmp_path / "up.json"), quick=False)
    told = capsys.readouterr().err
    assert "severity: not promoted, it fails: ece; see semia gate severity" in told


def test_with_go_on_a_refusal_is_told_and_the_others_go_on(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(problem: str, *_: object) -> Decision:
        refused = problem == "severity"
        return Decision(problem, "2", "1", not refused, "", (), "hash", "2026-01-01T00:00:00Z")

    def promoted(problem: str, *_: object) -> str:
        if problem == "severity":
            raise GateRefused("version 2 of severity has not passed the gate")
        return "2"

    monkeypatch.setattr("ml.governance.gate.decide", refuse)
    monkeypatch.setattr("ml.governance.promote.promote", promoted)
    monkeypatch.setattr(model_commands, "ready", lambda _: Settings(home=home))
    assert typed(monkeypatch, "gate", "--go-on", "--json") == 0
    assert "champion of severity" in capsys.readouterr().err
    assert typed(monkeypatch, "promote", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told["champions"]) == set(PROBLEMS) - {"severity"}
    assert set(told["refused"]) == {"severity"}
    assert typed(monkeypatch, "promote", "severity", "--json") == 1


def test_building_before_anything_is_landed_says_what_comes_first(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(data_commands, "ready", lambda _: Settings(home=home))
    monkeypatch.setattr("warehouse.building.transform.landed_tables", lambda _: {"ktas_visits"})
    assert typed(monkeypatch, "build", "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert "yale_triage" in told["error"]
    assert "semia land" in told["next"]


def test_a_database_that_went_away_is_not_blamed_on_a_model(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dbt_fails(*_: object) -> int:
        monkeypatch.setattr(transform, "connect", gone)
        return 1

    def gone(*_: object) -> None:
        raise DatabaseAway("The database does not answer", next_step="semia up")

    monkeypatch.setattr(transform, "connect", lambda *_: io.StringIO())
    monkeypatch.setattr(transform, "_listen", dbt_fails)
    with pytest.raises(DatabaseAway):
        transform.build(Settings(home=home))


@pytest.mark.parametrize("command", [("up",), ("serve",)])
def test_a_taken_port_is_said_before_any_work(
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: tuple[str, ...],
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("SEMIA_PORT", str(taken.getsockname()[1]))
        assert typed(monkeypatch, *command) == 1
    told = capsys.readouterr().err.strip()
    assert "SEMIA_PORT" in told
    assert len(told.splitlines()) == 1
    assert not home.exists()


def test_serving_without_a_bundle_says_what_makes_one(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        monkeypatch.setenv("SEMIA_PORT", str(free.getsockname()[1]))
    assert typed(monkeypatch, "serve") == 1
    assert "Next: semia" in capsys.readouterr().err


def test_a_home_written_with_a_tilde_is_the_persons_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ana")
    settings = Settings(home=Path("~/semia"), data_dir=Path("~/files"))
    assert settings.home == Path("/home/ana/semia")
    assert settings.data_dir == Path("/home/ana/files")


def test_a_second_up_waits_for_the_first(tmp_path: Path) -> None:
    began, told = Event(), Notes()

    def second() -> None:
        with only_one(tmp_path, told):
            began.set()

    with ThreadPoolExecutor(1) as pool:
        with only_one(tmp_path, Silent()):
            waiting = pool.submit(second)
            assert not began.wait(0.3)
        waiting.result(timeout=10)
    assert "another semia up" in told.notes[0]


def test_a_log_that_cannot_be_written_is_named_by_its_place(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SEMIA_BUNDLE", str(make_tiny_bundle(home.parent / "bundle").folder))
    home.mkdir()
    (home / "spool").write_text("a file where a folder is wanted")
    (home.parent / "one.json").write_text('{"age_years": 30}')
    assert typed(monkeypatch, "predict", "one.json") == 1
    told = capsys.readouterr().err
    assert str(home / "spool") in told
    assert len(told.strip().splitlines()) == 1
