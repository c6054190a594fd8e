"""Make probabilities mean what they say, and find when one of them may be called confident."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from ml.evaluate import confident, precision_low

Probabilities = NDArray[np.float64]
Codes = NDArray[np.intp]

LEAST_PRECISION = 0.85
# Probabilities below this are raised to it, here and in the ONNX graph, before their logarithm.
FLOOR = 1e-7
_ERROR = 0.05
_STEPS = 20


def soften(probabilities: Probabilities, temperature: float) -> Probabilities:
    """Divide the log-probabilities by `temperature` and renormalise: above 1 less sure, below more.

    Temperature scaling (Guo et al. 2017, arXiv:1706.04599) never changes the ranking.
    """
    scores = np.log(np.maximum(probabilities, FLOOR)) / temperature
    scores -= scores.max(axis=1, keepdims=True)
    powers = np.exp(scores)
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def fit_temperature(y: Codes, probabilities: Probabilities) -> float:
    """The temperature with the least log-loss on patients that the model was not fitted to."""

    def loss(log_temperature: float) -> float:
        softened = soften(probabilities, float(np.exp(log_temperature)))
        return float(-np.log(softened[np.arange(len(y)), y]).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-2.5, 2.5), method="bounded").x))


def confident_threshold(y: Codes, *answers: Probabilities) -> float | None:
    """The least probability above which first answers are right 85 times in 100, or None.

    `answers` are probabilities [n, classes] for the same patients, each time with another part of
    the evidence known; a threshold must hold for every one of them, since a doctor who tells
    little must be able to trust it too. Twenty thresholds are tried, reached by one twentieth of
    the first answers, by two, and so on. Each must hold with a one-sided Clopper-Pearson bound at
    1 - 0.05 / 20, so that all twenty together (Bonferroni) let a false one through no more often
    than once in twenty.
    """
    first = np.sort(answers[0].max(axis=1))[::-1]
    counts = np.linspace(0, len(first), _STEPS + 1).astype(int)[1:]
    for threshold in (float(first[count - 1]) for count in counts[::-1] if count):
        if all(_holds(y, probabilities, threshold) for probabilities in answers):
            return threshold
    return None


def _holds(y: Codes, probabilities: Probabilities, threshold: float) -> bool:
    """Whether answers above `threshold` are right often enough; no answer breaks no promise."""
    answered, right = confident(y, probabilities, threshold)
    return answered == 0 or precision_low(right, answered, _ERROR / _STEPS) >= LEAST_PRECISION
