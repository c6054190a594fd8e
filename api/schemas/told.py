"""What every part of an answer is."""

from pydantic import BaseModel, ConfigDict


class Told(BaseModel):
    """Part of an answer."""

    model_config = ConfigDict(frozen=True)
