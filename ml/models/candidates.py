"""The candidates: each one scikit-learn pipeline, and what a search may try of it.

Adding a candidate is adding a record to `KINDS`: searches try it from then on, and training
compares it once a search has found it best or its record says `daily`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import (
    ExtraTreesClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    VotingClassifier,
)
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline

from ml.cohort.dataset import Dataset
from ml.cohort.split import SEED
from ml.models.chosen import Chosen, with_parameters
from ml.models.pipelines import indicators, on_bits, on_indicators, on_levels, on_steps

BASELINE = "dummy"
# More classes than this make boosting (one tree a class and round) too slow and too unsteady.
_MANY_CLASSES = 10
_ROUNDS = 80
_ROUNDS_QUICK = 60

Space = Mapping[str, Sequence[object]]


@dataclass(frozen=True)
class Kind:
    """A kind of model: `build` makes it for a data set, quickly where the second word says so.

    `space` gives the values that a search draws from, by the pipeline's parameter. What is not
    `daily` is tried by searches alone, so that the normal training stays quick.
    """

    name: str
    build: Callable[[Dataset, bool], Pipeline]
    space: Callable[[Dataset], Space] = field(default=lambda _: {})
    daily: bool = False


@dataclass(frozen=True)
class Candidate:
    """A named way to make an unfitted model; `parts` are the candidates that it averages."""

    name: str
    make: Callable[[], Pipeline]
    parts: tuple[str, ...] = ()


def candidates(
    dataset: Dataset, quick: bool = False, chosen: Chosen | None = None, every: bool = False
) -> list[Candidate]:
    """The daily kinds and the one that a search found best, or `every` kind; then the blend.

    They have the parameters that were `chosen` for them. `quick` grows fewer trees.
    """
    best = chosen.candidate if chosen else None
    taken = [kind for kind in KINDS if every or kind.daily or kind.name == best]

    def maker(kind: Kind) -> Callable[[], Pipeline]:
        return lambda: with_parameters(kind.build(dataset, quick), kind.name, chosen)

    made = {kind.name: maker(kind) for kind in taken}
    blended = {name: made[name] for name in _BLENDED}
    blend = Candidate("blend", lambda: _mean_of(blended), parts=_BLENDED)
    return [*(Candidate(name, make) for name, make in made.items()), blend]


def aligned(
    probabilities: NDArray[np.float64], seen: NDArray[np.intp], classes: int
) -> NDArray[np.float64]:
    """Probabilities [n, classes] from those of the `seen` classes; the others get nought."""
    full = np.zeros((len(probabilities), classes))
    full[:, seen] = probabilities
    return full


def _mean_of(parts: Mapping[str, Callable[[], Pipeline]]) -> Pipeline:
    made = [(name, make()) for name, make in parts.items()]
    return Pipeline([("model", VotingClassifier(made, voting="soft", flatten_transform=False))])


def _baseline(dataset: Dataset, _: bool) -> Pipeline:
    prior = DummyClassifier(strategy="prior")
    return Pipeline([("evidence", indicators(dataset)), ("model", prior)])


def _logistic(dataset: Dataset, _: bool) -> Pipeline:
    return on_steps(dataset, LogisticRegression(C=0.01, max_iter=300, tol=1e-3))


def _naive_bayes(dataset: Dataset, _: bool) -> Pipeline:
    """Each known finding multiplies the odds by its likelihood ratio, whatever the others say."""
    return on_bits(dataset)


def _forest(dataset: Dataset, quick: bool) -> Pipeline:
    trees = 30 if quick else 60
    bounded = {"max_leaf_nodes": 200, "max_features": 0.2, "min_samples_leaf": 5}
    return on_levels(dataset, RandomForestClassifier(trees, random_state=SEED, **bounded))


def _neural(dataset: Dataset, _: bool) -> Pipeline:
    # Ends when three rounds gain less than a thousandth: more only learns the rows by heart.
    settled = {"max_iter": 200, "tol": 1e-3, "n_iter_no_change": 3, "random_state": SEED}
    return on_indicators(dataset, MLPClassifier([32], alpha=1.0, **settled))


def _trees(dataset: Dataset, quick: bool) -> Pipeline:
    if _many(dataset):
        return on_levels(dataset, _extra_trees())
    # Of two classes a round grows one tree instead of one for each, so there is time for more.
    rounds = 2 * _ROUNDS if len(dataset.classes) == 2 else _ROUNDS
    return on_levels(dataset, _boosting(_ROUNDS_QUICK if quick else rounds))


def _boosting(rounds: int) -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(
        max_iter=rounds,
        # Many leaves, few features at each split: of what trees were tried on the patients they may
        # learn from, the best that is served as fast (docs/decisions/0016).
        learning_rate=0.08,
        max_leaf_nodes=31,
        min_samples_leaf=20,
        l2_regularization=10.0,
        max_features=0.1,
        early_stopping=False,
        random_state=SEED,
    )


def _extra_trees() -> ExtraTreesClassifier:
    # Bounded leaves: each holds a number for every class, and the file must stay small.
    return ExtraTreesClassifier(40, max_leaf_nodes=200, max_features=0.2, random_state=SEED)


def _many(dataset: Dataset) -> bool:
    return len(dataset.classes) > _MANY_CLASSES


def _trees_space(dataset: Dataset) -> Space:
    if _many(dataset):
        return _LEAVES
    return {
        "model__learning_rate": [0.05, 0.07, 0.1, 0.15],
        # Up to as many leaves as a word has bits, which is how they are served.
        "model__max_leaf_nodes": [7, 15, 31, 63],
        "model__min_samples_leaf": [10, 20, 40, 80],
        "model__l2_regularization": [0.0, 1.0, 10.0],
        "model__max_features": [0.05, 0.1, 0.15, 0.3],
    }


_LEAVES: Space = {
    "model__max_leaf_nodes": [100, 200, 300],
    "model__max_features": [0.1, 0.2, 0.4],
    "model__min_samples_leaf": [1, 3, 10, 20],
}
_WEIGHTS: Space = {"model__C": [0.003, 0.01, 0.02, 0.05, 0.1, 0.3, 1.0]}
_PSEUDO_COUNTS: Space = {"model__alpha": [0.1, 0.3, 1.0, 3.0, 10.0, 30.0]}
_LAYERS: Space = {
    "model__hidden_layer_sizes": [[16], [32], [64]],
    "model__alpha": [0.1, 1.0, 3.0, 10.0],
    "model__learning_rate_init": [0.001, 0.003],
}

KINDS = (
    Kind(BASELINE, _baseline, daily=True),
    Kind("logistic", _logistic, lambda _: _WEIGHTS, daily=True),
    Kind("trees", _trees, _trees_space, daily=True),
    Kind("naive_bayes", _naive_bayes, lambda _: _PSEUDO_COUNTS, daily=True),
    Kind("forest", _forest, lambda _: _LEAVES),
    Kind("neural", _neural, lambda _: _LAYERS),
)
# Of these the blend is the mean.
_BLENDED = ("logistic", "trees")
