"""Airflow from its own environment, with a home and a database of this test run alone."""

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support.programs import require_program

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Airflow:
    """Airflow's programs, and the settings under which a test runs them."""

    programs: Path
    home: Path
    settings: dict[str, str] = field(default_factory=dict)

    def run(self, program: str, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run `airflow` or `python` of that environment; what it printed and how it ended."""
        settings = {
            **os.environ,
            "AIRFLOW_HOME": str(self.home),
            "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "airflow/dags"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__COSMOS__ENABLE_TELEMETRY": "False",
            "AIRFLOW__COSMOS__CACHE_DIR": str(self.home / "cosmos"),
            "DO_NOT_TRACK": "1",
            **self.settings,
            **more,
        }
        command = [str(self.programs / program), *arguments]
        return subprocess.run(command, env=settings, cwd=ROOT, capture_output=True, text=True)


@pytest.fixture(scope="session")
def airflow(tmp_path_factory: pytest.TempPathFactory) -> Airflow:
    """Airflow with an empty SQLite database, reading the DAGs of this checkout."""
    programs = require_program("airflow").parent
    installed = Airflow(programs, tmp_path_factory.mktemp("airflow-home"))
    migrated = installed.run("airflow", "db", "migrate")
    assert migrated.returncode == 0, migrated.stderr
    return installed
