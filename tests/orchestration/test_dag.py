"""The DAG is there, holds every model, says what it needs, and knows of ours only a command."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.orchestration.conftest import ROOT, Airflow

DAGS = sorted((ROOT / "airflow/dags").glob("*.py"))
ALLOWED = {"airflow", "cosmos", *sys.stdlib_module_names}
STEPS = ["test_together", "features", "drift", "retrain", "gate", "promote", "export"]
TASKS = ["land", "seeds", *STEPS]
LOOK = """
import json
from airflow.dag_processing.dagbag import DagBag
bag = DagBag()
tasks = {
    name: {task.task_id: sorted(task.downstream_task_ids) for task in dag.tasks}
    for name, dag in bag.dags.items()
}
print("FOUND" + json.dumps({"errors": bag.import_errors, "tasks": tasks}))
"""


def imported(file: Path) -> set[str]:
    """The top-level packages a file imports, wherever in it."""
    nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    plain = {alias.name for n in nodes if isinstance(n, ast.Import) for alias in n.names}
    named = {n.module or "." for n in nodes if isinstance(n, ast.ImportFrom)}
    return {name.split(".")[0] for name in plain | named}


def look(airflow: Airflow, home: Path) -> dict[str, Any]:
    """What Airflow finds in the DAG folder when state is in `home`."""
    done = airflow.run("python", "-c", LOOK, SEMIA_HOME=str(home))
    assert "FOUND" in done.stdout, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.split("FOUND", 1)[1])
    return found


@pytest.fixture(scope="module")
def found(airflow: Airflow, parsed: Path) -> dict[str, Any]:
    return look(airflow, parsed)


@pytest.mark.parametrize("file", [pytest.param(file, id=file.stem) for file in DAGS])
def test_dag_file_imports_airflow_cosmos_and_the_standard_library_alone(file: Path) -> None:
    assert imported(file) - ALLOWED == set()


@pytest.mark.program("airflow")
def test_dag_is_there_and_nothing_failed_to_load(found: dict[str, Any]) -> None:
    assert found["errors"] == {}
    assert list(found["tasks"]) == ["semia_retraining"]


@pytest.mark.program("airflow")
def test_every_model_and_snapshot_is_a_task(found: dict[str, Any], parsed: Path) -> None:
    nodes = json.loads((parsed / "dbt/manifest.json").read_text(encoding="utf-8"))["nodes"]
    expected = {
        f"dbt.{node['name']}_{kind}_build"
        for node in nodes.values()
        if (kind := node["resource_type"]) in ("model", "snapshot")
    }
    assert len(expected) > 30
    assert {task for task in found["tasks"]["semia_retraining"] if "." in task} == expected


@pytest.mark.program("airflow")
def test_steps_follow_each_other_and_wait_for_every_model(found: dict[str, Any]) -> None:
    tasks = found["tasks"]["semia_retraining"]
    pairs = zip(STEPS, [*STEPS[1:], None], strict=True)
    assert all(tasks[step] == ([after] if after else []) for step, after in pairs)
    assert tasks["land"] == ["seeds"]
    assert "dbt.stg_ktas__visits_model_build" in tasks["seeds"]
    leaves = [task for task, after in tasks.items() if "." in task and "test_together" in after]
    assert "dbt.spine_severity_model_build" in leaves
    assert all(tasks[task] for task in tasks if "." in task)


@pytest.mark.program("airflow")
def test_without_a_manifest_the_error_says_what_to_type(airflow: Airflow, tmp_path: Path) -> None:
    errors = look(airflow, tmp_path)["errors"]
    assert [error for error in errors.values() if "Next: semia build" in error] != []


def test_dag_and_tasks_are_in_the_reference() -> None:
    reference = (ROOT / "docs/reference/dags.md").read_text(encoding="utf-8")
    for name in ["semia_retraining", *TASKS]:
        assert f"`{name}`" in reference
    variables = re.findall(r'environ\.get\("(\w+)"', DAGS[0].read_text(encoding="utf-8"))
    assert variables
    assert [name for name in variables if f"`{name}`" not in reference] == []


def run_dbt_of_airflow(folder: Path, semia: str) -> subprocess.CompletedProcess[str]:
    """Run `airflow/dbt` beside programs that only say what they are given."""
    lock = "-m warehouse.building.build_lock"
    runs = f'#!/bin/sh\n[ "$1 $2" = "{lock}" ] && cd "$3" && shift 3 && exec "$@"\n'
    (folder / "python").write_text(runs, encoding="utf-8")
    (folder / "semia").write_text(f"#!/bin/sh\n{semia}\n", encoding="utf-8")
    says = '#!/bin/sh\necho "$SEMIA_DBT_HOST $DBT_TARGET_PATH $@"\n'
    (folder / "dbt").write_text(says, encoding="utf-8")
    for program in ("semia", "dbt", "python"):
        (folder / program).chmod(0o755)
    settings = {
        "PATH": "/usr/bin:/bin",
        "SEMIA_COMMAND": str(folder / "semia"),
        "SEMIA_DBT_HOST": "warehouse",
        "DBT_TARGET_PATH": "elsewhere",
    }
    command = [str(ROOT / "airflow/dbt"), "build", "--select", "a b"]
    return subprocess.run(command, env=settings, capture_output=True, text=True)


def test_dbt_of_airflow_asks_semia_where_the_database_is(tmp_path: Path) -> None:
    done = run_dbt_of_airflow(tmp_path, 'echo "export SEMIA_DBT_HOST=there"')
    assert done.returncode == 0, done.stderr
    assert done.stdout == "there  build --select a b\n"


def test_dbt_of_airflow_stops_where_semia_knows_no_database(tmp_path: Path) -> None:
    done = run_dbt_of_airflow(tmp_path, 'echo "no database" >&2; exit 1')
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "no database\n")
