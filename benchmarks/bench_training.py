"""How long all problems take to train, in full and with `--quick`, and how large the bundle is.

The files of `SEMIA_DATA_DIR` are landed and built in a warehouse of its own, and imitations of what
is not there; of these the trainings alone are timed, one after the other as `semia up` runs them.
One JSON object a line goes to stdout. Quick comes first, so that the bundle is of the full one.
"""

import argparse
import time

from benchmarks.figure import figure
from benchmarks.own_server import own_server
from feature_repo import store
from ml.export.champions import export
from ml.governance import gate, promote
from ml.problems import PROBLEMS
from ml.train import train
from warehouse.building import transform
from warehouse.landing.land import land, make_tables
from warehouse.progress import Silent
from warehouse.settings import Settings, load_settings
from warehouse.sources.registry import SOURCES
from warehouse.sources.source import Source

MOST_SECONDS, MOST_SECONDS_QUICK = 600, 60
MOST_MEGABYTES = 30
# As many rows of a source as are imitated where its files are not at hand.
IMITATED = 12_000


def prepare(settings: Settings) -> bool:
    """Land and build what the problems learn from; returns whether all of it is public."""
    learned = sorted({name for problem in PROBLEMS.values() for name in problem.sources})
    public = [_landed(SOURCES[name], settings) for name in learned]
    make_tables([one for name, one in SOURCES.items() if name not in learned], settings)
    transform.run_dbt(["build", "--exclude-resource-type", "unit_test"], settings, Silent())
    store.apply(settings, Silent())
    return all(public)


def _landed(source: Source, settings: Settings) -> bool:
    given = load_settings().data_dir
    folder = None if given is None else given / source.name
    if folder is not None and folder.is_dir():
        land(source, folder, "public", settings)
        return True
    folder = settings.home / "files" / source.name
    folder.mkdir(parents=True)
    source.synthesise(folder, IMITATED, 1, 0.0)
    land(source, folder, "synthetic", settings)
    return False


def seconds(settings: Settings, quick: bool) -> float:
    """Train every problem on its features, reading them included."""
    started = time.perf_counter()
    for name in PROBLEMS:
        train(name, settings, quick=quick)
    return time.perf_counter() - started


def megabytes(settings: Settings) -> float:
    """Size of the bundle that the last trainings give; a model that the gate refuses ends it."""
    for name in PROBLEMS:
        gate.decide(name, settings)
        promote.promote(name, settings)
    folder = export(settings)
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def main() -> None:
    """Prepare, train twice, export and print."""
    argparse.ArgumentParser(description=__doc__).parse_known_args()
    with own_server() as settings:
        files = "public files" if prepare(settings) else "imitated files"
        claims = (
            ("--quick", seconds(settings, quick=True), MOST_SECONDS_QUICK),
            ("in full", seconds(settings, quick=False), MOST_SECONDS),
        )
        for how, took, most in claims:
            claim = f"training of all problems {how}, {files}"
            figure(claim, took, most, "limit", "s", most / took, 1)
        size = megabytes(settings)
    claim = "bundle of all problems"
    figure(claim, size, MOST_MEGABYTES, "limit", "MB", MOST_MEGABYTES / size, 1)


if __name__ == "__main__":
    main()
