"""Answers that calibrate come from models that never saw the patient they answer."""

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.impute import SimpleImputer
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline

from ml.calibrate import soften
from ml.dataset import Dataset
from ml.split import stratified_folds
from ml.unseen import told, unseen
from tests.support.cohorts import made


def by_heart(patients: Dataset) -> Pipeline:
    """A model that answers whoever it saw with what it saw, and knows nothing else."""
    filled = SimpleImputer(strategy="constant", fill_value=-9, keep_empty_features=True)
    nearest = KNeighborsClassifier(1)
    return Pipeline([("filled", filled), ("model", nearest)]).fit(patients.x, patients.y)


def common(patients: Dataset) -> Pipeline:
    return Pipeline([("model", DummyClassifier(strategy="prior"))]).fit(patients.x, patients.y)


def test_nobody_is_answered_by_a_model_that_saw_them() -> None:
    dataset = made("arbovirus", 600)
    # Labels by lot: whoever knows them has seen them.
    rng = np.random.default_rng(4)
    dataset.y[:] = rng.permutation(dataset.y)
    dataset.x[:, dataset.numbers[0]] = rng.normal(40, 9, len(dataset.y))
    assert (by_heart(dataset).predict(dataset.x) == dataset.y).all()
    found = unseen(by_heart, dataset, stratified_folds(dataset, 5))
    assert found.everything.right.mean() < 0.5


def test_the_same_patients_are_answered_with_all_part_and_little_known() -> None:
    dataset = made("arbovirus", 300)
    found = unseen(common, dataset, stratified_folds(dataset, 2))
    for one, x in zip(found.all, told(dataset), strict=True):
        assert np.array_equal(one.y, dataset.y)
        assert np.array_equal(one.counts, (~np.isnan(x)).sum(axis=1))
        assert np.allclose(one.probabilities.sum(axis=1), 1)
    assert found.little.counts.mean() < found.some.counts.mean() < found.everything.counts.mean()


def test_a_class_that_a_fold_never_learned_gets_nought_there() -> None:
    dataset = made("arbovirus", 300)
    dataset.y[:] = np.where(dataset.y == 0, 1, dataset.y)
    dataset.y[7] = 0
    folds = stratified_folds(dataset, 3)
    found = unseen(common, dataset, folds)
    (own,) = [rows for rows in folds if 7 in rows]
    assert (found.everything.probabilities[own, 0] == 0).all()
    assert (np.delete(found.everything.probabilities[:, 0], own) > 0).all()
    assert np.isfinite(found.temperature(np.arange(3)))


@pytest.mark.parametrize("true", [0.6, 1.7])
def test_the_temperature_is_that_of_the_answers(true: float) -> None:
    dataset = made("arbovirus", 3_000)
    found = unseen(common, dataset, stratified_folds(dataset, 2))
    rng = np.random.default_rng(1)

    def drawn(_: np.ndarray) -> np.ndarray:
        honest = rng.dirichlet(np.ones(3), len(dataset.y))
        share = rng.random(len(dataset.y))
        dataset.y[:] = (honest.cumsum(axis=1) < share[:, None]).sum(axis=1)
        return soften(honest, 1 / true)

    # Only of the last answers are the labels those that were drawn for them.
    one = found.answered(drawn).little
    again = type(found)(dataset, one, one, one)
    assert again.temperature(np.arange(3)) == pytest.approx(true, rel=0.08)


def test_who_came_more_than_once_counts_once() -> None:
    dataset = made("severity", 900)
    found = unseen(common, dataset, stratified_folds(dataset, 2)).first_of_each()
    assert len(found.patients.y) == len(set(dataset.patients)) < 900
    assert all(len(one.y) == len(found.patients.y) for one in found.all)
