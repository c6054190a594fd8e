"""The model registry: versions, aliases, and an error one can read when it is away."""

import time
from pathlib import Path

import pytest

from ml import registry
from ml.problems import get_problem
from ml.serving.problem_file import ProblemFile
from warehouse.errors import BadBundle, DatabaseAway, NoChampion
from warehouse.settings import Settings

RUN = registry.Run({"seed": "1"}, {"auc_roc": 0.8})


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(home=tmp_path_factory.mktemp("registry"))


def about(name: str = "severity") -> ProblemFile:
    return ProblemFile(
        name=name,
        question={"es": "¿?", "en": "?"},
        kind=get_problem(name).kind,
        classes=("level_1", "level_2"),
        features=("age_years",),
        version="",
        trained_at="2026-01-31T12:00:00+00:00",
        git_commit="unknown",
        data_hash="0",
        sources=("ktas",),
        origin="synthetic",
        rows=10,
        patients=10,
        metrics={"auc_roc": 0.8},
        baseline={"auc_roc": 0.5},
        calibration={"temperature": 1.0},
        confident=None,
    )


def test_nothing_trained_is_nothing_found(home: Settings) -> None:
    assert registry.find("arbovirus", "challenger", home) is None
    with pytest.raises(NoChampion, match="semia train arbovirus"):
        registry.champion("arbovirus", home)


def test_versions_count_up_and_the_newest_is_the_challenger(home: Settings) -> None:
    first = registry.register(about(), b"first", RUN, home)
    second = registry.register(about(), b"second", RUN, home)
    assert int(second) == int(first) + 1
    found = registry.find("severity", "challenger", home)
    assert found is not None
    assert (found.version, found.onnx) == (second, b"second")
    assert registry.find("severity", "champion", home) is None


def test_a_crowned_version_stays_champion_when_another_is_trained(home: Settings) -> None:
    version = registry.register(about(), b"crowned", RUN, home)
    registry.crown("severity", version, home)
    registry.register(about(), b"newer", RUN, home)
    assert registry.champion("severity", home).onnx == b"crowned"


def test_a_file_changed_behind_its_back_is_refused(home: Settings) -> None:
    version = registry.register(about("admission"), b"whole", RUN, home)
    registry.crown("admission", version, home)
    for path in (home.home / "mlartifacts/admission").rglob("model.onnx"):
        path.write_bytes(b"whale")
    with pytest.raises(BadBundle, match="not the one that was registered"):
        registry.champion("admission", home)


def test_a_run_leaves_its_features_to_be_read(home: Settings) -> None:
    registry.register(about("differential"), b"x", RUN, home)
    files = list((home.home / "mlartifacts/differential").rglob("features.txt"))
    assert [file.read_text() for file in files] == ["age_years\n"]


def test_a_server_that_is_away_is_said_so_soon(tmp_path: Path) -> None:
    away = Settings(home=tmp_path, mlflow_uri="http://127.0.0.1:9")
    started = time.monotonic()
    with pytest.raises(DatabaseAway, match=r"no connection to it \[SEMIA_MLFLOW_URI\]"):
        registry.find("severity", "champion", away)
    assert time.monotonic() - started < 30
