"""The published criteria that raise a red flag, read from `rules.json`.

Each rule says what it means, what to do, whose criterion it is and when it misleads. Where a
source asks for more than the vocabulary can say (persistent vomiting, a stiff neck), the rule is
the wider one and `misleads` says so.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache
from math import inf, nextafter
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from api.red_flags.conditions import Condition, Group, Present, Range
from api.words.language import Language
from ml.serving.predict import Evidence

Level = Literal["emergency", "urgent"]
Words = dict[Language, str]
_FILE = Path(__file__).with_name("rules.json")


class Source(BaseModel):
    """Where a criterion was published."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    url: str


class Rule(BaseModel):
    """A red flag: raised when every group of conditions holds for a patient of these ages."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    level: Level = Field(description="'emergency': now; 'urgent': within the hour.")
    label: Words
    action: Words = Field(description="What the source asks to do.")
    misleads: Words = Field(description="When the rule is wrong, either way.")
    youngest_years: float | None = Field(None, description="For patients of this age and over.")
    oldest_years: float | None = Field(None, description="For patients up to this age.")
    groups: tuple[Group, ...] = Field(min_length=1, description="Each of them must hold.")
    source: Source

    def reasons(self, evidence: Evidence) -> tuple[str, ...]:
        """The codes that raise it, each once; empty where it is not raised.

        Without an age an adult's rule is applied, because a flag too many is the safer mistake; a
        rule for children is not.
        """
        if not self._is_of_age(evidence.age_years):
            return ()
        found: tuple[str, ...] = ()
        for group in self.groups:
            held = group.reasons(evidence)
            if not held:
                return ()
            found += held
        return tuple(dict.fromkeys(found))

    def _is_of_age(self, age: float | None) -> bool:
        if age is None:
            return self.oldest_years is None
        old_enough = self.youngest_years is None or age >= self.youngest_years
        return old_enough and (self.oldest_years is None or age <= self.oldest_years)


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, emergencies first."""
    read = TypeAdapter(tuple[Rule, ...]).validate_json(_FILE.read_bytes())
    return tuple(sorted(read, key=lambda rule: rule.level))


# The place of a rule among them all, and the number of one of its groups.
Spot = tuple[int, int]


@cache
def _of_signs() -> dict[str, tuple[Spot, ...]]:
    """The groups that a sign is enough for a condition of, if it is present."""
    found: dict[str, tuple[Spot, ...]] = {}
    for spot, condition in _conditions():
        if isinstance(condition, Present):
            found[condition.sign] = (*found.get(condition.sign, ()), spot)
    return found


class _Pieces(NamedTuple):
    """The range of a measurement, cut at `edges`: a piece begins at its edge, the first before any.

    `spots` are the groups that a value in each piece may be enough for.
    """

    edges: Sequence[float]
    spots: Sequence[frozenset[Spot]]

    @classmethod
    def of(cls, ranges: Sequence[tuple[Range, Spot]]) -> "_Pieces":
        """Cut where a range begins and just beyond where it ends."""
        edges = sorted({edge for (least, most), _ in ranges for edge in (least, _beyond(most))})
        spots = [
            frozenset(spot for (least, most), spot in ranges if least <= edge <= most)
            for edge in edges
        ]
        return cls(edges, (frozenset(), *spots))


def _beyond(value: float) -> float:
    return nextafter(value, inf)


@cache
def _of_measurements() -> dict[str, _Pieces]:
    """The groups that a measurement may be enough for a condition of, by where it lies."""
    found: dict[str, list[tuple[Range, Spot]]] = {}
    for spot, condition in _conditions():
        for code in condition.reads:
            for one in condition.where(code):
                found.setdefault(code, []).append((one, spot))
    return {code: _Pieces.of(ranges) for code, ranges in found.items()}


def _conditions() -> Iterator[tuple[Spot, Condition]]:
    for place, rule in enumerate(rules()):
        for number, group in enumerate(rule.groups):
            for condition in group.of:
                yield (place, number), condition


def in_question(evidence: Evidence) -> Iterator[Rule]:
    """The rules that may hold, emergencies first: something may hold in each of their groups."""
    held = [place for place, _ in _holding(evidence)]
    for place in sorted(set(held)):
        rule = rules()[place]
        if held.count(place) == len(rule.groups):
            yield rule


def _holding(evidence: Evidence) -> set[Spot]:
    """The groups in which something may hold."""
    of_signs, of_measurements = _of_signs(), _of_measurements()
    found: set[Spot] = set()
    for code, is_present in evidence.signs.items():
        if is_present and code in of_signs:
            found.update(of_signs[code])
    for code, value in evidence.observations.items():
        if code in of_measurements:
            edges, spots = of_measurements[code]
            found |= spots[bisect_right(edges, value)]
    return found
