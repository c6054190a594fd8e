"""Which encounter counts, and whether something of the record was said of it, so of now."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from api.fhir import when
from api.fhir.names import Names, is_meant, name_in
from api.fhir.where import Visit, objects, that_counts

# An encounter by its number among those of the bundle, or by what a reference to it says.
_Known = int | str
# A room of a ward of a stay of an episode: no record goes deeper, and none may cost more to read.
_DEEPEST = 10


class Now:
    """The encounter that counts, among all those of a bundle that took or take place.

    `open_now` is what the encounter is called that the doctor's system has open; it says which one
    is meant where the bundle holds none.
    """

    def __init__(self, visits: Sequence[Visit], today: date, open_now: Names) -> None:
        self._visits, self._today = visits, today
        self._found: dict[str, int | None] = {}
        self._by_id: dict[str, list[int]] = defaultdict(list)
        for number, one in enumerate(visits):
            for tail in {_tail(name) for name in one.names}:
                self._by_id[tail].append(number)
        self.visit = that_counts(visits, today)
        self._line = [] if self.visit is None else self._line_of(visits.index(self.visit))
        not_sent = [frozenset({one}) for one in self._line if isinstance(one, str)]
        self._names = [self.visit.names, *not_sent] if self.visit else [open_now]

    def why_not(self, observation: Mapping[str, Any], written: object) -> str | None:
        """Why an Observation says nothing of the patient as they are; None where it may."""
        subject = name_in(observation.get("subject"))
        for one in objects(observation.get("focus")):
            if subject is None or name_in(one) != subject:
                return "focus"
        if when.is_to_come(written, self._today):
            return "to_come"
        if when.is_without_event(observation):
            return "timing"
        here = self.is_here(observation, written)
        if here is not None:
            return None if here else "elsewhere"
        day = self.visit.day if self.visit and self.visit.day else self._today
        if when.is_long_before(written, min(day, self._today)):
            return "before"
        return "after" if when.is_long_after(written, self._end()) else None

    def is_here(self, resource: Mapping[str, Any], written: object) -> bool | None:
        """Whether something is of the encounter that counts, of what that is a part of or of a part
        of it; None where the date must tell: without a reference, of another part of one stay, and,
        if it has a date at all, of an encounter that nobody sent.
        """
        name = name_in(resource.get("encounter"))
        other = self._sent(name)
        if other is not None:
            return self._is_one_stay(other)
        told = [is_meant(name, names) for names in self._names]
        meant = True in told or (False if False in told else None)
        return None if meant is False and written is not None else meant

    def _is_one_stay(self, other: int) -> bool | None:
        line = self._line_of(other)
        if other in self._line or (self._line and self._line[0] in line):
            return True
        return None if set(line) & set(self._line) else False

    def _end(self) -> object:
        """When the encounter ended, as it is written."""
        period = self.visit.resource.get("period") if self.visit else None
        return period.get("end") if isinstance(period, dict) else None

    def _sent(self, name: str | None) -> int | None:
        """The number of the encounter that a reference means, if the bundle holds it."""
        if name is not None and name not in self._found:
            alike = self._by_id.get(_tail(name), [])
            meant = (one for one in alike if is_meant(name, self._visits[one].names))
            self._found[name] = next(meant, None)
        return None if name is None else self._found[name]

    def _line_of(self, number: int) -> list[_Known]:
        """An encounter, the one it is a part of, and so on up."""
        line: dict[_Known, None] = {}
        one: _Known | None = number
        while one is not None and one not in line and len(line) < _DEEPEST:
            line[one] = None
            if isinstance(one, str):
                break
            whole = name_in(self._visits[one].resource.get("partOf"))
            sent = self._sent(whole)
            one = whole if sent is None else sent
        return list(line)


def _tail(name: str) -> str:
    """What two ways to write a reference have in common: type and id, or all of an urn."""
    return "/".join(name.split("/")[-2:])
