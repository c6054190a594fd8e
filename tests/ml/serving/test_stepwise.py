"""Told step by step, a model answers what its ONNX graph answers to each step's row."""

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from ml.cohort.dataset import Dataset
from ml.export import graph
from ml.export.graph_parts import unfold
from ml.export.pack import Model, write
from ml.models.candidates import candidates
from ml.models.pipelines import on_indicators
from ml.serving.arrays import packed, unpacked
from ml.serving.bundle import STEPS_FILE, load, session_from
from ml.serving.explain import explain
from ml.serving.predict import Evidence
from ml.serving.stepwise import Stepwise, stepwise_of
from ml.serving.trees import Told
from tests.support.bundles import make_about
from tests.support.cohorts import made
from warehouse.errors import BadBundle


def many_classes() -> Dataset:
    dataset = made("differential", 400)
    classes = tuple(f"condition_{i}" for i in range(12))
    return Dataset(**{**dataset.__dict__, "classes": classes, "y": np.arange(400) % 12})


def fitted(dataset: Dataset, name: str) -> Pipeline:
    found = {one.name: one for one in candidates(dataset, quick=True, every=True)}
    with threadpool_limits(limits=1):
        return found[name].make().fit(dataset.x, dataset.y)


def as_onnx(dataset: Dataset, name: str) -> bytes:
    return graph.to_onnx(fitted(dataset, name), 0.8, len(dataset.features))


def some_steps(row: NDArray[np.float32]) -> tuple[dict[int, float], NDArray[np.bool_]]:
    """What is known in a row, and twenty parts of it, the first empty and the last all of it."""
    known = {place: row.item(place) for place in np.flatnonzero(~np.isnan(row)).tolist()}
    told = np.random.default_rng(3).random((20, len(known))) < np.linspace(0, 1, 20)[:, None]
    told[0], told[-1] = False, True
    return known, told


def assert_alike(model: Stepwise, onnx: bytes, x: NDArray[np.float32]) -> None:
    session = session_from(onnx)
    if model.is_for_many:
        (theirs,) = session.run(["probabilities"], {"features": x})
        assert np.abs(model.many(x) - theirs).max() < 1e-6
        assert model.many(x[:0]).shape == (0, theirs.shape[1])
    for row in x[:20]:
        known, told = some_steps(row)
        rows = np.full((len(told), len(row)), np.nan, dtype=np.float32)
        rows[:, list(known)] = np.where(told, row[list(known)], np.float32("nan"))
        (theirs,) = session.run(["probabilities"], {"features": rows})
        assert np.abs(model.probabilities(known, Told(told)) - theirs).max() < 1e-6
        assert np.abs(model.answer(known) - theirs[-1]).max() < 1e-6


@pytest.mark.parametrize("name", ["logistic", "trees", "naive_bayes", "blend"])
@pytest.mark.parametrize("problem", ["arbovirus", "admission"])
def test_each_step_answers_what_the_graph_answers_to_its_row(name: str, problem: str) -> None:
    dataset = made(problem, 500)
    dataset.x[::3, dataset.numbers[1]] = np.nan
    onnx = as_onnx(dataset, name)
    file = unfold(onnx)
    assert file is not None
    assert stepwise_of(unpacked(file)).is_for_many
    assert_alike(stepwise_of(unpacked(file)), onnx, dataset.x)


def test_lines_that_an_earlier_version_learned_are_told_step_by_step_too() -> None:
    dataset = made("admission", 500)
    dataset.x[::3, dataset.numbers[1]] = np.nan
    lines = on_indicators(dataset, LogisticRegression(C=0.05)).fit(dataset.x, dataset.y)
    onnx = graph.to_onnx(lines, 0.8, len(dataset.features))
    file = unfold(onnx)
    assert file is not None
    assert "0.slope" in unpacked(file)
    assert_alike(stepwise_of(unpacked(file)), onnx, dataset.x)


def test_leaves_that_fill_several_words_and_share_classes_answer_alike_too() -> None:
    dataset = many_classes()
    onnx = as_onnx(dataset, "trees")
    file = unfold(onnx)
    assert file is not None
    assert unpacked(file)["0.shape"].tolist()[1] > 1
    assert not stepwise_of(unpacked(file)).is_for_many
    assert_alike(stepwise_of(unpacked(file)), onnx, dataset.x)


def test_a_model_of_another_make_is_left_to_onnxruntime() -> None:
    assert unfold(as_onnx(made("arbovirus", 300), "neural")) is None


def test_what_is_no_model_is_left_to_be_refused_when_it_is_read() -> None:
    assert unfold(b"no model") is None


def test_arrays_come_back_as_they_were() -> None:
    given = {"a": np.arange(6, dtype=np.uint16).reshape(2, 3), "b": np.asarray(0.25)}
    found = unpacked(packed(given))
    assert found["a"].tolist() == given["a"].tolist()
    assert found["a"].dtype == np.uint16
    assert float(found["b"]) == 0.25


@pytest.mark.parametrize("before", range(8))
def test_each_array_begins_where_a_word_does(before: int) -> None:
    """Where it does not, NumPy copies the whole of it each time a row is picked."""
    given = {"bytes": np.zeros(before, np.uint8), "numbers": np.arange(6.0)}
    found = unpacked(packed(given))["numbers"]
    assert found.flags.aligned
    assert found.tolist() == given["numbers"].tolist()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle with one model that is trees and lines."""
    dataset = made("arbovirus", 500)
    about = make_about("arbovirus").model_copy(
        update={"features": dataset.features, "classes": dataset.classes}
    )
    place = tmp_path_factory.mktemp("stepwise") / "bundle"
    model = Model(
        about.model_copy(update={"asking": None, "familiar": None}), as_onnx(dataset, "blend"), ""
    )
    write(place, [model], {})
    return place


def test_a_bundle_answers_alike_with_and_without_its_steps(folder: Path) -> None:
    evidence = Evidence(age_years=30, signs={"fever": True, "joint_pain": True, "rash": False})
    bundle = load(folder)
    with_steps = explain(bundle, "arbovirus", evidence)
    assert bundle.problems["arbovirus"].stepwise is not None
    manifest = folder / "manifest.json"
    whole = manifest.read_text()
    listed = json.loads(whole)
    del listed["files"][f"arbovirus/{STEPS_FILE}"]
    manifest.write_text(json.dumps(listed))
    without = explain(load(folder), "arbovirus", evidence)
    manifest.write_text(whole)
    assert with_steps.answer == without.answer
    assert with_steps.start == pytest.approx(without.start, abs=1e-5)
    for ours, theirs in ((with_steps.for_, without.for_), (with_steps.against, without.against)):
        assert [one.code for one in ours] == [one.code for one in theirs]
        assert [one.log_odds for one in ours] == pytest.approx(
            [o.log_odds for o in theirs], abs=1e-5
        )


def test_steps_that_are_damaged_are_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ml.serving.bundle.unpacked", lambda _: {"ends": np.asarray(["softmax"])})
    with pytest.raises(BadBundle, match=STEPS_FILE):
        load(folder)
