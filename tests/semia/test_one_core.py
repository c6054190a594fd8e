"""Serving reckons on one core, whoever loads NumPy and when."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ASK = "from semia.service_commands import share_no_sums\n"
BEFORE = f"{ASK}share_no_sums()\nimport numpy\n"
AFTER = f"{ASK}import numpy\nshare_no_sums()\n"
TELL = """
import json
from threadpoolctl import threadpool_info
print(json.dumps([one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"]))
"""


def threads_after(program: str) -> list[int]:
    """Threads of each library of sums that is loaded once `program` has run in a new process."""
    environment = {k: v for k, v in os.environ.items() if k != "OPENBLAS_NUM_THREADS"}
    told = subprocess.run(
        [sys.executable, "-c", program + TELL],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[int] = json.loads(told.stdout)
    return found


@pytest.mark.parametrize("program", [BEFORE, AFTER], ids=["served alone", "after training"])
def test_the_service_reckons_on_one_core(program: str) -> None:
    found = threads_after(program)
    assert found
    assert set(found) == {1}


@pytest.mark.parametrize("recipe", ["Dockerfile", "Dockerfile.lambda"])
def test_so_do_the_images(recipe: str) -> None:
    assert "OPENBLAS_NUM_THREADS=1" in (ROOT / recipe).read_text(encoding="utf-8")
