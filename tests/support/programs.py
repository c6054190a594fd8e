"""Programs the locks do not install: a test that needs one says so, and CI lets none be missing."""

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Where `make tools` and `make airflow` put what does not come from PATH.
PLACES = {
    "aws-lambda-rie": ROOT / ".tools/aws/bin/aws-lambda-rie",
    "axe-core": ROOT / ".tools/node_modules/axe-core/axe.min.js",
    "airflow": ROOT / "airflow/.venv/bin/airflow",
    "sam": ROOT / ".tools/aws/bin/sam",
    # The wheel's PostgreSQL speaks no TLS; Debian's does, and is not on PATH.
    "postgres-ssl": Path("/usr/lib/postgresql/15/bin/postgres"),
    "cfn-lint": ROOT / ".tools/aws/bin/cfn-lint",
}


def must_have_all() -> bool:
    """True where a missing program is a failure, as in CI."""
    return os.environ.get("SEMIA_TEST_ALL") == "1"


def missing(reason: str) -> None:
    """Skip the running test, or fail it where nothing may be missing."""
    if must_have_all():
        pytest.fail(f"{reason}, and SEMIA_TEST_ALL=1 lets nothing be skipped")
    pytest.skip(reason)


def require_program(name: str) -> Path:
    """The path of a program, or a skip that names it."""
    place = PLACES.get(name)
    found = str(place) if place and place.exists() else shutil.which(name)
    if found is None:
        missing(f"needs {name}; see CONTRIBUTING.md for how to install it")
    assert found is not None
    return Path(found)


def require_public_data() -> Path:
    """The folder of published files, or a skip that says how to point at one."""
    given = os.environ.get("SEMIA_DATA_DIR")
    folder = Path(given) if given else ROOT.parent / "shared/data"
    if not (folder / "ktas/data.csv").exists():
        missing("needs the published files: set SEMIA_DATA_DIR")
    return folder
