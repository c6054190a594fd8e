"""The function on AWS Lambda, under AWS's own runtime emulator: first answer, warm answers, size.

The first answer includes starting Python, importing everything and reading the bundle. The size is
what `Dockerfile.lambda` puts on top of AWS's base: the packages of `requirements/lambda.lock` as
they are installed here, our own code, and the bundle. Needs `make tools` and a bundle.
"""

import argparse
import re
import statistics
import tempfile
import time
from importlib import metadata
from pathlib import Path

from api.schemas.examples import ASSESSMENT_REQUESTS
from benchmarks.figure import figure
from tests.support.emulator import emulator, invoke
from warehouse.settings import load_settings

ROOT = Path(__file__).resolve().parent.parent
STARTS, WARM = 5, 200
OURS = ("api", "ml", "warehouse")


def within(claim: str, ours: float, limit: float, unit: str) -> None:
    """One figure, which holds at or under its limit."""
    figure(claim, ours, limit, "limit", unit, limit / ours, 1)


def times(bundle: Path, folder: Path, warm: int) -> tuple[float, list[float]]:
    """Milliseconds of the first answer of a new emulator, and of so many after it."""
    took = []
    with emulator(bundle, folder / "home", folder / "log") as client:
        for _ in range(1 + warm):
            started = time.perf_counter()
            answer = invoke(client, "POST", "/v1/assessments", ASSESSMENT_REQUESTS[0])
            took.append((time.perf_counter() - started) * 1e3)
            assert answer["statusCode"] == 200, answer
    return took[0], took[1:]


def megabytes(bundle: Path) -> float:
    """What the image holds on top of AWS's base, unzipped."""
    lock = (ROOT / "requirements/lambda.lock").read_text(encoding="utf-8")
    files = [path for name in OURS for path in (ROOT / name).rglob("*") if path.is_file()]
    files += [path for path in bundle.rglob("*") if path.is_file()]
    for name in re.findall(r"^([A-Za-z0-9_.-]+)==", lock, flags=re.MULTILINE):
        try:
            listed = metadata.files(name) or []
        except metadata.PackageNotFoundError:
            # Marked for another platform than this one.
            continue
        files += [Path(str(one.locate())) for one in listed]
    return sum(path.stat().st_size for path in set(files) if path.exists()) / 1e6


def main() -> None:
    """Measure every claim."""
    argparse.ArgumentParser(description=__doc__).parse_known_args()
    bundle = load_settings().bundle_dir.absolute()
    with tempfile.TemporaryDirectory(prefix="semia-lambda-") as folder:
        runs = [times(bundle, Path(folder), WARM) for _ in range(STARTS)]
    within("Lambda, first answer", statistics.median(first for first, _ in runs), 700, "ms")
    warm = [statistics.median(each) for _, each in runs]
    within("Lambda, warm answer to all questions, p50", statistics.median(warm), 5, "ms")
    within("Lambda, unzipped", megabytes(bundle), 250, "MB")


if __name__ == "__main__":
    main()
