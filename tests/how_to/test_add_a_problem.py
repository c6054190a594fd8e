"""docs/how-to/add-a-problem.md, followed word by word in a copy of the project: its files fit.

What the page has typed into a terminal afterwards takes minutes and is not run here.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.support.pages import STEP, copy_project, follow, page

PAGE = page("add-a-problem.md")
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


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with everything done to its files that the page says."""
    copy = copy_project(tmp_path_factory.mktemp("project"))
    assert follow(PAGE, copy) > 15
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
