"""What is notified where the patient is, against what is usual there, and what it does to shares.

`ml.export.local_levels` writes the table and says where its numbers come from.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, model_validator

# A letter for each step of a factor: the square root of two, from an eighth to eight. Nobody
# counts cases from so coarse a number, and a wrong one does no more than this.
STEPS = "abcdefghijklm"
ONE = STEPS.index("g")
NO_ROW = "."
# A newer row than this is not expected: surveillance is published weeks late.
MOST_WEEKS_OLD = 4

Shares = Mapping[str, float]


class PlaceLevels(BaseModel):
    """One municipality: a letter of `STEPS` for each week, or `NO_ROW`, the newest week last.

    `level` is how many times as often as is usual there a disease was notified in the four weeks
    before; `among` how much more common it usually is there than the others that are notified.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    level: Mapping[str, str]
    among: Mapping[str, str]


class LocalLevels(BaseModel):
    """The table of a bundle: levels of each `diseases` by municipality (DIVIPOLA) and week.

    `newest` is the Sunday on which the last week of every row begins: its letter tells what was
    known then. `source` counts the cases. `names` are those of the municipalities that have one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    origin: Literal["public", "synthetic"]
    newest: date
    diseases: tuple[str, ...]
    places: Mapping[str, PlaceLevels]
    names: Mapping[str, str] = {}

    @model_validator(mode="after")
    def _is_whole(self) -> "LocalLevels":
        for code, place in self.places.items():
            rows = [
                one.get(name, "") for one in (place.level, place.among) for name in self.diseases
            ]
            letters = set().union(*rows)
            if len({len(row) for row in rows}) != 1 or not letters <= set(STEPS + NO_ROW):
                raise ValueError(f"the weeks of {code} are not whole")
        return self

    def at(self, municipality: str, sunday: date) -> "Level | None":
        """What was known there when the week of `sunday` began; None where nothing is.

        A week for which there is no row yet is answered by the newest, up to four weeks older.
        """
        place = self.places.get(municipality)
        old = (sunday - self.newest).days // 7
        if place is None or old > MOST_WEEKS_OLD:
            return None
        back = max(0, -old) + 1
        level = {name: _factor(row, back) for name, row in place.level.items()}
        among = {name: _factor(row, back) for name, row in place.among.items()}
        return _known(min(sunday, self.newest), level, among)

    def tell_apart(self, classes: Sequence[str]) -> bool:
        """Whether a question's answers are these diseases and one more, which is none of them."""
        return len(set(classes) - set(self.diseases)) == 1 and len(classes) > 1


class Level(NamedTuple):
    """What is known of a place in a week: `since` begins the week that was asked or is newest."""

    since: date
    level: Mapping[str, float]
    among: Mapping[str, float]


def local_shares(shares: Shares, local: Level, is_stated: bool) -> dict[str, float]:
    """The shares of classes where and when the patient is, adding up to one.

    The odds of each disease against what is not notified are multiplied by its level. Shares that
    are stated are the place's usual ones and know how common the diseases are among each other;
    those that a model learned do not, and are first parted anew by `among`.
    """
    usual = shares if is_stated else _parted(shares, local.among)
    weights = {code: share * local.level.get(code, 1.0) for code, share in usual.items()}
    total = sum(weights.values())
    return {code: weight / total for code, weight in weights.items()}


def _parted(shares: Shares, among: Mapping[str, float]) -> Shares:
    """The same with the diseases as common among each other as notified; together as before."""
    parted = {code: shares[code] * factor for code, factor in among.items() if code in shares}
    same = sum(shares[code] for code in parted) / sum(parted.values())
    return {**shares, **{code: share * same for code, share in parted.items()}}


def _factor(row: str, back: int) -> float | None:
    """The factor that a row's letter stands for, `back` weeks from its end; None without one."""
    if back > len(row) or row[-back] == NO_ROW:
        return None
    return float(2 ** ((STEPS.index(row[-back]) - ONE) / 2))


def _known(
    since: date, level: Mapping[str, float | None], among: Mapping[str, float | None]
) -> Level | None:
    found = {name: one for name, one in level.items() if one is not None}
    usual = {name: one for name, one in among.items() if one is not None}
    return Level(since, found, usual) if len(found) == len(level) == len(usual) else None
