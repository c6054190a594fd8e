"""The candidates: each one scikit-learn pipeline that fills and standardises inside itself.

Unknown is neutral. For a linear model a sign becomes two indicators, `present` and `not absent`:
unknown is nought in the one and one in the other, so that present and absent each get a weight of
their own and an absence that no source ever recorded gets none. For trees a sign stands at 1
present, 0 absent, ½ unknown; where absence was never recorded, every split parts the present from
the rest. Measured values are filled with the median, never with a mark of being missing.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.compose import ColumnTransformer
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import (
    ExtraTreesClassifier,
    HistGradientBoostingClassifier,
    VotingClassifier,
)
from sklearn.feature_selection import VarianceThreshold
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from ml.dataset import Dataset
from ml.split import SEED

BASELINE = "dummy"
# More classes than this make boosting (one tree a class and round) too slow and too unsteady.
_MANY_CLASSES = 10
# An indicator that differs in fewer than one row of 2,000 says nothing that can be learned.
_LEAST_VARIANCE = 0.0005
# Sixty rounds lost 0.005 of admission's AUC against a hundred and fifty; two hundred gained none.
_ROUNDS = 100
_ROUNDS_QUICK = 60


@dataclass(frozen=True)
class Candidate:
    """A named way to make an unfitted model; `parts` are the candidates that it averages."""

    name: str
    make: Callable[[], Pipeline]
    parts: tuple[str, ...] = ()


def candidates(dataset: Dataset, quick: bool = False) -> list[Candidate]:
    """The prior as baseline, logistic regression, one tree ensemble, and the mean of the two.

    `quick` grows fewer trees.
    """
    rounds = _ROUNDS_QUICK if quick else _ROUNDS
    return [
        Candidate(BASELINE, lambda: _baseline(dataset)),
        Candidate("logistic", lambda: _logistic(dataset)),
        Candidate("trees", lambda: _trees(dataset, rounds)),
        Candidate("blend", lambda: _blend(dataset, rounds), parts=("logistic", "trees")),
    ]


def aligned(
    probabilities: NDArray[np.float64], seen: NDArray[np.intp], classes: int
) -> NDArray[np.float64]:
    """Probabilities [n, classes] from those of the `seen` classes; the others get nought."""
    full = np.zeros((len(probabilities), classes))
    full[:, seen] = probabilities
    return full


def _baseline(dataset: Dataset) -> Pipeline:
    return Pipeline(
        [("evidence", _indicators(dataset)), ("model", DummyClassifier(strategy="prior"))]
    )


def _logistic(dataset: Dataset) -> Pipeline:
    return Pipeline(
        [
            ("evidence", _indicators(dataset)),
            ("constant", VarianceThreshold(_LEAST_VARIANCE)),
            ("standard", StandardScaler()),
            ("model", LogisticRegression(C=0.05, max_iter=60, tol=1e-3)),
        ]
    )


def _trees(dataset: Dataset, rounds: int) -> Pipeline:
    many = len(dataset.classes) > _MANY_CLASSES
    return Pipeline(
        [
            ("evidence", _levels(dataset)),
            ("constant", VarianceThreshold(_LEAST_VARIANCE)),
            ("model", _extra_trees() if many else _boosting(rounds)),
        ]
    )


def _blend(dataset: Dataset, rounds: int) -> Pipeline:
    parts = [("logistic", _logistic(dataset)), ("trees", _trees(dataset, rounds))]
    return Pipeline([("model", VotingClassifier(parts, voting="soft", flatten_transform=False))])


def _boosting(rounds: int) -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(
        max_iter=rounds,
        learning_rate=0.1,
        max_leaf_nodes=15,
        min_samples_leaf=40,
        l2_regularization=1.0,
        max_features=0.3,
        early_stopping=False,
        random_state=SEED,
    )


def _extra_trees() -> ExtraTreesClassifier:
    # Bounded leaves: each holds a number for every class, and the file must stay small.
    return ExtraTreesClassifier(40, max_leaf_nodes=200, max_features=0.2, random_state=SEED)


def _indicators(dataset: Dataset) -> ColumnTransformer:
    signs = list(dataset.signs)
    return ColumnTransformer(
        [
            ("present", _filled(0.0), signs),
            ("not_absent", _filled(1.0), signs),
            ("measured", _median(), list(dataset.numbers)),
        ]
    )


def _levels(dataset: Dataset) -> ColumnTransformer:
    return ColumnTransformer(
        [
            ("signs", _filled(0.5), list(dataset.signs)),
            ("measured", _median(), list(dataset.numbers)),
        ]
    )


def _filled(value: float) -> SimpleImputer:
    return SimpleImputer(strategy="constant", fill_value=value, keep_empty_features=True)


def _median() -> SimpleImputer:
    return SimpleImputer(strategy="median", keep_empty_features=True)
