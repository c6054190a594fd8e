"""`semia validate`: an outside site's own files, the same road, every figure, nothing left."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep

import numpy as np
import pytest

from ml import registry
from ml.validate import FIGURES, answers_to, champion, measured, on_one_scale, validate
from tests.support.cohorts import made
from warehouse.errors import BadBundle, BadFile, UnknownName, WrongSetting
from warehouse.settings import Settings
from warehouse.sources.registry import get_source

ASKED_FOR = {
    "auc_roc", "auc_pr", "f1_macro", "accuracy", "balanced_accuracy", "quadratic_kappa", "top_1",
    "top_3", "brier", "ece", "calibration_slope", "calibration_intercept",
    "coverage_at_precision_85", "n",
}  # fmt: skip


@pytest.fixture(scope="module")
def shifted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files of a cohort whose figures have moved away from what the models learned from."""
    folder = tmp_path_factory.mktemp("outside")
    (folder / "ktas").mkdir()
    get_source("ktas").synthesise(folder / "ktas", 300, 99, 0.5)
    return folder


@pytest.fixture
def temporary() -> Iterator[Path]:
    """A folder for temporary files that the database's own user may enter, and nobody else uses."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


def typed(home: Path, temporary: Path, *words: str) -> "subprocess.Popen[str]":
    """Type `semia validate`, as an outside site does."""
    return subprocess.Popen(
        [str(Path(sys.executable).parent / "semia"), "validate", *words, "--json"],
        env={**os.environ, "SEMIA_HOME": str(home), "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def content(home: Path) -> dict[str, int]:
    """Every file below a home that a command could leave or change, with when it was written."""
    return {
        str(path): path.stat().st_mtime_ns
        for path in home.rglob("*")
        if path.is_file() and "postgres" not in path.parts and not path.name.startswith("mlflow.db")
    }


@pytest.mark.database
@pytest.mark.slow
def test_every_figure_with_its_interval_and_nothing_left_behind(
    trained: Settings, shifted: Path, temporary: Path
) -> None:
    before = content(trained.home)
    words = ("severity", "--source", "ktas", "--data-dir", str(shifted))
    with typed(trained.home, temporary, *words) as process:
        said, complained = process.communicate(timeout=500)
    assert process.returncode == 0, complained
    found = json.loads(said)
    assert set(found) >= ASKED_FOR
    for name in ASKED_FOR:
        assert set(found[name]) == {"value", "low", "high"}
        assert found[name]["low"] <= found[name]["value"] <= found[name]["high"], name
    assert found["n"]["value"] == 300
    assert found["version"] == registry.champion("severity", trained).version
    assert 0.5 < found["auc_roc"]["value"] < 1
    assert left_in(temporary) == []
    assert content(trained.home) == before


@pytest.mark.database
@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_validation_that_is_stopped_leaves_nothing_either(
    trained: Settings, shifted: Path, temporary: Path, number: signal.Signals
) -> None:
    words = ("severity", "--source", "ktas", "--data-dir", str(shifted))
    with typed(trained.home, temporary, *words) as process:
        wait_for_server(temporary)
        process.send_signal(number)
        process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert left_in(temporary) == []


def left_in(temporary: Path) -> list[str]:
    """What lies there, but for the file in which ONNX Runtime numbers any program's sessions."""
    return [path.name for path in temporary.iterdir() if path.name != ".ses"]


def wait_for_server(temporary: Path) -> None:
    deadline = monotonic() + 60
    while not list(temporary.rglob("server.json")):
        assert monotonic() < deadline, "no scratch database was started"
        sleep(0.05)


