"""Shares of each class's patients from which nobody can count one to nine of them.

A bundle leaves the house with a table of how often each finding goes with each class. Where a class
is small its cells are one patient, or two: they are shown together with others, as the groups that
analysts read are.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ml.cohort.suppression import LEAST, unsaid

Counts = NDArray[np.intp]
Shares = NDArray[np.float64]
Mask = NDArray[np.bool_]

# So many patients who are like everybody are added to each class: never seen is not impossible.
_LIKE_EVERYBODY = 0.5


def shares(counts: Counts) -> Shares:
    """Shares [values, classes] of ordered values from how many patients have each of them.

    Each step from a value to those above it is a share of its own (`_step`), of those patients who
    have at least the value.
    """
    at_least = np.cumsum(counts[::-1], axis=0)[::-1]
    found, reached = [], np.ones(counts.shape[1])
    for of, hits in pairwise(at_least):
        share = _step(hits, of)
        found.append(reached * (1 - share))
        reached = reached * share
    return np.asarray([*found, reached])


def class_shares(counts: Counts) -> Shares:
    """The share of each class [classes]; those that `unsaid` hides have the mean of theirs."""
    hidden = sorted(unsaid(counts.tolist()))
    shown = counts.astype(float)
    shown[hidden] = shown[hidden].mean() if hidden else 0.0
    shown += _LIKE_EVERYBODY
    return np.asarray(shown / shown.sum())


def _step(hits: Counts, of: Counts) -> Shares:
    """Share [classes] of the patients `of` each class who are among the `hits`.

    Of a class with fewer than ten patients it says nothing but what is true of the others. In the
    rest, classes with one to nine who have it share one figure, and so do those with one to nine
    who have it not; each is of twenty patients or more in two classes, or else all share it.
    """
    few = of < LEAST
    everybody = (hits[~few].sum() + _LIKE_EVERYBODY) / (of[~few].sum() + 2 * _LIKE_EVERYBODY)
    most = 2 * hits > of
    found = np.where(
        most, 1 - _together(of - hits, of, most & ~few), _together(hits, of, ~most & ~few)
    )
    smoothed = (found * of + _LIKE_EVERYBODY * everybody) / (of + _LIKE_EVERYBODY)
    return np.where(few, everybody, smoothed)


def _together(counts: Counts, of: Counts, may: Mask) -> Shares:
    """The share of each class, or of those whose `counts` are not said, where it may be shown."""
    found = counts / np.maximum(of, 1)
    hidden = sorted(unsaid(np.where(may, counts, 0).tolist()))
    if hidden and (len(hidden) < 2 or counts[hidden].sum() < 2 * LEAST):
        hidden = np.flatnonzero(may).tolist()
    if hidden:
        found[hidden] = counts[hidden].sum() / of[hidden].sum()
    return found
