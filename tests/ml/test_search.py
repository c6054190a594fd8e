"""A search: nested and by patient, the same to the digit, and what it finds is what trains."""

import json
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest
from distributed import LocalCluster
from typer.testing import CliRunner

from ml import registry
from ml.cohort.split import held_out
from ml.models import chosen
from ml.models.candidates import BASELINE, KINDS, Kind, candidates
from ml.models.chosen import Chosen
from ml.models.temperature import FLOOR
from ml.search import Effort, log_likelihood, search, search_on
from ml.training.fit import fit
from ml.training.workers import workers
from semia.cli import app
from tests.support.cohorts import made
from warehouse.errors import DatabaseAway, WrongSetting
from warehouse.progress import Silent
from warehouse.settings import Settings

SMALL = Effort(rows=240, tries=3)


def kept(candidate: str, **parameters: object) -> Chosen:
    return Chosen(
        command="semia search arbovirus",
        run="a-run",
        data_hash="0",
        git_commit="unknown",
        candidate=candidate,
        parameters={candidate: parameters},
    )


@pytest.fixture
def linear(monkeypatch: pytest.MonkeyPatch) -> tuple[Kind, ...]:
    """The kinds that are fitted within milliseconds, and no other."""
    kinds = tuple(kind for kind in KINDS if kind.name in {BASELINE, "logistic", "naive_bayes"})
    monkeypatch.setattr("ml.models.candidates.KINDS", kinds)
    monkeypatch.setattr("ml.models.candidates._BLENDED", ("logistic", "naive_bayes"))
    monkeypatch.setattr("ml.search.KINDS", kinds)
    return kinds


@pytest.mark.usefixtures("linear")
def test_what_is_found_does_not_depend_on_who_judges_or_where_it_runs() -> None:
    """On two processes and on a dask cluster, whatever the labels of the held-out patients are."""
    dataset = made("arbovirus", 700)
    with workers(None):
        figures, tried = search_on(dataset, Silent(), SMALL)
    other = replace(dataset, y=np.where(held_out(dataset), (dataset.y + 1) % 3, dataset.y))
    assert not np.array_equal(dataset.y, other.y)
    with _cluster() as cluster, workers(cluster.scheduler_address):
        again, tried_again = search_on(other, Silent(), SMALL)
    assert figures == again
    assert tried == tried_again
    assert figures["logistic"]["auc_roc"] > 0.8 > figures[BASELINE]["auc_roc"]
    # Poor sets of parameters are given up on few rows.
    rows = [one.rows for one in tried["logistic"]]
    assert rows.count(min(rows)) == 3
    assert rows.count(max(rows)) == 1
    assert tried["logistic"][-1].rows == max(rows) > min(rows)


def _hears_ctrl_c(_: int) -> bool:
    return signal.getsignal(signal.SIGINT) != signal.SIG_IGN


def test_ctrl_c_is_heard_here_alone_and_not_by_those_who_work() -> None:
    with workers(None):
        assert not any(joblib.Parallel()(joblib.delayed(_hears_ctrl_c)(n) for n in range(4)))
        assert _hears_ctrl_c(0)


def test_a_cluster_that_does_not_answer_is_said_to_be_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ml.training.workers.PATIENCE_S", 1)
    with pytest.raises(DatabaseAway, match="dask scheduler"), workers("tcp://127.0.0.1:1"):
        pass


def _cluster() -> Any:  # noqa: ANN401 - distributed has no types
    """A scheduler and two workers in this process, heard on the loopback alone."""
    return LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=False,
        protocol="tcp",
        host="127.0.0.1",
        dashboard_address=None,
    )


def test_the_command_that_mlflow_keeps_gives_the_same_digits(
    trained: Settings, linear: tuple[Kind, ...]
) -> None:
    found, _ = search("arbovirus", trained, effort=SMALL)
    run = registry.read(found.run, trained)
    assert run.params["data_hash"]
    assert len(run.params["feature_hash"]) == 64
    assert {kind.name for kind in linear} < set(run.children)
    assert "model__C" in run.children["logistic 0"].params
    assert run.metrics == found.figures[found.candidate]

    done = CliRunner(env={"SEMIA_HOME": str(trained.home)}).invoke(
        app, [*run.params["command"].split()[1:], "--json"]
    )
    assert done.exit_code == 0, done.output
    again = json.loads(done.stdout)["searched"]
    assert again["figures"] == found.figures
    assert again["parameters"] == found.parameters
    assert again["run"] != found.run


def test_training_twice_gives_the_same_digits() -> None:
    dataset = made("arbovirus", 700)
    one, other = (fit(dataset, Silent(), quick=True) for _ in range(2))
    assert one.metrics == other.metrics
    assert one.compared == other.compared
    assert one.onnx == other.onnx


def test_training_goes_by_what_was_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = chosen.write("arbovirus", kept("naive_bayes", model__alpha=3.0), tmp_path)
    assert "a-run" in path.read_text()
    monkeypatch.setattr("ml.models.chosen.FOLDER", tmp_path)
    fitted = fit(made("arbovirus", 700), Silent(), quick=True)
    assert "naive_bayes" in fitted.compared
    found = chosen.read("arbovirus")
    made_of = {one.name: one for one in candidates(made("arbovirus"), chosen=found)}
    assert made_of["naive_bayes"].make().get_params()["model__alpha"] == 3.0


def test_a_cluster_without_dask_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(WrongSetting, match="pip install distributed"), workers("tcp://nowhere:1"):
        pass


def test_without_a_search_only_the_quick_kinds_are_compared(tmp_path: Path) -> None:
    assert chosen.read("arbovirus", tmp_path) is None
    names = [one.name for one in candidates(made("arbovirus"))]
    assert names == [BASELINE, "logistic", "trees", "naive_bayes", "blend"]


@pytest.mark.parametrize("text", ["candidate: trees", "- 1", "{"])
def test_a_damaged_file_stops_training(tmp_path: Path, text: str) -> None:
    (tmp_path / "arbovirus.yaml").write_text(text)
    with pytest.raises(WrongSetting, match="semia search arbovirus"):
        chosen.read("arbovirus", tmp_path)


def test_a_parameter_that_the_model_has_not_is_refused() -> None:
    found = kept("logistic", model__depth=3)
    made_of = {one.name: one for one in candidates(made("arbovirus"), chosen=found)}
    with pytest.raises(WrongSetting, match="depth"):
        made_of["logistic"].make()


def test_a_class_that_was_never_learned_costs_the_floor() -> None:
    class Sure:
        classes_ = np.array([0, 2])

        def predict_proba(self, x: np.ndarray) -> np.ndarray:
            return np.tile([0.5, 0.5], (len(x), 1))

    right = log_likelihood(Sure(), np.zeros((2, 1), np.float32), np.array([0, 1]))
    assert right == pytest.approx((np.log(0.5) + np.log(FLOOR)) / 2)
