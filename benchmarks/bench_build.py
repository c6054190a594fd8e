"""How long a whole `dbt build` takes as the number of encounters grows.

For each size a server of its own is started in a temporary folder, and every source of patients is
synthesised and landed in fixed shares; then every model is built and tested. One JSON object a
line goes to stdout. A million encounters take the better part of an hour: leave them out with
`--sizes 10000 100000`.
"""

import argparse

from benchmarks.figure import figure
from benchmarks.own_server import own_server
from warehouse.land import land
from warehouse.sources.registry import SOURCES
from warehouse.transform import build

SIZES = (10_000, 100_000, 1_000_000)
# The many questions of DDXPlus and the many columns of Yale weigh most; SINAN is long and narrow.
SHARES = {"ktas": 0.05, "yale_triage": 0.2, "sinan_arbovirus": 0.6, "ddxplus": 0.15}
# The other sources hold no patients to learn from, or few by nature.
REST = 300
# Ten times the rows, and a tenth for what no index can spare.
TO_REACH = 1.1


def seconds_to_build(rows: int) -> float:
    """Land so many encounters in a warehouse of its own and build it."""
    with own_server() as settings:
        for source in SOURCES.values():
            place = settings.home / "files" / source.name
            place.mkdir(parents=True)
            source.synthesise(place, int(rows * SHARES.get(source.name, 0)) or REST, 1, 0.0)
            land(source, place, "synthetic", settings)
        return build(settings).seconds


def grown(rows: int, fewer: int, ours: float, peer: float) -> None:
    """How many times longer a build takes than one of fewer rows."""
    most = rows / fewer * TO_REACH
    claim = f"full build, {rows:,} encounters: at most {most:g} times {fewer:,}"
    figure(claim, ours, peer, f"{fewer:,} encounters", "s", ours / peer, most, at_most=True)


def main() -> None:
    """Build every size, the smallest first, and set each beside the one before it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="the only form there is")
    parser.add_argument("--sizes", nargs="+", type=int, default=list(SIZES), help="encounters")
    sizes = sorted(parser.parse_args().sizes)
    seconds = {}
    for place, rows in enumerate(sizes):
        seconds[rows] = seconds_to_build(rows)
        if place:
            fewer = sizes[place - 1]
            grown(rows, fewer, seconds[rows], seconds[fewer])


if __name__ == "__main__":
    main()
