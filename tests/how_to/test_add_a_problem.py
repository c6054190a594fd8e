"""docs/how-to/add-a-problem.md, followed word by word in a copy of the project: its files fit.

What the page has typed into a terminal afterwards takes minutes and is not run here.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/how-to/add-a-problem.md").read_text(encoding="utf-8")
COPIED = ("semia", "warehouse", "feature_repo", "ml", "api", "dbt_project")
STEP = re.compile(
    r"^(New file|Append to|In) `([^`]+)`(?:, (.+?))?:\n\n```\w*\n(.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
LOOK = """
import json, tempfile
from pathlib import Path
from ml.limits import limits_of
from ml.problems import get_problem
from warehouse.sources.registry import get_source
from warehouse.vocabulary import load_vocabulary

words, problem, source = load_vocabulary(), get_problem("rehydration"), get_source("rehydration")
folder = Path(tempfile.mkdtemp())
source.synthesise(folder, 50, 1, 0.0)
(table,) = source.tables
(chunk,) = table.read(folder / table.file)
print(json.dumps({
    "classes": problem.classes,
    "named": [one.code for one in words.diagnoses if one.problem == "rehydration"],
    "columns": chunk.rows.schema.names,
    "rows": chunk.rows.num_rows,
    "expected": table.columns,
    "mapped": [one.observation_code for one in words.observation_sources
               if one.source == "rehydration"]
              + [one.code for one in words.symptom_sources if one.source == "rehydration"],
    "least": limits_of("rehydration").least_auc_roc,
}))
"""


def edit(path: Path, where: str, text: str) -> None:
    """Put `text` below or above a line that stands once in the file, or in its place."""
    (line,) = re.findall(r"the line `(.+?)`", where)
    lines = path.read_text(encoding="utf-8").split("\n")
    assert lines.count(line) == 1, line
    place, written = lines.index(line), text.rstrip("\n").split("\n")
    start, end = {
        "below": (place + 1, place + 1),
        "above": (place, place),
        "in place of": (place, place + 1),
    }[where.partition(" the line")[0]]
    lines[start:end] = written
    path.write_text("\n".join(lines), encoding="utf-8")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with everything done to its files that the page says."""
    copy = tmp_path_factory.mktemp("project")
    left = shutil.ignore_patterns("__pycache__", "target", "logs")
    for room in COPIED:
        shutil.copytree(ROOT / room, copy / room, ignore=left)
    steps = STEP.findall(PAGE)
    assert len(steps) == len(re.findall(r"^(?:New file|Append to|In) `", PAGE, re.MULTILINE)) > 15
    for what, name, where, text in steps:
        path = copy / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if what == "In":
            edit(path, where, text)
        else:
            assert path.exists() == (what == "Append to"), name
            with path.open("a", encoding="utf-8") as file:
                file.write(text)
    return copy


def test_the_new_source_problem_limits_and_words_fit_together(project: Path) -> None:
    run = [sys.executable, "-c", LOOK]
    done = subprocess.run(
        run, cwd=project, env={"PYTHONPATH": str(project)}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-1500:]
    found = json.loads(done.stdout)
    assert found["classes"] == found["named"] == ["fluids_by_vein", "fluids_by_mouth"]
    assert found["columns"] == found["expected"]
    assert found["rows"] == 50
    assert found["least"] == 0.75

    contract = project / "dbt_project/models/features/feat_encounter__rehydration.yml"
    (model,) = yaml.safe_load(contract.read_text(encoding="utf-8"))["models"]
    features = [column["name"] for column in model["columns"]][3:]
    assert model["config"]["meta"]["feast"]["services"] == ["rehydration"]
    assert sorted(features) == sorted(found["mapped"])


def test_every_command_the_page_types_exists() -> None:
    from typer.main import get_command

    from semia.cli import app

    known = set(get_command(app).commands)  # type: ignore[attr-defined]
    typed = re.findall(r"^semia (\S+)", PAGE, re.MULTILINE)
    assert len(typed) > 8
    assert set(typed) <= known


def test_the_request_of_the_page_asks_with_codes_of_the_vocabulary() -> None:
    from warehouse.vocabulary import load_vocabulary

    words = load_vocabulary()
    ((_, _, _, text),) = [step for step in STEP.findall(PAGE) if step[1] == "child.json"]
    asked = json.loads(text)
    assert set(asked["observations"]) <= {one.code for one in words.observations}
    assert {one["code"] for one in asked["evidence"]} <= {one.code for one in words.symptoms}
