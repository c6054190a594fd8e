"""The nightly replay of the how-to for AWS loses no night, and tells a log it did not get."""

import os
import re
import subprocess
import time
from pathlib import Path

import pytest

HOW_TO = Path(__file__).parents[2] / "docs/how-to/aws.md"


def replayed(folder: Path, aws: str) -> tuple[int, list[str]]:
    """Run the how-to's own lines with `aws` answering so; exit code, and what was called."""
    (script,) = re.findall(r"```sh\n([^`]*filter-log-events[^`]*)```", HOW_TO.read_text("utf-8"))
    calls = folder / "calls"
    for program, does in (("aws", aws), ("semia", "cat > /dev/null")):
        file = folder / program
        file.write_text(f'#!/bin/sh\necho "{program} $*" >> {calls}\n{does}\n', "utf-8")
        file.chmod(0o755)
    path = f"{folder}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", script],
        env={"PATH": path},
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return done.returncode, calls.read_text("utf-8").splitlines()


def test_missed_nights_and_late_rows_are_fetched(tmp_path: Path) -> None:
    code, calls = replayed(tmp_path, "echo row")
    (since,) = re.findall(r"--start-time (\d+)", " ".join(calls))
    assert code == 0
    assert time.time() - int(since) / 1_000 > 6 * 24 * 3_600
    assert "semia audit verify" in calls


@pytest.mark.parametrize("fails", ["exit 255", "echo row; exit 255"])
def test_a_log_that_was_not_fetched_is_no_success(tmp_path: Path, fails: str) -> None:
    code, calls = replayed(tmp_path, fails)
    assert code != 0
    assert "semia audit verify" not in calls
