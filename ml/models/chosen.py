"""What searches found: the parameters of each candidate, in files that training reads.

`semia search PROBLEM --keep` writes `ml/models/chosen/<problem>.yaml` whole, with the run that
made it; without the file every candidate has the values that stand in `ml/models/candidates.py`.
None is committed: docs/how-to/search.md says why.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from sklearn.pipeline import Pipeline

from warehouse.errors import WrongSetting
from warehouse.whole_file import write_whole

FOLDER = Path(__file__).with_name("chosen")
_HEAD = "# Written by the command below; read by every training of this problem.\n"


class Chosen(BaseModel):
    """The `candidate` that a search found best, and each candidate's `parameters`.

    `command` makes it again, `run` is its MLflow run, `data_hash` and `git_commit` what it saw.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    command: str
    run: str
    data_hash: str
    git_commit: str
    candidate: str
    parameters: Mapping[str, Mapping[str, Any]]


def read(problem: str, folder: Path | None = None) -> Chosen | None:
    """What was chosen for `problem`, None before any search; `WrongSetting` for a damaged file."""
    path = (folder or FOLDER) / f"{problem}.yaml"
    if not path.exists():
        return None
    try:
        return Chosen.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (yaml.YAMLError, ValidationError) as error:
        raise WrongSetting(
            f"the chosen parameters cannot be read: {str(error).splitlines()[0]}",
            where=str(path),
            next_step=f"semia search {problem} --keep, or delete the file to go by "
            "ml/models/candidates.py",
        ) from error


def write(problem: str, chosen: Chosen, folder: Path | None = None) -> Path:
    """Write the file of `problem` over the one before, whole or not at all."""
    place = folder or FOLDER
    place.mkdir(exist_ok=True)
    path = place / f"{problem}.yaml"
    text = yaml.safe_dump(chosen.model_dump(mode="json"), sort_keys=False)
    write_whole(path, [_HEAD, text])
    return path


def with_parameters(pipeline: Pipeline, candidate: str, chosen: Chosen | None) -> Pipeline:
    """The unfitted pipeline with what was chosen for it; `WrongSetting` for what it has not."""
    parameters = chosen.parameters.get(candidate, {}) if chosen else {}
    try:
        return pipeline.set_params(**parameters)
    except ValueError as error:
        raise WrongSetting(
            f"{candidate} has no such parameter: {str(error).splitlines()[0]}",
            where=str(FOLDER),
            next_step="semia search PROBLEM --keep, or take the parameter out of the file",
        ) from error
