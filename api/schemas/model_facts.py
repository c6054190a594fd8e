"""What every answer says of the model that gave it."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from api.schemas.told import Told

Origin = Literal["public", "synthetic"]


class ConfidenceFrom(Told):
    """The threshold for one amount of evidence."""

    known_from: int = Field(description="From this many known findings that the model reads.")
    threshold: float | None = Field(description="Null: no answer is confident yet.")


class Confidence(Told):
    """When a single answer is called confident, and what that gave on held-out patients."""

    threshold: float = Field(description="Least probability of the first option.")
    precision: float = Field(description="Share of confident answers that were right.")
    precision_low: float = Field(description="Its lower 95 % bound.")
    coverage: float = Field(description="Share of patients with a confident answer.")
    levels: tuple[ConfidenceFrom, ...] = Field(
        (), description="The threshold by how much is known, least first; empty: one for all."
    )
    floors: Mapping[str, float | None] = Field(
        {},
        description="Answers that need this probability besides, by code; null: never confident.",
    )
    precision_by_answer: Mapping[str, float] = Field(
        {}, description="The share right of each answer that was given to 40 patients or more."
    )
    precision_told_little: float | None = Field(
        None, description="The same share with most of the evidence hidden."
    )
    coverage_told_little: float | None = Field(
        None, description="The same share with most of the evidence hidden."
    )


class ModelFacts(Told):
    """Which model answered, and what it learned from."""

    version: str
    trained_at: str
    sources: tuple[str, ...]
    origin: Origin = Field(description="Whether it learned from public or from synthetic data.")
    rows: int = Field(description="Encounters it learned from.")
    patients: int
    metrics: Mapping[str, float] = Field(description="Measured on held-out patients.")
    confident: Confidence | None = Field(description="Null: this model is never confident.")
    confident_broader: Confidence | None = Field(
        None, description="The same of its broader answers. Null: never, or it has none."
    )
    place: str | None = Field(
        description="The source for whose place a stated prevalence is set right. Null: none."
    )
