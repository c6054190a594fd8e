"""Read the acceptance limits that stand beside this module in `limits.yaml`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from warehouse.errors import WrongSetting

FILE = Path(__file__).with_name("limits.yaml")


@dataclass(frozen=True)
class Limits:
    """Acceptance limits of one problem; the file says what each means."""

    least_auc_roc: float
    most_log_loss_share: float
    most_ece_beyond_chance: float
    least_confident_precision: float
    most_shift_without_vitals: float
    least_subgroup_auc_roc: float
    tolerated_subgroup_loss: float
    most_milliseconds: float
    most_megabytes: float
    tolerated_auc_roc_loss: float
    tolerated_ece_rise: float


def limits_of(problem: str, file: Path = FILE) -> Limits:
    """The limits of `problem`; raise `WrongSetting` where the file names others or lacks one."""
    plan: dict[str, dict[str, Any]] = yaml.safe_load(file.read_text(encoding="utf-8"))
    try:
        return Limits(**{**plan["default"], **plan.get(problem, {})})
    except (TypeError, KeyError) as error:
        raise WrongSetting(
            f"the limits are not what the gate reads: {error}",
            where=str(file),
            next_step="give every limit that ml/governance/limits.py lists, and no other",
        ) from error
