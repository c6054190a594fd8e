"""Writing the skeleton of a new source into the project: every file of it, or none."""

import re
from datetime import date
from pathlib import Path

from warehouse.errors import WrongSetting
from warehouse.new_source.look import Found
from warehouse.new_source.texts import (
    model_text,
    model_yml_text,
    record_text,
    sources_text,
    test_text,
)

PROJECT = Path(__file__).resolve().parents[2]
_REGISTRY = "warehouse/sources/registry.py"
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_LONGEST = 30


def write(name: str, found: Found, until: date, project: Path = PROJECT) -> list[str]:
    """Write the files of the source `name` into `project` and add it to the registry.

    `until` is the last day of the period in which the rows were collected. Returns the paths
    written, the registry last. Raises `WrongSetting` for a name that cannot be used or is taken,
    and where `project` is no checkout; then nothing was written.
    """
    texts = {
        f"warehouse/sources/{name}/__init__.py": f'"""{name}: say here what the data are."""\n',
        f"warehouse/sources/{name}/record.py": record_text(name, found),
        f"dbt_project/models/staging/{name}/_{name}__sources.yml": sources_text(name, found),
        f"dbt_project/models/staging/{name}/stg_{name}__rows.sql": model_text(name, found, until),
        f"dbt_project/models/staging/{name}/stg_{name}__rows.yml": model_yml_text(name, found),
        f"tests/sources/test_{name}.py": test_text(name, found),
    }
    registry = _with_name(name, project)
    taken = [path for path in texts if (project / path).exists()]
    if taken:
        raise WrongSetting(
            f"there is something called {name} already",
            where=taken[0],
            next_step="choose another name, or take those files away",
        )
    texts[_REGISTRY] = registry
    for path, text in texts.items():
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(text, encoding="utf-8")
    return list(texts)


def _with_name(name: str, project: Path) -> str:
    """The registry's text with one more name at the end of its list."""
    if not _NAME.fullmatch(name) or len(name) > _LONGEST:
        raise WrongSetting(
            f"{name!r} cannot be a source's name",
            where="semia source new",
            next_step=f"use lower case, digits and single _, at most {_LONGEST} signs",
        )
    path = project / _REGISTRY
    if not path.exists() or not (project / "dbt_project").is_dir():
        raise WrongSetting(
            "Semia runs without its source code here, so there is nowhere to write",
            where=str(project),
            next_step="clone the repository and run make setup",
        )
    before, names, after = re.split(
        r"(?<=NAMES = \()(.*?)(?=\n\))", path.read_text("utf-8"), maxsplit=1, flags=re.DOTALL
    )
    return f'{before}{names}\n    "{name}",{after}'
