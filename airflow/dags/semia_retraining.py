"""Land what is new, rebuild every feature, then let a challenger try to replace each champion.

dbt runs model by model, each with its tests, so a red square in the grid is the model that broke.
Then the `semia` command measures drift, trains challengers, passes them through the gate, promotes
those that passed and exports the bundle that is served. No password is in this file, in a rendered
field or in Airflow's database: `airflow/dbt` asks `semia env` for the connection when it runs.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, Param, chain
from cosmos import DbtBuildLocalOperator, DbtTaskGroup, DbtTestLocalOperator
from cosmos.config import ExecutionConfig, ProfileConfig, ProjectConfig, RenderConfig
from cosmos.constants import (
    ExecutionMode,
    InvocationMode,
    LoadMode,
    SeedRenderingBehavior,
    TestBehavior,
    TestIndirectSelection,
)

ROOT = Path(os.environ.get("SEMIA_ROOT", Path(__file__).resolve().parents[2]))
COMMAND = os.environ.get("SEMIA_COMMAND", str(ROOT / ".venv/bin/semia"))
DBT = ROOT / "airflow/dbt"
DBT_PROJECT = ROOT / "dbt_project"
MANIFEST = ROOT / os.environ.get("SEMIA_HOME", ".semia") / "dbt/manifest.json"
# The name under which models appear as assets; `airflow/dbt` puts the real address in its place.
ASSETS = {"SEMIA_DBT_HOST": "warehouse", "SEMIA_DBT_PORT": "5432"}
PROFILE = ProfileConfig(
    profile_name="semia",
    target_name="warehouse",
    profiles_yml_filepath=DBT_PROJECT / "profiles.yml",
)
# What a dbt task outside the group is told, as the group tells those within.
EVERYWHERE = {
    "project_dir": DBT_PROJECT,
    "profile_config": PROFILE,
    "dbt_executable_path": DBT,
    "invocation_mode": InvocationMode.SUBPROCESS,
    "install_deps": False,
    "append_env": True,
    "env": ASSETS,
}
WHEN_BUILT = TestIndirectSelection.BUILDABLE
RETRAIN = "retrain{{ ' --quick' if params.quick }}{{ ' --force' if params.force }}"


def load_seeds() -> DbtBuildLocalOperator:
    """Load the vocabulary and what else is written by hand, all seeds at once."""
    selected = {"select": "resource_type:seed", "indirect_selection": WHEN_BUILT.value}
    return DbtBuildLocalOperator(task_id="seeds", **selected, **EVERYWHERE)


def build_models() -> DbtTaskGroup:
    """A task for each model: it is built, then tested with what is there by then."""
    return DbtTaskGroup(
        group_id="dbt",
        project_config=ProjectConfig(
            dbt_project_path=DBT_PROJECT,
            manifest_path=MANIFEST,
            project_name="semia",
            env_vars=ASSETS,
            install_dbt_deps=False,
        ),
        profile_config=PROFILE,
        execution_config=ExecutionConfig(
            execution_mode=ExecutionMode.LOCAL,
            invocation_mode=InvocationMode.SUBPROCESS,
            dbt_executable_path=DBT,
            test_indirect_selection=WHEN_BUILT,
        ),
        render_config=RenderConfig(
            load_method=LoadMode.DBT_MANIFEST,
            test_behavior=TestBehavior.BUILD,
            seed_rendering_behavior=SeedRenderingBehavior.NONE,
        ),
    )


def test_together() -> DbtTestLocalOperator:
    """Every test once more, now that the models it compares with each other are all there."""
    return DbtTestLocalOperator(task_id="test_together", **EVERYWHERE)


def semia(task_id: str, arguments: str) -> BashOperator:
    """A task that types a `semia` command in the checkout."""
    return BashOperator(task_id=task_id, bash_command=f"{COMMAND} {arguments}", cwd=str(ROOT))


if not MANIFEST.exists():
    message = f"no dbt manifest at {MANIFEST}. Next: semia build"
    raise FileNotFoundError(message)

with DAG(
    "semia_retraining",
    description="Land, dbt model by model, then drift, retrain, gate, promote, export",
    doc_md=__doc__,
    schedule="0 3 * * 1",
    start_date=datetime(2026, 1, 5, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    max_active_tasks=2,
    default_args={"owner": "semia", "retries": 1, "retry_delay": timedelta(minutes=2)},
    params={
        "quick": Param(False, type="boolean", description="Fewer rows and candidates."),
        "force": Param(False, type="boolean", description="Train even where nothing changed."),
    },
    tags=["semia"],
):
    chain(
        semia("land", "land"),
        load_seeds(),
        build_models(),
        test_together(),
        semia("features", "features"),
        semia("drift", "drift"),
        semia("retrain", RETRAIN),
        semia("gate", "gate --go-on"),
        semia("promote", "promote"),
        semia("export", "export"),
    )
