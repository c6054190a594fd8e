"""When something of a FHIR record was, and whether that is now."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

# UTC has days of a second more, which Python has not.
_LEAP_SECOND = re.compile(r"(T\d{2}:\d{2}):60", re.ASCII)
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2}(T.+)?)?)?", re.ASCII)
# What a date of so many letters lacks to name a day.
_FIRST: Mapping[int, str] = {4: "-01-01", 7: "-01"}
# How long what it names may last.
_DAYS: Mapping[int, int] = {4: 366, 7: 31, 10: 1}
# Of what says no date: before anything that says one.
NEVER_TOLD = datetime.min.replace(tzinfo=UTC)
_NO_DATE = datetime.max.replace(tzinfo=UTC)
# Time zones and a night between triage and ward lie between two days of one visit.
_SAME_VISIT = timedelta(days=1)
_FIRST_DAY = date.min + _SAME_VISIT


def is_before(written: object, day: date) -> bool:
    """Whether a FHIR date is over before `day`: of a year or a month, once the next has begun."""
    return isinstance(written, str) and written[:10] < day.isoformat()[: len(written[:10])]


def is_after(written: object, day: date) -> bool:
    """Whether a FHIR date of any precision begins after `day`; nothing else does."""
    is_date = isinstance(written, str) and moment_of(written) is not None
    return is_date and str(written)[:10] > day.isoformat()


def is_long_before(written: object, day: date) -> bool:
    """Whether it is over more than a day before `day`."""
    return is_before(written, max(day, _FIRST_DAY) - _SAME_VISIT)


def is_long_after(written: object, end: object) -> bool:
    """Whether a date is more than a day after another was over: by the clock, if that has one."""
    moment, ended = moment_of(written), moment_of(end)
    if moment is None or ended is None or NEVER_TOLD in (moment, ended):
        return False
    if "T" in str(end):
        return moment - ended > _SAME_VISIT
    # The day where it was written, and not that of Greenwich.
    full = str(written)[:10]
    return is_long_before(end, date.fromisoformat(full + _FIRST.get(len(full), "")))


def is_to_come(written: object, today: date) -> bool:
    """Whether it begins later than any clock now shows."""
    return is_after(written, today + _SAME_VISIT)


def told_of(observation: Mapping[str, Any]) -> object:
    """When an Observation was made, as it is written: a moment, the end or start of a period, or
    the last event of a timing.

    Without one, when it was issued: it cannot have been made later.
    """
    period = observation.get("effectivePeriod")
    ends = period if isinstance(period, dict) else {}
    found = (
        observation.get("effectiveDateTime"),
        observation.get("effectiveInstant"),
        ends.get("end"),
        ends.get("start"),
        _last_event(observation),
        observation.get("issued"),
    )
    return next((one for one in found if one is not None), None)


def is_without_event(observation: Mapping[str, Any]) -> bool:
    """Whether all it says of when it was made is how often: `effectiveTiming` without an event."""
    return observation.get("effectiveTiming") is not None and _last_event(observation) is None


def _last_event(observation: Mapping[str, Any]) -> object:
    """The last event of its timing as it is written; one that is no date, if there is one."""
    timing = observation.get("effectiveTiming")
    given = timing.get("event") if isinstance(timing, dict) else None
    events = [one for one in given if one is not None] if isinstance(given, list) else []
    return max(events, key=lambda one: moment_of(one) or _NO_DATE, default=None)


def moment_of(written: object) -> datetime | None:
    """The moment of a FHIR date of any precision, its beginning where it is a day, a month or a
    year; the beginning of time where nothing is written. None for what is no date.
    """
    if written is None:
        return NEVER_TOLD
    if not isinstance(written, str) or not _DATE.fullmatch(written):
        return None
    try:
        text = _LEAP_SECOND.sub(r"\1:59", written)
        found = datetime.fromisoformat(text + _FIRST.get(len(text), ""))
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def latest_of(written: object) -> datetime:
    """The last moment that a FHIR date may mean, of what cannot be read: the end of all time where
    it says none.
    """
    moment = moment_of(written)
    if moment is None or moment == NEVER_TOLD:
        return _NO_DATE
    try:
        return moment + timedelta(days=_DAYS.get(len(str(written)), 0))
    except OverflowError:
        return _NO_DATE
