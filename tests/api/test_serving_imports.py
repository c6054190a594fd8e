"""Importing the Lambda handler loads none of the heavy libraries, and does nothing else."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEAVY = {
    *("feast", "mlflow", "dbt", "pandas", "sklearn", "airflow", "scipy", "pyarrow", "onnx"),
    # Only many patients at once, or a model that is more than trees and lines, need it.
    "onnxruntime",
    # Only a service that has a database needs it, and not before it first speaks to it.
    "psycopg",
}
PROGRAM = """
import json, sys
import api.lambda_handler
print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))
"""


def _loaded_in_fresh_interpreter(folder: Path) -> set[str]:
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    found = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(found.stdout))


def test_the_lambda_handler_loads_nothing_heavy(tmp_path: Path) -> None:
    loaded = _loaded_in_fresh_interpreter(tmp_path)
    assert {"fastapi", "mangum", "numpy"} <= loaded
    assert not loaded & HEAVY


def test_importing_the_handler_touches_no_file(tmp_path: Path) -> None:
    _loaded_in_fresh_interpreter(tmp_path)
    assert list(tmp_path.iterdir()) == []
