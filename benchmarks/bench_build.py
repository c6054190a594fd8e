"""How long a whole `dbt build` takes as the number of encounters grows, and when 1 % is new.

For each size a server of its own is started in a temporary folder, and every source of patients is
synthesised and landed in fixed shares; then every model is built and tested. Then the same files
land with 1 % more rows, first surveillance, then everything else, and what they reach is built
again. One JSON object a line goes to stdout. A million encounters take long: leave them out with
`--sizes 10000 100000`.
"""

import argparse
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figure import figure
from benchmarks.more_rows import add_rows
from benchmarks.own_server import own_server
from warehouse.building.changed import build_all, build_changed
from warehouse.landing.land import land
from warehouse.progress import Silent
from warehouse.settings import Settings
from warehouse.sources.registry import SOURCES

SIZES = (10_000, 100_000, 1_000_000)
# The many questions of DDXPlus and the many columns of Yale weigh most; SINAN is long and narrow.
SHARES = {"ktas": 0.05, "yale_triage": 0.2, "sinan_arbovirus": 0.6, "ddxplus": 0.15}
# The other sources hold no patients to learn from, or few by nature.
REST = 300
# Ten times the rows, and a tenth for what no index can spare.
TO_REACH = 1.1
NEW = 0.01
OF_A_FULL_BUILD = 0.15


@dataclass(frozen=True)
class Seconds:
    """How long a build of everything took, and of what 1 % new rows of each kind reach."""

    full: float
    new_surveillance: float
    new_everywhere: float


def seconds_to_build(rows: int) -> Seconds:
    """Land so many encounters in a warehouse of its own and build it; again with 1 % more."""
    with own_server() as settings:
        land_all(settings, rows)
        full = build_all(settings, Silent()).seconds
        land_more(settings, ["sivigila_dengue"], rows)
        surveillance = build_changed(settings, Silent()).seconds
        land_more(settings, [name for name in SOURCES if name != "sivigila_dengue"], rows)
        return Seconds(full, surveillance, build_changed(settings, Silent()).seconds)


def land_all(settings: Settings, rows: int) -> None:
    """Synthesise every source, with its share of the rows, and land it."""
    for name, source in SOURCES.items():
        place = folder_of(settings, name)
        place.mkdir(parents=True)
        source.synthesise(place, share_of(name, rows), 1, 0.0)
        land(source, place, "synthetic", settings)


def land_more(settings: Settings, names: Iterable[str], rows: int) -> None:
    """Land the files of these sources again, with 1 % more rows behind those they had."""
    for name in names:
        place, share = folder_of(settings, name), share_of(name, rows)
        add_rows(SOURCES[name], place, share, round(share * NEW))
        land(SOURCES[name], place, "synthetic", settings)


def folder_of(settings: Settings, name: str) -> Path:
    """Where the files of a source lie."""
    return settings.home / "files" / name


def share_of(name: str, rows: int) -> int:
    """How many of so many encounters are of a source."""
    return int(rows * SHARES.get(name, 0)) or REST


def grown(rows: int, fewer: int, ours: float, peer: float) -> None:
    """How many times longer a build takes than one of fewer rows."""
    most = rows / fewer * TO_REACH
    claim = f"full build, {rows:,} encounters: at most {most:g} times {fewer:,}"
    figure(claim, ours, peer, f"{fewer:,} encounters", "s", ours / peer, most, at_most=True)


def after_new(what: str, rows: int, ours: float, full: float) -> None:
    """How long a build takes in which 1 % is new, beside a full one."""
    claim = (
        f"build after 1 % more rows of {what}, {rows:,} encounters: "
        f"at most {OF_A_FULL_BUILD:.0%} of a full one"
    )
    figure(claim, ours, full, "full build", "s", ours / full, OF_A_FULL_BUILD, at_most=True)


def main() -> None:
    """Build every size, the smallest first, and set each beside the one before it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="the only form there is")
    parser.add_argument("--sizes", nargs="+", type=int, default=list(SIZES), help="encounters")
    sizes = sorted(parser.parse_args().sizes)
    seconds = {}
    for place, rows in enumerate(sizes):
        took = seconds_to_build(rows)
        seconds[rows] = took.full
        again = {"surveillance": took.new_surveillance, "every other source": took.new_everywhere}
        for what, ours in again.items():
            after_new(what, rows, ours, took.full)
        if place:
            fewer = sizes[place - 1]
            grown(rows, fewer, seconds[rows], seconds[fewer])


if __name__ == "__main__":
    main()
