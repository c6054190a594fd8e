"""What an answer says of the place of a patient, as the OpenAPI shows it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Notified(BaseModel):
    """One disease at the place, as far as it was notified."""

    model_config = ConfigDict(frozen=True)

    code: str
    label: str
    times_usual: float = Field(
        description="About how many times as often as is usual there, 0.12 to 8, in steps of a "
        "factor of 1.4, so that no cases can be counted from it."
    )


class PlaceTold(BaseModel):
    """What was notified where and when the patient fell ill."""

    model_config = ConfigDict(frozen=True)

    status: Literal["used", "not_known"] = Field(
        description="'not_known': nothing is known of that place and week, so nothing changed."
    )
    municipality: str
    name: str | None = Field(None, description="What the municipality is called, where known.")
    department: str | None = Field(
        None, description="The department it is in; null for Bogotá and what is no DIVIPOLA code."
    )
    week: str = Field(description="The epidemiological week that was asked.")
    known_in: str | None = Field(
        None,
        description="The week before which the cases were notified: the same, or up to four "
        "earlier where it is not told yet.",
    )
    source: str | None = Field(None, description="Who counts the cases.")
    notified: tuple[Notified, ...] = Field((), description="Each disease that is counted.")


class Municipality(BaseModel):
    """A municipality of which something is known."""

    model_config = ConfigDict(frozen=True)

    code: str = Field(description="DIVIPOLA code, five digits.")
    name: str | None = Field(description="What the notifications call it. Null: they do not say.")
    department: str | None = Field(description="The department it is in; null for Bogotá.")


class PlaceList(BaseModel):
    """Every municipality whose notifications the models may be re-weighted by."""

    model_config = ConfigDict(frozen=True)

    source: str | None = Field(description="Who counts the cases. Null: nobody does.")
    newest_week: str | None = Field(
        description="The newest epidemiological week that is told; it answers for four later ones."
    )
    places: tuple[Municipality, ...]
