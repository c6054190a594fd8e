"""Features that exploration decided to leave out, in a file that training reads.

`semia explore` writes `<SEMIA_HOME>/exploration/<problem>.json`; nothing is left out by hand, and
without the file nothing is left out at all.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from ml.cohort.dataset import Dataset
from warehouse.errors import ContractBroken
from warehouse.progress import Progress
from warehouse.settings import Settings
from warehouse.whole_file import write_whole


class LeftOut(BaseModel):
    """What was decided for one problem: each feature left out, and why; by which data."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    problem: str
    data_hash: str
    decided_at: str
    features: Mapping[str, str]


def folder(settings: Settings) -> Path:
    """Where explorations are kept."""
    return settings.home / "exploration"


def write(decided: LeftOut, settings: Settings) -> Path:
    """Write the decisions of one problem over those before, whole or not at all."""
    path = folder(settings) / f"{decided.problem}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, [decided.model_dump_json(indent=1), "\n"])
    return path


def read(problem: str, settings: Settings) -> LeftOut | None:
    """The decisions for `problem`, or None before any; raise `ContractBroken` for a damaged file.

    A file that cannot be read stops training: it may be what keeps a leak out.
    """
    path = folder(settings) / f"{problem}.json"
    if not path.exists():
        return None
    try:
        return LeftOut.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, ValidationError) as error:
        raise ContractBroken(
            "the features to leave out cannot be read",
            where=str(path),
            next_step=f"semia explore {problem}, or delete the file to leave nothing out",
        ) from error


def without_left_out(dataset: Dataset, settings: Settings, progress: Progress) -> Dataset:
    """The data set less the features that exploration left out; its hash stays that of the whole.

    Decisions made on other data still hold, and it is said so: a leak does not heal.
    """
    decided = read(dataset.problem.name, settings)
    if decided is None:
        return dataset
    kept = [i for i, name in enumerate(dataset.features) if name not in decided.features]
    gone = len(dataset.features) - len(kept)
    if decided.data_hash != dataset.data_hash:
        progress.note(f"{dataset.problem.name}: explored on other data; semia explore looks again")
    progress.note(f"{dataset.problem.name}: exploration leaves out {gone} features")
    numbers = set(dataset.numbers)
    return replace(
        dataset,
        features=tuple(dataset.features[i] for i in kept),
        numbers=tuple(place for place, i in enumerate(kept) if i in numbers),
        x=dataset.x[:, kept],
    )
