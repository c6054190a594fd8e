"""Landing beside the quickest there is: `psql \\copy` of the same file into text columns.

A server of its own is started in a temporary folder. The file is SINAN's notifications,
synthesised at each size. Both copy it into a new table, a process each, the best of three, turn by
turn. Landing also checks the file, keeps refused rows apart and notes where each row came from.
One JSON object a line goes to stdout.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.figure import figure
from benchmarks.own_server import own_server
from benchmarks.peak import peak_megabytes
from warehouse.connection import connect
from warehouse.landing.land import land
from warehouse.landing.loads import make_ledger
from warehouse.recovery.clients import find_clients
from warehouse.settings import Settings
from warehouse.sources.registry import get_source

SOURCE = "sinan_arbovirus"
SIZES = (10_000, 100_000, 1_000_000)
TURNS = 3
TO_REACH = 0.6
# Every file is read in pieces that are smaller than the smallest file.
MOST_GROWTH = 1.25


def land_here(settings: Settings, folder: Path) -> dict[str, float]:
    """Land the file in this process: seconds, and peak memory in MB."""
    started = time.perf_counter()
    land(get_source(SOURCE), folder, "synthetic", settings)
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "megabytes": peak_megabytes()}


def land_apart(settings: Settings, folder: Path) -> dict[str, float]:
    """The same in a process of its own, into a table that is not there yet.

    The ledger stays, which a database gets once; what it says of the file goes.
    """
    (table,) = get_source(SOURCE).tables
    with connect("semia_ingest", settings) as connection:
        make_ledger(connection)
        connection.execute(f"drop table if exists raw.{table.name}")
        connection.execute("delete from raw._loads where table_name = %s", [table.name])
    command = [sys.executable, __file__, "--one", str(settings.home), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    result: dict[str, float] = json.loads(done.stdout)
    return result


def copy_bare(settings: Settings, folder: Path) -> float:
    """Seconds `psql \\copy` takes for the file, from a connection to a committed table."""
    (table,) = get_source(SOURCE).tables
    columns = ", ".join(f"{name} text" for name in table.columns)
    clients = find_clients(settings)
    copy = f"\\copy bare from '{folder / table.file}' with (format csv, header, delimiter ';')"
    prepare = f"drop table if exists bare; create table bare ({columns})"
    for words in (["-c", prepare], ["-c", copy]):
        started = time.perf_counter()
        subprocess.run(
            clients.command("psql", "--quiet", *words),
            env=clients.environment, capture_output=True, check=True,
        )  # fmt: skip
        seconds = time.perf_counter() - started
    return seconds


def measure(settings: Settings, rows: int) -> tuple[dict[str, float], float]:
    """Ours (seconds and megabytes) and the peer's seconds for a file of so many rows."""
    folder = settings.home / f"{rows}"
    folder.mkdir()
    get_source(SOURCE).synthesise(folder, rows, 1, 0.0)
    turns = [(land_apart(settings, folder), copy_bare(settings, folder)) for _ in range(TURNS)]
    ours = {
        "seconds": min(ours["seconds"] for ours, _ in turns),
        "megabytes": max(ours["megabytes"] for ours, _ in turns),
    }
    return ours, min(peer for _, peer in turns)


def speed(rows: int, ours: float, peer: float) -> None:
    """How much of the peer's speed landing reaches."""
    claim = f"landing, {rows:,} rows: at least so much of the peer's speed"
    figure(claim, ours, peer, "psql \\copy", "s", peer / ours, TO_REACH)


def memory(rows: int, ours: float, smallest: float) -> None:
    """How much more memory the file takes than the smallest one."""
    claim = f"landing, {rows:,} rows: at most so many times the smallest file's peak memory"
    ratio = ours / smallest
    figure(claim, ours, smallest, "the smallest file", "MB", ratio, MOST_GROWTH, at_most=True)


def figures(settings: Settings, sizes: list[int]) -> None:
    """Print the lines of every size."""
    smallest = 0.0
    for rows in sorted(sizes):
        ours, peer = measure(settings, rows)
        smallest = smallest or ours["megabytes"]
        speed(rows, ours["seconds"], peer)
        memory(rows, ours["megabytes"], smallest)


def main() -> None:
    """Measure every size, or with --one land the file of a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="the only form there is")
    parser.add_argument("--sizes", nargs="+", type=int, default=list(SIZES), help="rows of files")
    parser.add_argument("--one", nargs=2, type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        home, folder = arguments.one
        print(json.dumps(land_here(Settings(home=home), folder)))
        return
    with own_server() as settings:
        figures(settings, arguments.sizes)


if __name__ == "__main__":
    main()
