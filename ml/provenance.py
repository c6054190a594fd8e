"""Where a run's figures come from: its command, its data and features, the code and Python."""

import platform
import subprocess
from pathlib import Path

from ml.cohort.dataset import Dataset
from ml.cohort.split import SEED


def provenance(dataset: Dataset, command: str) -> dict[str, str]:
    """What MLflow keeps of every run: with the same of each, the same command gives each digit."""
    return {
        "command": command,
        "seed": str(SEED),
        "origin": dataset.origin,
        "data_hash": dataset.data_hash,
        "feature_hash": dataset.feature_hash,
        "features": str(len(dataset.features)),
        "rows": str(len(dataset.y)),
        "git_commit": git_commit(),
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
    }


def git_commit() -> str:
    """The commit of the code that runs, `unknown` where it is no checkout."""
    root = Path(__file__).resolve().parents[1]
    try:
        done = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=root, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return done.stdout.strip()
