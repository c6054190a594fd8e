"""The correlation of the normal numbers behind yes/no answers, from how often two meet."""

from functools import cache
from itertools import combinations

import numpy as np
from numpy.polynomial.legendre import leggauss
from scipy.special import ndtr, ndtri

from warehouse.sources.figures import SMALLEST, Array

_STEPS = 30
_LIMIT = 8.0


def behind_answers(flags: Array, numbers: Array) -> Array:
    """Correlation matrix of the numbers behind `flags` (n x k, 0/1) and of `numbers` (n x m).

    Yes is said when a standard normal number exceeds a threshold (tetrachoric correlation, Pearson
    1900); with a number it is the polyserial one. Pairs of which any of the four cells holds
    fewer than ten people count as unrelated: such a cell is not told.
    """
    width = flags.shape[1]
    matrix = np.eye(width + numbers.shape[1])
    for i, j in combinations(range(len(matrix)), 2):
        left = flags[:, i] if i < width else numbers[:, i - width]
        right = flags[:, j] if j < width else numbers[:, j - width]
        if j < width:
            value = _tetrachoric(left, right)
        elif i < width:
            value = _polyserial(left, right)
        else:
            value = float(np.corrcoef(_normal_scores(left), _normal_scores(right))[0, 1])
        matrix[i, j] = matrix[j, i] = value
    return matrix


def _tetrachoric(left: Array, right: Array) -> float:
    both = float((left * right).sum())
    cells = (
        both,
        left.sum() - both,
        right.sum() - both,
        len(left) - left.sum() - right.sum() + both,
    )
    if min(cells) < SMALLEST:
        return 0.0
    first, second = ndtri(1 - left.mean()), ndtri(1 - right.mean())
    low, high = -0.95, 0.95
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if _chance_of_both(first, second, middle) < both / len(left):
            low = middle
        else:
            high = middle
    return (low + high) / 2


@cache
def _grid() -> tuple[Array, Array]:
    nodes, weights = leggauss(64)
    return nodes, weights


def _chance_of_both(first: float, second: float, correlation: float) -> float:
    """Chance that two correlated standard normal numbers exceed their thresholds."""
    nodes, weights = _grid()
    half = (_LIMIT - first) / 2
    x = first + half * (nodes + 1)
    density = np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
    beyond = ndtr((correlation * x - second) / np.sqrt(1 - correlation**2))
    return float(half * (weights * density * beyond).sum())


def _polyserial(flag: Array, number: Array) -> float:
    share = flag.mean()
    if min(flag.sum(), len(flag) - flag.sum()) < SMALLEST:
        return 0.0
    threshold = ndtri(1 - share)
    height = np.exp(-(threshold**2) / 2) / np.sqrt(2 * np.pi)
    plain = np.corrcoef(flag, _normal_scores(number))[0, 1]
    return float(np.clip(plain * np.sqrt(share * (1 - share)) / height, -0.95, 0.95))


def _normal_scores(values: Array) -> Array:
    order = np.argsort(np.argsort(values, kind="stable"), kind="stable")
    return np.asarray(ndtri((order + 0.5) / len(values)))
