"""The command line as a person meets it: exit codes, one-line errors, JSON."""

import json
from pathlib import Path

import pytest

from semia import data
from semia.terminal import Terminal
from semia.up import Remembered
from tests.semia.conftest import typed
from tests.support.bundles import make_tiny_bundle
from warehouse.errors import BadFile
from warehouse.postgres import server
from warehouse.progress import Silent
from warehouse.settings import Settings
from warehouse.sources.registry import SOURCES, get_source


@pytest.mark.parametrize("group", [(), ("key",), ("replicate",), ("features",), ("source",)])
def test_the_list_of_commands_is_not_cut_short_on_a_narrow_screen(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], group: tuple[str, ...]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert typed(monkeypatch, *group, "--help") == 0
    commands = capsys.readouterr().out.split("Commands:")[1]
    assert commands.strip()
    assert "..." not in commands


def test_an_unknown_source_is_one_line_with_the_nearest_name(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed(monkeypatch, "synthesise", "ktass") == 1
    told = capsys.readouterr().err.strip()
    assert "ktass" in told
    assert "ktas" in told.replace("ktass", "")
    assert len(told.splitlines()) == 1


def test_a_wrong_option_is_wrong_usage(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed(monkeypatch, "synthesise", "--shift", "7") == 2
    assert "--shift" in capsys.readouterr().err


def test_a_setting_that_makes_no_sense_is_named(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SEMIA_PORT", "many")
    assert typed(monkeypatch, "status") == 1
    assert "SEMIA_PORT" in capsys.readouterr().err


def test_an_error_under_json_is_one_object_too(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed(monkeypatch, "synthesise", "nothing_like_it", "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {"error", "where", "next"}
    assert "nothing_like_it" in told["error"]


def test_predict_without_a_bundle_says_which_command_makes_one(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    request = home.parent / "request.json"
    request.write_text('{"age_years": 40}')
    assert typed(monkeypatch, "predict", str(request)) == 1
    assert "semia" in capsys.readouterr().err


def test_predict_says_the_dangers_and_that_the_models_learned_from_nobody(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SEMIA_BUNDLE", str(make_tiny_bundle(home.parent / "bundle").folder))
    request = home.parent / "request.json"
    request.write_text(
        '{"age_years": 70, "language": "en", "observations": {"oxygen_saturation_pct": 84}}'
    )
    assert typed(monkeypatch, "predict", str(request)) == 0
    told = capsys.readouterr()
    assert "Oxygen saturation under 90 %. Give oxygen" in told.err
    assert told.err.count("SYNTHETIC") == 1
    assert "%?" in told.out


def test_predict_of_a_file_that_is_not_json_names_the_file(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    request = home.parent / "request.json"
    request.write_text("{not json")
    assert typed(monkeypatch, "predict", str(request)) == 1
    assert "request.json" in capsys.readouterr().err


def test_synthesise_writes_the_published_files(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed(monkeypatch, "synthesise", "ktas", "--rows", "50", "--json") == 0
    folder = Path(json.loads(capsys.readouterr().out)["synthesised"]["ktas"])
    lines = (folder / "data.csv").read_bytes().splitlines()
    assert len(lines) == 51


def test_a_setting_with_a_slip_of_the_pen_is_named(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SEMIA_DATADIR", "/data")
    monkeypatch.setenv("SEMIA_DBT_PORT", "1")
    (home.parent / ".env").write_text("SEMIA_PORTT=1\nSEMIA_PORT=8001\n")
    assert typed(monkeypatch, "doctor", "--json") == 1
    findings = {f["what"]: f for f in json.loads(capsys.readouterr().out)["findings"]}
    assert not findings["names of settings"]["is_well"]
    assert findings["names of settings"]["advice"] == (
        "write SEMIA_DATA_DIR for SEMIA_DATADIR; write SEMIA_PORT for SEMIA_PORTT"
    )


def test_doctor_says_what_is_missing_and_exits_one(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed(monkeypatch, "doctor", "--json") == 1
    findings = {f["what"]: f for f in json.loads(capsys.readouterr().out)["findings"]}
    assert findings["Python 3.11 or 3.12"]["is_well"]
    assert not findings["database"]["is_well"]
    assert "semia" in findings["bundle"]["advice"]


@pytest.mark.parametrize(
    ("port", "told"), [(5432, "the database is stopped"), (0, "nothing is in")]
)
def test_status_tells_a_stopped_database_from_an_empty_home(
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    port: int,
    told: str,
) -> None:
    found = server.Server("127.0.0.1", port, home / "postgres", is_running=False)
    monkeypatch.setattr(server, "status", lambda _: found)
    assert typed(monkeypatch, "status") == 0
    assert told in capsys.readouterr().err


def test_status_says_why_no_model_answers(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = make_tiny_bundle(home / "bundle").folder
    assert typed(monkeypatch, "status") == 0
    assert "manifest" not in capsys.readouterr().err
    (bundle / "manifest.json").write_text("{}")
    assert typed(monkeypatch, "status") == 0
    assert str(bundle / "manifest.json") in capsys.readouterr().err


@pytest.mark.parametrize("place", ["", "below/it"])
def test_doctor_says_where_nothing_can_be_written(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    # A file where a folder is wanted: not even root may write below it.
    (home.parent / "taken").write_text("")
    monkeypatch.setenv("SEMIA_HOME", str(home.parent / "taken" / place))
    assert typed(monkeypatch, "doctor", "--json") == 1
    findings = {f["what"]: f for f in json.loads(capsys.readouterr().out)["findings"]}
    assert not findings["SEMIA_HOME"]["is_well"]
    assert "taken" in findings["SEMIA_HOME"]["seen"]
    monkeypatch.setenv("SEMIA_HOME", str(home))
    typed(monkeypatch, "doctor", "--json")
    findings = {f["what"]: f for f in json.loads(capsys.readouterr().out)["findings"]}
    assert findings["SEMIA_HOME"]["is_well"]


def test_the_persons_files_win_over_synthetic_ones(home: Path, tmp_path: Path) -> None:
    source = get_source("ktas")
    theirs = tmp_path / "files"
    (theirs / "ktas").mkdir(parents=True)
    source.synthesise(theirs / "ktas", 20, 1, 0.0)
    settings = Settings(home=home, data_dir=theirs, offline=True)
    assert data.supply(source, settings, Silent(), network=False).origin == "public"
    assert (
        data.supply(source, Settings(home=home, data_dir=None), Silent(), network=False).origin
        == "synthetic"
    )


def test_synthetic_files_are_written_again_only_when_the_recipe_changes(home: Path) -> None:
    settings, source = Settings(home=home, offline=True), SOURCES["ktas"]
    folder = data.synthesise(source, settings, rows=30)
    first = (folder / "data.csv").stat().st_mtime_ns
    data.synthesise(source, settings, rows=30)
    assert (folder / "data.csv").stat().st_mtime_ns == first
    data.synthesise(source, settings, rows=31)
    assert (folder / "data.csv").stat().st_mtime_ns != first


def test_a_damaged_memory_means_nothing_has_been_done(tmp_path: Path) -> None:
    memory = Remembered.read(tmp_path)
    memory.remember("build", "abc")
    assert Remembered.read(tmp_path).is_done("build", "abc")
    (tmp_path / "up.json").write_text('{"build": "ab')
    assert not Remembered.read(tmp_path).is_done("build", "abc")


def test_an_error_is_one_line_whatever_it_holds(capsys: pytest.CaptureFixture[str]) -> None:
    Terminal().failed(BadFile("two\nlines [and] brackets", where="a.csv", next_step="look"))
    told = capsys.readouterr().err.strip()
    assert "[and] brackets" in told
    assert len(told.splitlines()) == 1
