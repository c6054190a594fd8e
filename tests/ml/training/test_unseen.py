"""Answers that calibrate come from models that never saw the patient they answer."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from ml.training.thresholds import Told, soften
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline

from ml.cohort.dataset import Dataset
from ml.cohort.split import stratified_folds
from ml.training.unseen import Rows, Unseen, fitted_without, told, unseen
from tests.support.cohorts import made


def by_heart(patients: Dataset) -> Pipeline:
    """A model that answers whoever it saw with what it saw, and knows nothing else."""
    filled = SimpleImputer(strategy="constant", fill_value=-9, keep_empty_features=True)
    nearest = KNeighborsClassifier(1)
    return Pipeline([("filled", filled), ("model", nearest)]).fit(patients.x, patients.y)


def common(patients: Dataset) -> Pipeline:
    return Pipeline([("model", DummyClassifier(strategy="prior"))]).fit(patients.x, patients.y)


def answered(
    fit: Callable[[Dataset], Pipeline], patients: Dataset, folds: Sequence[Rows]
) -> Unseen:
    return unseen(fitted_without(fit, patients, folds), patients, folds)


def test_nobody_is_answered_by_a_model_that_saw_them() -> None:
    dataset = made("arbovirus", 600)
    # Labels by lot: whoever knows them has seen them.
    rng = np.random.default_rng(4)
    dataset.y[:] = rng.permutation(dataset.y)
    dataset.x[:, dataset.numbers[0]] = rng.normal(40, 9, len(dataset.y))
    assert (by_heart(dataset).predict(dataset.x) == dataset.y).all()
    found = answered(by_heart, dataset, stratified_folds(dataset, 5))
    assert found.everything.right.mean() < 0.5


def test_the_same_patients_are_answered_with_all_part_and_little_known() -> None:
    dataset = made("arbovirus", 300)
    found = answered(common, dataset, stratified_folds(dataset, 2))
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
    found = answered(common, dataset, folds)
    (own,) = [rows for rows in folds if 7 in rows]
    assert (found.everything.probabilities[own, 0] == 0).all()
    assert (np.delete(found.everything.probabilities[:, 0], own) > 0).all()
    assert np.isfinite(found.temperature(np.arange(3)))


@pytest.mark.parametrize("true", [0.6, 1.7])
def test_the_temperature_is_that_of_full_and_of_partial_answers_together(true: float) -> None:
    dataset = made("arbovirus", 4_000)
    rng = np.random.default_rng(1)

    def answered(temperature: float) -> Told:
        honest = rng.dirichlet(np.ones(3), len(dataset.y))
        y = (honest.cumsum(axis=1) < rng.random((len(honest), 1))).sum(axis=1)
        return Told(y, soften(honest, 1 / temperature), np.full(len(y), 9))

    plain, off, wild = answered(1.0), answered(true), answered(9.0)
    assert Unseen(dataset, off, off, wild).temperature(np.arange(3)) == pytest.approx(true, rel=0.1)
    between = Unseen(dataset, plain, off, wild).temperature(np.arange(3))
    assert min(1, true) < between < max(1, true)


def test_who_came_more_than_once_counts_once() -> None:
    dataset = made("severity", 900)
    found = answered(common, dataset, stratified_folds(dataset, 2)).first_of_each()
    assert len(found.patients.y) == len(set(dataset.patients)) < 900
    assert all(len(one.y) == len(found.patients.y) for one in found.all)


def test_of_one_fold_alone_only_its_patients_are_answered() -> None:
    dataset = made("arbovirus", 300)
    folds = stratified_folds(dataset, 4)
    one, every = (answered(common, dataset, some) for some in (folds[:1], folds))
    assert np.array_equal(one.patients.patients, dataset.patients[folds[0]])
    assert np.allclose(one.everything.probabilities, every.everything.probabilities[folds[0]])


def test_models_fitted_together_are_those_that_are_fitted_alone() -> None:
    dataset = made("arbovirus", 600)
    folds = stratified_folds(dataset, 3)

    def boosted(patients: Dataset) -> Pipeline:
        model = HistGradientBoostingClassifier(max_iter=20, max_features=0.3, random_state=1)
        return Pipeline([("model", model)]).fit(patients.x, patients.y)

    together = fitted_without(boosted, dataset, [np.arange(0), *folds])
    alone = [boosted(dataset), *(fitted_without(boosted, dataset, [rows])[0] for rows in folds)]
    for one, other in zip(together, alone, strict=True):
        assert np.array_equal(one.predict_proba(dataset.x), other.predict_proba(dataset.x))
