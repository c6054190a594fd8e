"""Which landed columns give the answer away, or will not hold elsewhere; found without a list.

A column is *known* where the vocabulary says which sign or measurement it holds: what a doctor
sees when the question is asked. Any other column has no clinical meaning that we know of, and is
suspect as soon as it tells of the answer: it was written by somebody who knew it, or it marks the
place, the hour or the habits of who wrote. No list of suspects is read, here or anywhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Literal

import numpy as np
import pandas as pd

from ml.cohort.dataset import Dataset
from ml.exploration.association import Shares, auc_of, chance, explained, gain, strength
from ml.exploration.calendar import says_when
from ml.exploration.cells import Cells, Codes, bands_of, cells_of, crossed, is_text

Reason = Literal["answer", "pair", "adds", "family", "filled", "text", "when", "where"]

# What each reason says, to a person.
REASONS: Mapping[Reason, str] = {
    "answer": "gives the answer away by itself",
    "pair": "gives the answer away together with another",
    "adds": "no clinical meaning known, and tells of the answer beyond the signs",
    "family": "one of a family of columns that together tell beyond the signs",
    "filled": "whether it was filled in tells of the answer",
    "text": "free text that no vocabulary reads: nobody knows when it was written",
    "when": "says when, which holds in no other hospital",
    "where": "goes with how records are kept: a mark of place or time",
}

# A single column that does as well as this takes away most of the question.
_ANSWERS_AUC = 0.95
_ANSWERS_SHARE = 0.5
_WORTH_A_LOOK = 0.2
# And one that takes away as much as this is the answer itself.
_IS_THE_ANSWER = 0.95
# A pair is more than its parts where it takes away this much more of the answer than the better.
_PAIR_MORE = 0.15
# Two honest signs may tell much between them; a pair is held to be a leak from this share on.
_PAIR_SHARE = 0.8
_PAIRED = 24
# Being filled in, or not, should tell nothing of the answer.
_FILLED_AUC = 0.6
# The chance of one false alarm among all unknown columns of a source.
_CHANCE = 0.01
# Above this, a column goes with which other columns are filled in: a habit of who writes.
_HABIT = 0.3
_LEAST_FAMILY = 5


@dataclass(frozen=True)
class Suspect:
    """What is held against one landed column of one source.

    `auc` is the macro AUC of the column alone, `share` the part of the answer's entropy it takes
    away, `gain` the AUC it adds to the signs (None for one whose meaning is known), `p` the chance
    of at least that if it told nothing. `with_column` is the other one of a pair.
    """

    source: str
    column: str
    reasons: tuple[Reason, ...]
    auc: float
    share: float
    gain: float | None = None
    p: float | None = None
    with_column: str = ""


def meanings(found: Sequence[Suspect]) -> list[str]:
    """What the words of a table of suspects mean, those alone that stand in it."""
    given = {reason for one in found for reason in one.reasons}
    if not given:
        return []
    return [
        *(f"{reason}: {meaning}" for reason, meaning in REASONS.items() if reason in given),
        "AUC alone: of the answer told from this column only; 0.5 is guessing",
        "AUC added: to that of the signs; empty where the column's meaning is known",
    ]


@dataclass
class _Screened:
    """What is found out of one source, column by column."""

    source: str
    y: Codes
    expected: Shares
    cells: dict[str, Cells]
    reasons: dict[str, set[Reason]] = field(default_factory=dict)
    partner: dict[str, str] = field(default_factory=dict)
    share: dict[str, float] = field(default_factory=dict)

    def hold(self, column: str, reason: Reason) -> None:
        """Hold a reason against a column."""
        self.reasons.setdefault(column, set()).add(reason)


def screen(
    source: str, columns: pd.DataFrame, known: frozenset[str], y: Codes, expected: Shares
) -> list[Suspect]:
    """Everything that is suspect in the landed `columns` of `source`, gravest first.

    `known` are columns whose clinical meaning the vocabulary gives, `expected` [rows, classes]
    what the signs alone say of patients that they were not fitted on.
    """
    found = _Screened(source, y, expected, _cells(columns, y))
    _alone(found)
    _pairs(found)
    _filled(found)
    strangers = [name for name in found.cells if name not in known]
    _marks(found, columns, strangers, [name for name in found.cells if name in known])
    _adds(found, strangers)
    strangers += _families(found, columns, strangers)
    suspects = [_suspect(found, name, name in strangers) for name in found.reasons]
    return sorted(suspects, key=lambda one: (-one.share, one.column))


def screen_features(dataset: Dataset) -> list[Suspect]:
    """Features, alone or two together, that nearly give the answer; their meaning is known."""
    bands = pd.DataFrame(dataset.x, columns=list(dataset.features))
    cells = {str(name): bands_of(bands[name]) for name in bands}
    moving = {name: found for name, found in cells.items() if np.ptp(found) > 0}
    even = np.ones((len(dataset.y), len(dataset.classes))) / len(dataset.classes)
    found = _Screened("features", dataset.y, even, moving)
    _alone(found)
    _pairs(found)
    suspects = [_suspect(found, name, is_stranger=False) for name in found.reasons]
    return sorted(suspects, key=lambda one: (-one.share, one.column))


def _cells(columns: pd.DataFrame, y: Codes) -> dict[str, Cells]:
    """The cells of each column that has more than one."""
    made = {str(name): cells_of(columns[name], y) for name in columns}
    return {name: cells for name, cells in made.items() if np.ptp(cells) > 0}


def _alone(found: _Screened) -> None:
    for name, cells in found.cells.items():
        found.share[name] = explained(cells, found.y)
        nearly = found.share[name] >= _ANSWERS_SHARE
        if nearly or (found.share[name] >= _WORTH_A_LOOK and _auc(found, name) >= _ANSWERS_AUC):
            found.hold(name, "answer")


def _pairs(found: _Screened) -> None:
    """Two columns that together say what neither says: the error beside the first guess."""
    open_ones = [name for name, share in found.share.items() if share < _IS_THE_ANSWER]
    likely = sorted(open_ones, key=lambda name: -found.share[name])[:_PAIRED]
    for one, other in combinations(likely, 2):
        both = explained(crossed(found.cells[one], found.cells[other]), found.y)
        by_chance = _by_chance(found, one, other)
        more = both - by_chance - max(found.share[one], found.share[other])
        if both >= _PAIR_SHARE and more >= _PAIR_MORE:
            for name, partner in ((one, other), (other, one)):
                found.hold(name, "pair")
                found.partner.setdefault(name, partner)


def _by_chance(found: _Screened, one: str, other: str) -> float:
    """What crossing would take away if the second column told nothing: many cells look wise."""
    mixed = np.random.default_rng(0).permutation(found.cells[other])
    return max(explained(crossed(found.cells[one], mixed), found.y) - found.share[one], 0.0)


def _filled(found: _Screened) -> None:
    """Whether a value is there tells of the answer: measured, or asked, because of it."""
    for name, cells in found.cells.items():
        there = (cells > 0).astype(np.intp)
        if 0 < there.mean() < 1 and auc_of(there, found.y, found.expected.shape[1]) >= _FILLED_AUC:
            found.hold(name, "filled")


def _marks(
    found: _Screened, columns: pd.DataFrame, strangers: Sequence[str], known: Sequence[str]
) -> None:
    """Where and when, not whom: what is true at the bedside and holds in no other hospital."""
    habits = [found.cells[name] > 0 for name in known]
    uneven = [habit.astype(np.intp) for habit in habits if 0.02 < habit.mean() < 0.98]
    for name in strangers:
        if says_when(columns[name]):
            found.hold(name, "when")
        if any(strength(found.cells[name], habit) >= _HABIT for habit in uneven):
            found.hold(name, "where")
        if is_text(columns[name]):
            found.hold(name, "text")


def _adds(found: _Screened, strangers: Sequence[str]) -> None:
    for name in strangers:
        if chance(found.cells[name], found.y, found.expected) < _CHANCE / len(strangers):
            found.hold(name, "adds")


def _families(found: _Screened, columns: pd.DataFrame, strangers: Sequence[str]) -> list[str]:
    """Columns of one prefix, counted together: a rare drug proves nothing, a list of drugs does.

    Returns the names under which families that tell something were added to what is screened.
    """
    added = []
    for before, members in families([str(name) for name in columns]).items():
        strange = [name for name in members if name in strangers]
        counted = _count(columns[strange]) if len(strange) >= _LEAST_FAMILY else None
        if counted is None or np.ptp(counted) == 0:
            continue
        if chance(counted, found.y, found.expected) < _CHANCE / len(strangers):
            added.append(f"{before}_*")
            found.cells[added[-1]] = counted
            found.share[added[-1]] = explained(counted, found.y)
            for name in (added[-1], *strange):
                found.hold(name, "family")
    return added


def families(names: Sequence[str]) -> Mapping[str, list[str]]:
    """Names by what stands before their first underscore, where at least five share it."""
    grouped: dict[str, list[str]] = {}
    for name in names:
        before, _, after = name.partition("_")
        if after:
            grouped.setdefault(before, []).append(name)
    return {before: found for before, found in grouped.items() if len(found) >= _LEAST_FAMILY}


def _count(columns: pd.DataFrame) -> Cells:
    """How many of these columns say something but nought, up to ten."""
    said = [pd.to_numeric(columns[name], errors="coerce").fillna(0) != 0 for name in columns]
    return np.minimum(np.sum(said, axis=0), 10).astype(np.intp)


def _suspect(found: _Screened, name: str, is_stranger: bool) -> Suspect:
    asked = (found.cells[name], found.y, found.expected)
    return Suspect(
        source=found.source,
        column=name,
        reasons=tuple(sorted(found.reasons[name])),
        auc=_auc(found, name),
        share=found.share[name],
        gain=gain(*asked) if is_stranger else None,
        p=chance(*asked) if is_stranger else None,
        with_column=found.partner.get(name, ""),
    )


def _auc(found: _Screened, name: str) -> float:
    return auc_of(found.cells[name], found.y, found.expected.shape[1])
