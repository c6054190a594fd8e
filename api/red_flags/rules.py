"""The published criteria that raise a red flag, read from `rules.json`.

Each rule says what it means, what to do, whose criterion it is and when it misleads. Where a
source asks for more than the vocabulary can say (persistent vomiting, a stiff neck), the rule is
the wider one and `misleads` says so.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from api.red_flags.conditions import Condition, Group
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


@cache
def _readers() -> dict[str, tuple[tuple[int, int, Condition], ...]]:
    """For each code the conditions that read it, with the places of rule and group."""
    found: dict[str, tuple[tuple[int, int, Condition], ...]] = {}
    for place, rule in enumerate(rules()):
        for number, group in enumerate(rule.groups):
            for condition in group.of:
                for code in condition.reads:
                    found[code] = (*found.get(code, ()), (place, number, condition))
    return found


def in_question(evidence: Evidence) -> Iterator[Rule]:
    """The rules that may hold, emergencies first: something holds in each of their groups."""
    readers, holding = _readers(), set()
    for code in evidence.known():
        for place, number, condition in readers.get(code, ()):
            if (place, number) not in holding and condition.holds(evidence):
                holding.add((place, number))
    if not holding:
        return
    every, held = rules(), [place for place, _ in holding]
    for place in sorted(set(held)):
        if held.count(place) == len(every[place].groups):
            yield every[place]
