"""The straight line that best corrects log-odds: its slope and its intercept."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

Numbers = NDArray[np.float64]

_LEAST = 1e-6
_STEPS = 50
_NEAR = 1e-9
# Log-odds that differ by less are as good as alike, and any slope fits them.
_ALIKE = 1e-4


def slope_and_intercept(y: NDArray[np.intp], probabilities: Numbers) -> tuple[float, float]:
    """Logistic regression of "is this class" on the log-odds of `probabilities` [n, classes].

    Pooled over the classes, of two the first alone; both are fitted at once (Cox 1958,
    doi:10.1093/biomet/45.3-4.562). NaN where no line is the likeliest: all answers are alike, or
    one log-odds parts what is true from what is not.
    """
    columns = range(1) if probabilities.shape[1] == 2 else range(probabilities.shape[1])
    given = np.concatenate([probabilities[:, k] for k in columns])
    true = np.concatenate([y == k for k in columns])
    bounded = np.clip(given, _LEAST, 1 - _LEAST)
    odds = np.log(bounded / (1 - bounded))
    if true.all() or not true.any() or np.ptp(odds) < _ALIKE or _part(odds, true):
        return float("nan"), float("nan")
    try:
        return _likeliest(odds, true.astype(np.float64))
    except np.linalg.LinAlgError:
        return float("nan"), float("nan")


def _part(odds: Numbers, true: NDArray[np.bool_]) -> bool:
    yes, no = odds[true], odds[~true]
    return bool(yes.min() >= no.max() or yes.max() <= no.min())


def _likeliest(odds: Numbers, true: Numbers) -> tuple[float, float]:
    """Newton's method from the answers as they are; a step that makes it unlikelier is halved."""
    line = np.array([1.0, 0.0])
    lost = _unlikely(line, odds, true)
    for _ in range(_STEPS):
        step = _step(line, odds, true)
        while (further := _unlikely(line + step, odds, true)) > lost and np.abs(step).max() > _NEAR:
            step /= 2
        line, lost = line + step, further
        if np.abs(step).max() <= _NEAR:
            break
    return float(line[0]), float(line[1])


def _unlikely(line: Numbers, odds: Numbers, true: Numbers) -> float:
    """The negative log-likelihood of slope and intercept."""
    corrected = line[0] * odds + line[1]
    return float(np.logaddexp(0, corrected).sum() - corrected @ true)


def _step(line: Numbers, odds: Numbers, true: Numbers) -> Numbers:
    given = expit(line[0] * odds + line[1])
    off, weight = true - given, given * (1 - given)
    mixed = weight @ odds
    curvature = np.array([[weight @ odds**2, mixed], [mixed, weight.sum()]])
    return np.linalg.solve(curvature, np.array([off @ odds, off.sum()]))
