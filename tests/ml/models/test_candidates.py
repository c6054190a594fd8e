"""The candidates: unknown is neutral, and ONNX answers what scikit-learn answers."""

import numpy as np
import pytest
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from ml.cohort.dataset import Dataset
from ml.cohort.hiding import with_copies
from ml.export import graph
from ml.models.candidates import BASELINE, aligned, candidates
from ml.serving.bundle import session_from
from tests.support.cohorts import made
from warehouse.errors import BadBundle

NAMES = ["logistic", "trees", "naive_bayes", "forest", "neural", "blend"]


def fitted(dataset: Dataset, name: str) -> Pipeline:
    found = {candidate.name: candidate for candidate in candidates(dataset, every=True)}
    with threadpool_limits(limits=1):
        return found[name].make().fit(dataset.x, dataset.y)


def only_present(dataset: Dataset) -> Dataset:
    """The data set as a source that never writes down an absence."""
    for column in dataset.signs:
        dataset.x[dataset.x[:, column] == 0, column] = np.nan
    return dataset


@pytest.mark.parametrize("name", NAMES)
def test_where_absence_was_never_recorded_absent_answers_like_unknown(name: str) -> None:
    dataset = only_present(made("arbovirus", 900))
    model = fitted(dataset, name)
    unknown = dataset.x[:50].copy()
    absent = unknown.copy()
    for column in dataset.signs:
        absent[np.isnan(absent[:, column]), column] = 0
    assert np.allclose(model.predict_proba(unknown), model.predict_proba(absent), atol=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_where_absence_was_recorded_unknown_stands_between_present_and_absent(name: str) -> None:
    dataset = made("arbovirus", 900)
    model = fitted(with_copies(dataset, 2, np.random.default_rng(0)), name)
    sign = dataset.features.index("fever")
    chances = []
    for value in (0, np.nan, 1):
        x = dataset.x.copy()
        x[:, sign] = value
        chances.append(model.predict_proba(x).mean(axis=0))
    speaks_for = int((chances[2] - chances[0]).argmax())
    absent, unknown, present = (chance[speaks_for] for chance in chances)
    assert absent < unknown < present


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("problem", ["arbovirus", "admission"])
def test_the_onnx_graph_answers_what_the_pipeline_answers(name: str, problem: str) -> None:
    dataset = made(problem, 500)
    dataset.x[:, dataset.signs[2]] = np.nan
    dataset.x[::3, dataset.numbers[1]] = np.nan
    dataset.x[:, dataset.numbers[2]] = np.nan
    model = fitted(dataset, name)
    onnx = graph.to_onnx(model, 0.8, len(dataset.features))
    found = graph.difference(onnx, model, 0.8, dataset.x)
    assert found <= graph.MOST_DIFFERENCE
    session = session_from(onnx)
    assert [one.name for one in session.get_inputs()] == ["features"]
    assert [one.name for one in session.get_outputs()] == ["probabilities"]


@pytest.mark.parametrize("name", NAMES)
def test_a_value_that_lies_on_a_cut_goes_the_same_way_in_onnx(name: str) -> None:
    """Learned from 36.46 and 36.48, asked for 36.47: their middle is no float32, 36.47 is near."""
    dataset = made("admission", 500)
    column = dataset.numbers[1]
    further = np.arange(500) % 2
    dataset.x[:, column] = np.where(dataset.y == 0, 36.48 + further, 36.46 - further)
    model = fitted(dataset, name)
    onnx = graph.to_onnx(model, 1.0, len(dataset.features))
    between = dataset.x.copy()
    between[:, column] = 36.47
    assert graph.difference(onnx, model, 1.0, between) <= graph.MOST_DIFFERENCE


def test_another_temperature_is_noticed_and_refused() -> None:
    dataset = made("arbovirus", 500)
    model = fitted(dataset, "logistic")
    onnx = graph.to_onnx(model, 0.8, len(dataset.features))
    found = graph.difference(onnx, model, 0.9, dataset.x)
    with pytest.raises(BadBundle, match="differs from scikit-learn"):
        graph.refuse_difference(found, "arbovirus")


def test_a_difference_that_is_no_number_is_refused() -> None:
    with pytest.raises(BadBundle):
        graph.refuse_difference(float("nan"), "arbovirus")


def test_many_classes_give_a_small_file() -> None:
    dataset = made("differential", 400)
    many = Dataset(
        **{
            **dataset.__dict__,
            "classes": tuple(f"condition_{i}" for i in range(40)),
            "y": np.arange(400) % 40,
        }
    )
    model = fitted(many, "trees")
    onnx = graph.to_onnx(model, 1.0, len(many.features))
    assert len(onnx) < 2_000_000
    assert graph.difference(onnx, model, 1.0, many.x) <= graph.MOST_DIFFERENCE


def test_the_baseline_answers_everyone_with_the_class_shares() -> None:
    dataset = made("arbovirus", 300)
    answers = fitted(dataset, BASELINE).predict_proba(dataset.x)
    assert np.allclose(answers, np.bincount(dataset.y) / 300)


def test_a_class_never_seen_gets_nought() -> None:
    full = aligned(np.array([[0.3, 0.7]]), np.array([0, 2]), 3)
    assert full.tolist() == [[0.3, 0.0, 0.7]]