def test_a_request_that_makes_no_sense_starts_no_database(
    settings: Settings, shifted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ml.validate.scratch_warehouse", lambda *_: pytest.fail("started one"))
    (tmp_path / "ktas").mkdir()
    for error, said, asked in (
        (UnknownName, "severity", ("severit", "ktas", shifted)),
        (UnknownName, "ktas", ("severity", "ktass", shifted)),
        (UnknownName, "sinan_arbovirus", ("arbovirus", "ktas", shifted)),
        (WrongSetting, "ktas/data.csv", ("severity", "ktas", tmp_path / "nowhere")),
        (BadFile, "ktas/data.csv", ("severity", "ktas", tmp_path)),
    ):
        with pytest.raises(error, match=said):
            validate(*asked, settings)


def test_a_site_with_a_bundle_and_no_registry_asks_the_bundle(
    trained: Settings, tmp_path: Path
) -> None:
    bare = trained.model_copy(update={"home": tmp_path, "bundle": trained.bundle_dir})
    ours, theirs = champion("admission", bare), registry.champion("admission", trained)
    assert ours.about == theirs.about
    assert ours.onnx == theirs.onnx
    assert not (tmp_path / "mlflow.db").exists()


def test_without_any_model_it_says_what_to_type(tmp_path: Path) -> None:
    with pytest.raises(BadBundle, match=r"SEMIA_BUNDLE to a bundle you were given.*semia up"):
        champion("severity", Settings(home=tmp_path / "empty", offline=True))


def test_classes_stay_with_their_patients_whichever_are_there() -> None:
    """A site may see a class the model never learned, and miss one that it did."""
    patients = made("arbovirus", rows=60)
    learned = ("other_disease", "dengue")
    answers = np.tile([0.7, 0.3], (60, 1))
    aligned, widened = on_one_scale(patients, answers, learned)
    assert aligned.classes == ("other_disease", "dengue", "chikungunya")
    before = np.asarray(patients.classes)[patients.y]
    assert (np.asarray(aligned.classes)[aligned.y] == before).all()
    assert (widened == [0.7, 0.3, 0.0]).all()


def test_a_column_the_site_lacks_is_unknown_to_the_model(trained: Settings) -> None:
    model = registry.champion("arbovirus", trained)
    patients = made("arbovirus", rows=60)
    without = replace(patients, features=("fever", *patients.features[1:]))
    assert answers_to(patients, model).shape == (60, len(model.about.classes))
    assert not np.allclose(answers_to(patients, model), answers_to(without, model))


def test_a_nominal_problem_has_no_quadratic_kappa(trained: Settings) -> None:
    found = measured(made("arbovirus"), registry.champion("arbovirus", trained), "sinan_arbovirus")
    assert found.as_json()["quadratic_kappa"] == {"value": None, "low": None, "high": None}
    assert found.figures["top_1"] == found.figures["accuracy"]


def test_the_broader_answer_has_figures_beside_the_others(trained: Settings) -> None:
    patients = made("arbovirus")
    found = measured(patients, registry.champion("arbovirus", trained), "sinan_arbovirus").as_json()
    assert set(found) >= {*ASKED_FOR, *FIGURES, "broader_precision"}
    assert 0.5 < found["broader_auc_roc"]["value"] <= 1
    of_each = found["broader_coverage_ill"]["value"] + found["broader_coverage_not_ill"]["value"]
    assert found["broader_coverage"]["value"] == pytest.approx(of_each)
    # Foz's word for whoever has no chikungunya covers dengue, which is of the other group.
    there = measured(patients, registry.champion("arbovirus", trained), "foz_chikungunya").as_json()
    assert there["broader_precision"] == {"value": None, "low": None, "high": None}
    assert "more than one group" in there["undefined"]["broader_precision"]
    assert there["broader_coverage"] == found["broader_coverage"]


def test_one_class_and_few_rows_are_measured_and_what_has_no_meaning_says_why(
    trained: Settings,
) -> None:
    patients = made("severity", rows=200)
    alike = patients.take(np.flatnonzero(patients.y == patients.y[0])[:6])
    found = measured(alike, registry.champion("severity", trained), "ktas").as_json()
    assert found["n"] == {"value": 6, "low": 6, "high": 6}
    assert found["auc_roc"] == {"value": None, "low": None, "high": None}
    nulls = {name for name in FIGURES if found[name]["value"] is None}
    assert set(found["undefined"]) == nulls
    assert not [name for name in found if name.startswith("broader")]
    assert found["undefined"]["auc_roc"] == "all these patients have the same answer"
    for name in ASKED_FOR - nulls:
        assert found[name]["low"] <= found[name]["value"] <= found[name]["high"], name
