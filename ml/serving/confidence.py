"""Which answers are confident, by how sure the model is and how much is known of the patient.

NumPy alone, since the service that answers doctors reads this module.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ml.serving.problem_file import Confident, ConfidentFrom

Probabilities = NDArray[np.float64]
Counts = NDArray[np.intp]
Mask = NDArray[np.bool_]


def known(rows: NDArray[np.float32]) -> Counts:
    """How many features are known of each patient, from encoded `rows` [n, features]."""
    return np.asarray((~np.isnan(rows)).sum(axis=1), dtype=np.intp)


def reached(
    confident: Confident, classes: Sequence[str], probabilities: Probabilities, counts: Counts
) -> Mask:
    """Which first answers of `probabilities` [n, classes] are confident, `counts` [n] known."""
    first = probabilities.max(axis=1)
    passed = above_floors([confident.floors.get(code, 0.0) for code in classes], probabilities)
    if not confident.levels:
        return np.asarray(passed & (first >= confident.threshold))
    return passed & reached_by_level(confident.levels, first, counts)


def above_floors(floors: Sequence[float | None], probabilities: Probabilities) -> Mask:
    """Which first answers are as probable as the floor of their class; None, and none of it is."""
    own = np.array([np.inf if floor is None else floor for floor in floors])
    return np.asarray(probabilities.max(axis=1) >= own[probabilities.argmax(axis=1)])


def reached_by_level(
    levels: Sequence[ConfidentFrom], first: NDArray[np.float64], counts: Counts
) -> Mask:
    """Which first answers, of probability `first` [n], reach the threshold of their `counts`."""
    starts = [level.known_from for level in levels]
    least = [np.inf if one.threshold is None else one.threshold for one in levels]
    # Below the first level somebody told less than any patient the thresholds were chosen on.
    at = np.searchsorted(starts, counts, side="right")
    return np.asarray(first >= np.array([np.inf, *least])[at])


def reached_by(confident: Confident, code: str, first: float, count: int) -> bool:
    """Whether one first answer, of probability `first`, is confident, `count` features known."""
    floor = confident.floors.get(code, 0.0)
    if floor is None or first < floor:
        return False
    if not confident.levels:
        return first >= confident.threshold
    least = [one.threshold for one in confident.levels if one.known_from <= count][-1:]
    return least != [] and least[0] is not None and first >= least[0]


def tally(
    confident: Confident,
    classes: Sequence[str],
    y: NDArray[np.intp],
    probabilities: Probabilities,
    counts: Counts,
) -> Mapping[str, tuple[int, int]]:
    """How many first answers of each class are confident, and how many of those are right."""
    answered = reached(confident, classes, probabilities, counts)
    first = probabilities.argmax(axis=1)
    of_each = ((answered & (first == place), place) for place in range(len(classes)))
    return {
        classes[place]: (int(rows.sum()), int((y[rows] == place).sum()))
        for rows, place in of_each
        if rows.any()
    }


def added_up(of_each: Mapping[str, tuple[int, int]]) -> tuple[int, int]:
    """The same of all classes together."""
    answered = sum(given for given, _ in of_each.values())
    return answered, sum(right for _, right in of_each.values())
