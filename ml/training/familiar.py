"""Count what is usual in each class, and find from when on a patient is called strange."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml.cohort.dataset import Dataset, Matrix
from ml.cohort.frequencies import among, shares_of
from ml.cohort.pooled import shares
from ml.cohort.suppression import LEAST
from ml.serving.bundle import familiarity_of
from ml.serving.problem_file import Familiar, Finding
from warehouse.vocabulary import load_vocabulary

# One familiar patient in fifty is called strange: seldom enough that a warning is still read.
FALSE_ALARMS = 0.02
# The least and the greatest value are edges too: beyond them nobody was learned from.
_CUTS = (0.0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1.0)
_HALF = np.array([0.5])
# What is mentioned and no sign of the vocabulary, as in a problem that somebody adds.
_OTHER_KIND = "other"
_DIGITS = 7
_HAIR = 0.0005


def familiar(learned: Dataset, classes: tuple[str, ...], *others: Matrix) -> Familiar | None:
    """What is usual in the patients `learned` from, pooled, with the limit that `others` set.

    `others` are patients who were not counted, each time with another part of their evidence known.
    The limit is the greatest of the conformal quantiles of their scores (Vovk, Gammerman and
    Shafer 2005): one more familiar patient exceeds it with probability `FALSE_ALARMS` at most,
    whichever part is told. None where there is nothing to count, or too few patients for a limit.
    """
    common = _common(learned, classes)
    counted = _counted(learned, common)
    usual = familiarity_of(counted) if common else None
    if usual is None or not usual.findings:
        return None
    limit = max(_quantile(usual.scores(x, learned.features)) for x in others)
    return counted.model_copy(update={"limit": limit}) if np.isfinite(limit) else None


def shuffled(patients: Dataset, rng: Generator) -> Dataset:
    """Patients put together from findings of many: each usual alone, the whole of nobody."""
    x = patients.x.copy()
    for column in x.T:
        known = np.flatnonzero(~np.isnan(column))
        column[known] = column[rng.permutation(known)]
    return replace(patients, x=x)


def tossed(patients: Dataset, rng: Generator) -> Dataset:
    """Patients nobody is like: each sign by a coin, each measurement anywhere in its range."""
    x = patients.x.copy()
    for position, column in enumerate(x.T):
        known = np.flatnonzero(~np.isnan(column))
        if position not in patients.numbers:
            column[known] = rng.integers(0, 2, len(known))
        elif len(known):
            column[known] = rng.uniform(column[known].min(), column[known].max(), len(known))
    return replace(patients, x=x)


def _common(dataset: Dataset, classes: tuple[str, ...]) -> tuple[str, ...]:
    """The classes of ten patients or more: of a rarer one nothing is told, so all would fit it."""
    y = among(dataset, classes)
    counts = np.bincount(y[y >= 0], minlength=len(classes))
    return tuple(code for code, count in zip(classes, counts, strict=True) if count >= LEAST)


def _counted(dataset: Dataset, classes: tuple[str, ...]) -> Familiar:
    y = among(dataset, classes)
    known = {sign.code: sign.kind for sign in load_vocabulary().symptoms}
    kinds = {code: known.get(code, _OTHER_KIND) for code in dataset.features}
    findings: dict[str, Finding] = {}
    mentions: dict[str, NDArray[np.intp]] = {}
    for position, feature in enumerate(dataset.features):
        column = dataset.x[:, position]
        if position not in dataset.numbers and not (column == 0).any():
            mentions[feature] = np.bincount(y[(y >= 0) & (column == 1)], minlength=len(classes))
        else:
            edges = _edges(column) if position in dataset.numbers else _HALF
            findings[feature] = _finding(column, edges, y, len(classes))
    return Familiar(
        findings={code: one for code, one in findings.items() if len(one.edges)},
        mentions=_by_kind(
            {code: counts for code, counts in mentions.items() if counts.any()}, kinds
        ),
        kinds={code: kinds[code] for code, counts in mentions.items() if counts.any()},
        limit=np.inf,
        false_alarms=FALSE_ALARMS,
    )


def _finding(
    column: NDArray[np.float32], edges: NDArray[np.float64], y: NDArray[np.intp], classes: int
) -> Finding:
    codes = np.where(np.isnan(column), -1, np.searchsorted(edges, column, side="right"))
    found = shares_of(codes, y, (len(edges) + 1, classes))
    return Finding(edges=tuple(edges.tolist()), shares=found)


def _by_kind(
    present: Mapping[str, NDArray[np.intp]], kinds: Mapping[str, str]
) -> dict[str, tuple[float, ...]]:
    """The share of each sign among the mentions of its kind, in the order of `present`."""
    found: dict[str, tuple[float, ...]] = {}
    for kind in {kinds[code] for code in present}:
        found |= _mentions({code: own for code, own in present.items() if kinds[code] == kind})
    return {code: found[code] for code in present}


def _mentions(present: Mapping[str, NDArray[np.intp]]) -> dict[str, tuple[float, ...]]:
    every = np.sum(list(present.values()), axis=0)
    told = np.asarray([shares(np.stack([every - own, own]))[1] for own in present.values()])
    among_all = (told / told.sum(axis=0)).round(_DIGITS)
    return {code: tuple(row) for code, row in zip(present, among_all.tolist(), strict=True)}


def _edges(column: NDArray[np.float32]) -> NDArray[np.float64]:
    known = column[~np.isnan(column)]
    if not len(known):
        return np.empty(0)
    # A hair below the value, and above the greatest: 36.6 is told as another number than the
    # float32 nearest to it, and both must fall on the same side.
    edges = np.round(np.quantile(known, _CUTS).astype(float), 3) - _HAIR
    edges[-1] += 2 * _HAIR
    return np.unique(np.round(edges, 4))


def _quantile(scores: NDArray[np.float64]) -> float:
    rank = int(np.ceil((1 - FALSE_ALARMS) * (len(scores) + 1)))
    return float(np.sort(scores)[rank - 1]) if rank <= len(scores) else float(np.inf)
