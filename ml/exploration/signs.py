"""What the signs alone say of each patient, by a quick model that never saw that patient."""

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from ml.cohort.dataset import Dataset
from ml.cohort.split import SEED, stratified_folds
from ml.exploration.association import Shares

_FOLDS = 3
# Boosting grows a tree for each class: with many of them a linear model is as good, and quick.
_MANY_CLASSES = 10


def expected(dataset: Dataset) -> Shares:
    """Probabilities [rows, classes] for each patient from models of other patients."""
    answers = np.full((len(dataset.y), len(dataset.classes)), 1e-6)
    everybody = np.arange(len(dataset.y))
    with threadpool_limits(limits=1):
        for judged in stratified_folds(dataset, _FOLDS):
            rest = np.setdiff1d(everybody, judged)
            # Boosting cannot cut a column in which it finds no value.
            seen = ~np.isnan(dataset.x[rest]).all(axis=0)
            fitted = _model(dataset, rest).fit(dataset.x[rest][:, seen], dataset.y[rest])
            told = fitted.predict_proba(dataset.x[judged][:, seen])
            answers[np.ix_(judged, fitted.classes_)] += told
    return answers / answers.sum(axis=1, keepdims=True)


def _model(dataset: Dataset, rows: NDArray[np.intp]) -> Pipeline | HistGradientBoostingClassifier:
    if len(dataset.classes) > _MANY_CLASSES or len(rows) < 2_000:
        return make_pipeline(
            SimpleImputer(strategy="mean", add_indicator=True, keep_empty_features=True),
            StandardScaler(),
            LogisticRegression(C=0.05, max_iter=200),
        )
    return HistGradientBoostingClassifier(
        max_iter=80, learning_rate=0.12, max_leaf_nodes=24, early_stopping=False, random_state=SEED
    )
