"""Answers for a place where the classes are not as common as where the model learned.

Only NumPy is used, because the service that answers doctors reads this module.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Probabilities = NDArray[np.float64]
# So that a patient whose every probable class is said not to occur still gets an answer.
_LEAST = 1e-12
# The mean comes this near to the shares that are wanted, or this often nearer.
_CLOSE, _ROUNDS = 1e-3, 100


def reweighted(
    probabilities: Probabilities, learned: Sequence[float], stated: Sequence[float]
) -> Probabilities:
    """Calibrated probabilities [.., classes] as they are where `stated` are the class shares.

    Bayes' rule: each is multiplied by stated / learned share of its class and all are made to sum
    to one again (Saerens, Latinne and Decaestecker 2002, doi:10.1162/089976602753284446, eq. 4).
    It holds where patients of one class look alike in both places; a class that looks different
    there, as another strain might, is not corrected by it.
    """
    weights = np.asarray(stated, dtype=np.float64) / np.asarray(learned, dtype=np.float64)
    weighed = np.maximum(probabilities, _LEAST) * weights
    return np.asarray(weighed / weighed.sum(axis=-1, keepdims=True))


def to_state(
    probabilities: Probabilities, learned: Sequence[float], shares: Sequence[float]
) -> tuple[float, ...]:
    """The shares to state at a place so that its patients' answers have the mean `shares`.

    Bayes' rule with the true shares gives that mean only where classes look alike in both places.
    Where they do not, this scales rows and columns in turn (Sinkhorn and Knopp 1967,
    doi:10.2140/pjm.1967.21.343): calibration in the large, which needs the answers
    [patients, classes] to patients of the place and how common each class is, of nobody which.
    """
    wanted = np.asarray(shares, dtype=np.float64)
    stated = wanted
    for _ in range(_ROUNDS):
        mean = reweighted(probabilities, learned, stated.tolist()).mean(axis=0)
        if np.abs(mean - wanted).max() < _CLOSE:
            break
        stated = stated * wanted / np.maximum(mean, _LEAST)
        stated = stated / stated.sum()
    return tuple(stated.tolist())
