"""Drawing cohorts from figures: categories, quantile shapes, correlated numbers, drift."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from warehouse.sources.figures import QUANTILE_LEVELS, Array

Indices = NDArray[np.intp]

# How far a shift of 1 moves the first and the last class, in log-weight.
_STRENGTH = 0.8


def pick(rng: np.random.Generator, weights: ArrayLike, rows: int) -> Indices:
    """`rows` indices into `weights`, each as likely as its weight."""
    chances = np.asarray(weights, dtype=float)
    return np.asarray(rng.choice(len(chances), size=rows, p=chances / chances.sum()))


def pick_given(rng: np.random.Generator, table: ArrayLike, given: Indices) -> Indices:
    """For each row, an index into the row `given` of `table`, which holds weights."""
    weights = np.asarray(table, dtype=float)
    steps = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)[:, :-1]
    return np.asarray((rng.random((len(given), 1)) > steps[given]).sum(axis=1), dtype=np.intp)


def happens(rng: np.random.Generator, chances: ArrayLike) -> NDArray[np.bool_]:
    """For each row, whether an event of that chance happens."""
    odds = np.asarray(chances, dtype=float)
    return np.asarray(rng.random(len(odds)) < odds)


def correlated(rng: np.random.Generator, matrix: ArrayLike, rows: int) -> Array:
    """`rows` x k numbers, each uniform on (0, 1), with about the given normal correlation."""
    wanted = np.asarray(matrix, dtype=float)
    values, vectors = np.linalg.eigh(wanted)
    # Pairwise correlations over different rows need not fit together: keep what does.
    root = vectors * np.sqrt(np.clip(values, 1e-6, None))
    normal = rng.standard_normal((rows, len(wanted))) @ root.T
    return np.asarray(ndtr(normal / np.sqrt((root**2).sum(axis=1))))


def at_quantiles(uniforms: Array, shape: ArrayLike) -> Array:
    """The value of each uniform number under a distribution kept as quantiles."""
    return np.asarray(np.interp(uniforms, QUANTILE_LEVELS, np.asarray(shape, dtype=float)))


def moved(weights: ArrayLike, shift: float) -> Array:
    """Class weights after drift: with `shift` > 0 the first classes gain on the last ones."""
    start = np.asarray(weights, dtype=float)
    position = np.linspace(1.0, -1.0, len(start))
    after = start * np.exp(_STRENGTH * shift * position)
    return np.asarray(after / after.sum())


def tilted(prior: Array, mean: float, spread: float) -> Array:
    """The distribution over classes 1..k closest to `prior` with this mean and deviation.

    It is prior * exp(a c + b c^2); a and b are found by damped Newton steps. This turns two
    numbers over at least ten people into a row of a table whose cells would be too small to keep.
    """
    classes = np.arange(1, len(prior) + 1, dtype=float)
    basis = np.column_stack([classes, classes**2])
    goal = np.array([mean, spread**2 + mean**2])
    slope = np.zeros(2)
    for _ in range(100):
        weights = _exponential(prior, basis @ slope)
        now = weights @ basis
        spread_of_basis = (basis - now).T @ ((basis - now) * weights[:, None])
        slope += 0.5 * np.linalg.solve(spread_of_basis + 1e-3 * np.eye(2), goal - now)
    return _exponential(prior, basis @ slope)


def _exponential(prior: Array, exponent: Array) -> Array:
    weights = prior * np.exp(exponent - exponent.max())
    return np.asarray(weights / weights.sum())


def logit(chance: ArrayLike) -> Array:
    """Log-odds of a chance, kept away from certainty."""
    odds = np.clip(np.asarray(chance, dtype=float), 1e-4, 1 - 1e-4)
    return np.asarray(np.log(odds / (1 - odds)))


def from_logit(value: ArrayLike) -> Array:
    """The chance of log-odds."""
    return np.asarray(1 / (1 + np.exp(-np.asarray(value, dtype=float))))
