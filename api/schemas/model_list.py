"""Response schemas of the list of models."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from api.schemas.given import Labels
from api.schemas.model_facts import ModelFacts
from api.schemas.told import Told


class ModelSummary(ModelFacts):
    """One model of the bundle."""

    problem: str
    question: Labels
    kind: Literal["binary", "nominal", "ordinal"]
    classes: tuple[str, ...]
    baseline: Mapping[str, float] = Field(description="What guessing gives on the same patients.")
    calibration: Mapping[str, float]
    git_commit: str
    data_hash: str
    card_page: str = Field(description="Address of the card as a page, in es or en.")


class ModelDetail(ModelSummary):
    """One model, its inputs and its card."""

    features: tuple[str, ...] = Field(description="Codes the model reads.")
    card: str = Field(description="Model card, Markdown.")


class ModelList(Told):
    """Every model that is served."""

    bundle_version: str
    created_at: str
    models: list[ModelSummary]
