"""The conditions a rule may use. Unknown evidence never satisfies one, so it raises nothing."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import inf, nextafter
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ml.serving.predict import Evidence

# The least and the greatest value, both included.
Range = tuple[float, float]
_PRESSURE, _RATE = "systolic_bp_mmhg", "heart_rate_per_min"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Reading(_Part):
    """What a condition says of itself; most need no more than `reads` and `holds`."""

    @property
    def reads(self) -> tuple[str, ...]:
        """The codes it looks at."""
        raise NotImplementedError

    def holds(self, evidence: Evidence) -> bool:
        """Whether it is known to be so."""
        raise NotImplementedError

    def where(self, code: str) -> Sequence[Range]:
        """Where the measurement `code` lies whenever it holds; none where another one says so."""
        raise NotImplementedError

    def because(self, evidence: Evidence) -> tuple[str, ...]:  # noqa: ARG002 - the same
        """The codes for which it holds."""
        return self.reads


class Present(_Reading):
    """A sign the doctor marked present."""

    sign: str

    @property
    def reads(self) -> tuple[str, ...]:
        """The codes it looks at."""
        return (self.sign,)

    def holds(self, evidence: Evidence) -> bool:
        """Whether it is known to be so."""
        return evidence.signs.get(self.sign) is True

    def where(self, code: str) -> Sequence[Range]:  # noqa: ARG002 - a sign is not measured
        """No measurement says so."""
        return ()


class Measured(_Reading):
    """A measurement from `least` to `most`, both included, in the vocabulary's unit."""

    measurement: str
    least: float | None = None
    most: float | None = None

    @property
    def reads(self) -> tuple[str, ...]:
        """The codes it looks at."""
        return (self.measurement,)

    def holds(self, evidence: Evidence) -> bool:
        """Whether it was measured and lies there."""
        value = evidence.observations.get(self.measurement)
        if value is None or (self.least is not None and value < self.least):
            return False
        return self.most is None or value <= self.most

    def where(self, code: str) -> Sequence[Range]:  # noqa: ARG002 - it reads one alone
        """From the least to the most."""
        least = -inf if self.least is None else self.least
        return ((least, inf if self.most is None else self.most),)


class SystolicLowForAge(_Reading):
    """Systolic pressure that is hypotension at the patient's age.

    Under 70 mmHg below one year, under 70 + 2 x age in years up to ten, under 90 from then on
    (American Heart Association, Pediatric Advanced Life Support). Without an age only what is low
    at every age counts: under 70.
    """

    formula: Literal["systolic_low_for_age"]

    @property
    def reads(self) -> tuple[str, ...]:
        """The codes it looks at."""
        return (_PRESSURE,)

    def holds(self, evidence: Evidence) -> bool:
        """Whether the pressure was measured and is that low."""
        pressure, age = evidence.observations.get(_PRESSURE), evidence.age_years
        least = 70.0 if age is None or age < 1 else min(70 + 2 * age, 90)
        return pressure is not None and pressure < least

    def where(self, code: str) -> Sequence[Range]:  # noqa: ARG002 - it reads one alone
        """Under what is low at any age."""
        return ((-inf, 90.0),)


class ShockIndex(_Reading):
    """Heart rate (per minute) at least `least` times the systolic pressure (mmHg)."""

    formula: Literal["shock_index"]
    least: float

    @property
    def reads(self) -> tuple[str, ...]:
        """The codes it looks at."""
        return (_RATE, _PRESSURE)

    def holds(self, evidence: Evidence) -> bool:
        """Whether both were measured and their ratio is that high."""
        rate, pressure = (evidence.observations.get(code) for code in self.reads)
        return rate is not None and pressure is not None and rate >= self.least * pressure

    def where(self, code: str) -> Sequence[Range]:
        """Anywhere: that both were measured is seen by one of them."""
        return ((-inf, inf),) if code == _PRESSURE else ()


# The greatest value of each band of NEWS2 but the last, and the points of every band. Of the two
# scales of the saturation it is the first.
_NEWS2: Mapping[str, tuple[Sequence[float], Sequence[int]]] = {
    "respiratory_rate_per_min": ((8, 11, 20, 24), (3, 1, 0, 2, 3)),
    "oxygen_saturation_pct": ((91, 93, 95), (3, 2, 1, 0)),
    "on_supplemental_oxygen": ((0,), (0, 2)),
    _PRESSURE: ((90, 100, 110, nextafter(220, 0)), (3, 2, 1, 0, 3)),
    _RATE: ((40, 50, 90, 110, 130), (3, 1, 0, 1, 2, 3)),
    "consciousness_avpu": ((0,), (0, 3)),
    "temperature_c": ((35, 36, 38, 39), (3, 1, 0, 1, 2)),
}


class News2(_Reading):
    """NEWS2 of the vital signs that are known: at least so many points, and at most so many.

    What was not measured has no points, so the score is that or more. Royal College of Physicians,
    National Early Warning Score 2, 2017, chart 1, as `feat_encounter__clinical_scores` counts it.
    """

    formula: Literal["news2"]
    least: int
    most: int | None = None

    @property
    def reads(self) -> tuple[str, ...]:
        """The codes it looks at."""
        return tuple(_NEWS2)

    def holds(self, evidence: Evidence) -> bool:
        """Whether the points that are known add up to that."""
        total = 0
        # Over what was measured: that is less than what could be.
        for code, value in evidence.observations.items():
            if code in _NEWS2:
                total += points(code, value)
        return total >= self.least and (self.most is None or total <= self.most)

    def where(self, code: str) -> Sequence[Range]:
        """Where this code has points: before one has, nothing is worth adding up."""
        limits, band = _NEWS2[code]
        edges = pairwise((-inf, *limits, inf))
        return [
            (nextafter(below, inf), most)
            for (below, most), has in zip(edges, band, strict=True)
            if has
        ]

    def because(self, evidence: Evidence) -> tuple[str, ...]:
        """The codes that have points."""
        told = evidence.observations
        return tuple(code for code in _NEWS2 if code in told and points(code, told[code]))


def points(code: str, value: float) -> int:
    """The points of NEWS2 that one vital sign of this value has."""
    limits, band = _NEWS2[code]
    return band[bisect_left(limits, value)]


Condition = Present | Measured | SystolicLowForAge | ShockIndex | News2


class Group(_Part):
    """At least `least` of these conditions."""

    of: tuple[Condition, ...] = Field(min_length=1)
    least: int = Field(ge=1)

    def reasons(self, evidence: Evidence) -> tuple[str, ...]:
        """The codes that make it hold; empty where it does not."""
        held = [condition for condition in self.of if condition.holds(evidence)]
        if len(held) < self.least:
            return ()
        return tuple(code for condition in held for code in condition.because(evidence))
