"""The conditions a rule may use. Unknown evidence never satisfies one, so it raises nothing."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ml.serving.predict import Evidence

_PRESSURE, _RATE = "systolic_bp_mmhg", "heart_rate_per_min"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Present(_Part):
    """A sign the doctor marked present."""

    sign: str

    @property
    def reads(self) -> tuple[str, ...]:
        """The codes it looks at."""
        return (self.sign,)

    def holds(self, evidence: Evidence) -> bool:
        """Whether it is known to be so."""
        return evidence.signs.get(self.sign) is True


class Measured(_Part):
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


class SystolicLowForAge(_Part):
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


class ShockIndex(_Part):
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


Condition = Present | Measured | SystolicLowForAge | ShockIndex


class Group(_Part):
    """At least `least` of these conditions."""

    of: tuple[Condition, ...] = Field(min_length=1)
    least: int = Field(ge=1)

    def reasons(self, evidence: Evidence) -> tuple[str, ...]:
        """The codes that make it hold; empty where it does not."""
        held = [condition for condition in self.of if condition.holds(evidence)]
        if len(held) < self.least:
            return ()
        return tuple(code for condition in held for code in condition.reads)
