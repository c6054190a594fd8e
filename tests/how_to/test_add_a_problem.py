"""docs/how-to/add-a-problem.md, followed word by word in a copy of the project, to an answer."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.support.pages import STEP, copy_project, follow, page
from warehouse.postgres import server
from warehouse.settings import Settings

PAGE = page("add-a-problem.md")
# What the page takes for granted: a warehouse that was built once, here of few made-up rows.
BEFORE = """
from warehouse.landing.land import land
from warehouse.postgres import schema, server
from warehouse.settings import load_settings
from warehouse.sources.registry import SOURCES
from warehouse.building.transform import run_dbt

settings = load_settings()
server.ensure_running(settings)
schema.prepare(settings)
for name in SOURCES:
    if name != "rehydration":
        folder = settings.home / "synthetic" / name
        folder.mkdir(parents=True)
        SOURCES[name].synthesise(folder, 300, 7, 0.0)
        land(SOURCES[name], folder, "synthetic", settings)
run_dbt(["seed"], settings)
run_dbt(["run", "--exclude", "+spine_rehydration", "+feat_encounter__rehydration"], settings)
"""
MAIN = "from semia.cli import main; main()"
LOOK = """
import json, tempfile
from pathlib import Path
from ml.governance.limits import limits_of
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


@pytest.mark.slow
@pytest.mark.database
@pytest.mark.timeout(1200)
def test_what_the_page_types_ends_with_a_model_that_passed_the_gate_and_answers(
    project: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data/rehydration"
    data.mkdir(parents=True)
    source = "from warehouse.sources.registry import get_source; from pathlib import Path"
    write = f"{source}; get_source('rehydration').synthesise(Path({str(data)!r}), 3000, 5, 0.0)"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("SEMIA_")},
        "PYTHONPATH": str(project),
        "SEMIA_HOME": str(tmp_path / "home"),
        "SEMIA_DATA_DIR": str(data.parent),
        "SEMIA_OFFLINE": "1",
    }

    def python(code: str, *arguments: str) -> str:
        run = [sys.executable, "-c", code, *arguments]
        done = subprocess.run(run, cwd=project, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, (arguments, done.stderr[-1500:])
        return done.stdout

    python(BEFORE)
    python(write)
    typed = re.findall(r"^semia (.+)$", PAGE, re.MULTILINE)
    assert len(typed) > 8
    told = {}
    try:
        for line in typed:
            words = [word for word in shlex.split(line) if word != "--json"]
            told[words[0]] = json.loads(python(MAIN, *words, "--json"))
    finally:
        python(MAIN, "down")
        server.remove(Settings(home=tmp_path / "home"))
    flagged = {one["column"]: one["reasons"] for one in told["explore"]["explored"]["suspects"]}
    assert "iv" in flagged
    (decision,) = told["gate"]["decisions"]
    assert decision["accepted"]
    assert told["promote"]["champions"] == {"rehydration": "1"}
    assert (Path(told["export"]["bundle"]) / "rehydration/card.en.html").exists()
    (answer,) = told["predict"]["answers"]
    assert answer["problem"] == "rehydration"
    assert answer["ranked"][0]["code"] == "fluids_by_vein"


def test_the_request_of_the_page_asks_with_codes_of_the_vocabulary() -> None:
    from warehouse.vocabulary import load_vocabulary

    words = load_vocabulary()
    ((_, _, _, text),) = [step for step in STEP.findall(PAGE) if step[1] == "child.json"]
    asked = json.loads(text)
    assert set(asked["observations"]) <= {one.code for one in words.observations}
    assert {one["code"] for one in asked["evidence"]} <= {one.code for one in words.symptoms}
