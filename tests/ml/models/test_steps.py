"""Measurements as steps: where they are cut, and the same by scikit-learn and by ONNX."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.export import graph
from ml.models.candidates import candidates
from ml.models.steps import SHARES, Steps
from ml.serving.bundle import session_from
from tests.support.cohorts import made


def test_a_measurement_is_cut_where_shares_of_the_patients_lie() -> None:
    x = np.arange(1, 101, dtype=np.float32)[:, None]
    cut = Steps().fit(x)
    below = [(x <= one).mean() for one in cut.cuts_]
    assert below == pytest.approx(SHARES, abs=0.01)


def test_what_most_have_alike_is_cut_once_and_columns_keep_apart() -> None:
    visits = np.repeat([0, 1, 7], [80, 15, 5])
    x = np.stack([visits, np.arange(100)], axis=1).astype(np.float32)
    cut = Steps().fit(x)
    assert cut.cuts_[cut.columns_ == 0].tolist() == [0, 1, 7]
    assert cut.transform(np.asarray([[1, -5]], np.float32))[0].tolist() == [1] + [0] * 13


@given(st.lists(st.floats(-50, 50, width=32), min_size=2, max_size=2))
def test_a_greater_value_never_climbs_fewer_steps(values: list[float]) -> None:
    cut = Steps().fit(np.random.default_rng(1).normal(0, 20, (500, 1)).astype(np.float32))
    low, high = cut.transform(np.asarray(sorted(values), np.float32)[:, None])
    assert (high >= low).all()
    # Steps are climbed one after another.
    assert (np.diff(high) <= 0).all()


def test_a_value_that_is_itself_a_cut_is_answered_alike_by_onnx() -> None:
    dataset = made("admission", 800)
    logistic = next(one for one in candidates(dataset) if one.name == "logistic")
    pipeline = logistic.make().fit(dataset.x, dataset.y)
    measured = pipeline.named_steps["evidence"].named_transformers_["measured"]
    cut = measured.named_steps["cut"]
    rows = np.repeat(dataset.x[:1], len(cut.cuts_), axis=0)
    places = np.asarray(dataset.numbers)[cut.columns_]
    rows[np.arange(len(rows)), places] = cut.cuts_
    onnx = graph.to_onnx(pipeline, 1.0, len(dataset.features))
    (answers,) = session_from(onnx).run(["probabilities"], {"features": rows})
    assert np.abs(answers - pipeline.predict_proba(rows)).max() < 1e-6
