"""The set of answers that cannot be ruled out, which holds the right one nine times in ten.

Only NumPy is used, because the service that answers doctors reads this module.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Probabilities = NDArray[np.float64]
Codes = NDArray[np.intp]

COVERAGE = 0.9
# With fewer patients of a class no probability of theirs bounds nine in ten of the next ones.
LEAST_PATIENTS = 9


def least_probabilities(y: Codes, *answers: Probabilities) -> tuple[float, ...]:
    """For each class the probability from which it belongs to the set.

    Split conformal prediction within each class (Vovk's Mondrian predictor: Vovk, Gammerman and
    Shafer 2005, chapter 4.5; Sadinle, Lei and Wasserman 2019, doi:10.1080/01621459.2017.1395341):
    of n calibration patients of a class, the k-th smallest probability that they got for it, with
    k = floor((1 - COVERAGE) (n + 1)). The next patient of the class falls below that one time in
    ten at most, however good or bad the model is, and however common the class.

    `answers` are probabilities [n, classes] for the same patients, each time with another part of
    the evidence known; the least bound of them counts, so that each keeps the promise. A class
    with fewer than `LEAST_PATIENTS` gets nought: it can never be ruled out.
    """
    classes = answers[0].shape[1]
    return tuple(min(_bound(told[y == k, k]) for told in answers) for k in range(classes))


def conformal_set(
    probabilities: Sequence[float], least: Sequence[float], order: Iterable[int]
) -> tuple[int, ...]:
    """Positions of the classes that cannot be ruled out, in this `order` of them all.

    None is an answer too: the patient is like those of no class.
    """
    return tuple([place for place in order if probabilities[place] >= least[place]])


def in_set(probabilities: Probabilities, least: Sequence[float]) -> NDArray[np.bool_]:
    """Which classes are in the set of each patient [n, classes]."""
    return np.asarray(probabilities >= np.asarray(least))


def _bound(own: NDArray[np.float64]) -> float:
    """The bound from the probabilities that patients of one class got for it."""
    # 0.1 * 10 is not quite 1 where 0.1 is a difference: a hair keeps the ninth patient counting.
    rank = int(np.floor((1 - COVERAGE) * (len(own) + 1) + 1e-9))
    return float(np.sort(own)[rank - 1]) if rank else 0.0
