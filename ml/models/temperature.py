"""Make probabilities mean what they say: one temperature for all of a model's answers."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import softmax

# Probabilities below this are raised to it, here and in the ONNX graph, before their logarithm.
FLOOR = 1e-7


def soften(probabilities: NDArray[np.float64], temperature: float) -> NDArray[np.float64]:
    """Divide the log-probabilities by `temperature` and renormalise: above 1 less sure, below more.

    Temperature scaling (Guo et al. 2017, arXiv:1706.04599) never changes the ranking.
    """
    return np.asarray(softmax(np.log(np.maximum(probabilities, FLOOR)) / temperature, axis=1))


def fit_temperature(y: NDArray[np.intp], probabilities: NDArray[np.float64]) -> float:
    """The temperature with the least log-loss on patients that the model was not fitted to."""

    def loss(log_temperature: float) -> float:
        softened = soften(probabilities, float(np.exp(log_temperature)))
        return float(-np.log(softened[np.arange(len(y)), y]).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-2.5, 2.5), method="bounded").x))
