"""The in-database feature stores beside Feast's own and SQL by hand, in one run on one computer.

A server of its own is started in a temporary folder and filled with generated encounters. Both
sides of a comparison run in processes of their own, turn by turn, and the middle of the turns
counts. With --write the table of docs/reference/feature-store-speed.md is written.
"""

import argparse
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from typing import Any

from benchmarks.feature_tables import ENTITIES, NO_LOOPS, SPINE, fill
from benchmarks.figure import figure
from benchmarks.own_server import own_server
from benchmarks.restart_run import CLIENTS, DOWN_SECONDS, Restart, restart_under_load
from benchmarks.turns import Side, Spread, in_turn
from benchmarks.written import write
from warehouse import connection
from warehouse.postgres import server
from warehouse.progress import Silent
from warehouse.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/reference/feature-store-speed.md"
NAMES = {
    "stock": "stock Feast", NO_LOOPS: "stock Feast, enable_nestloop=off", "sql": "SQL by hand",
    "plan": "serving plan", "feast": "Feast's reader", "ours": "ours",
}  # fmt: skip
MOST_MEGABYTES = 350.0
RESTART_SECONDS = 60.0
# Said where the issue asks for a figure and sets no limit.
NONE = 0.0


@dataclass(frozen=True)
class Peer:
    """Who does the same work, the ratio to reach against it, in how many turns of how many runs."""

    who: str
    to_reach: float
    turns: int = 3
    runs: int = 1


@dataclass(frozen=True)
class Comparison:
    """One piece of work, who does it for us, and beside whom; limits of memory and of p99."""

    text: str
    work: str
    rows: int
    peers: tuple[Peer, ...]
    who: str = "ours"
    megabytes: float | None = None
    p99_ms: float | None = None


HALF_IS_SQL, READS = 0.5, {"turns": 15, "runs": 200}
COMPARISONS = (
    Comparison(
        "historical, 60 features, 10,000 rows", "wide", 10_000,
        (Peer("stock", 100, turns=1), Peer(NO_LOOPS, 4), Peer("sql", HALF_IS_SQL)),
        megabytes=MOST_MEGABYTES,
    ),
    Comparison(
        "historical, 60 features, 100,000 rows", "wide", 100_000,
        (Peer(NO_LOOPS, 6), Peer("sql", HALF_IS_SQL)), megabytes=MOST_MEGABYTES,
    ),
    Comparison(
        f"historical, 60 features, spine of {SPINE:,} on 2,000,000 observations", "long", SPINE,
        (Peer(NO_LOOPS, 10), Peer("sql", 1 / 2.5)),
    ),
    Comparison(
        "training set, 272 features of 4 views, 44,895 rows", "widest", 44_895,
        (Peer(NO_LOOPS, 1.5), Peer("sql", NONE)),
    ),
    Comparison(
        "online, 1 key, 60 features", "online", 1,
        (Peer("stock", 5, **READS), Peer("sql", 1 / 2, **READS)), p99_ms=1,
    ),
    Comparison(
        "online, 50 keys, 60 features", "online", 50,
        (Peer("stock", 20, turns=15, runs=20), Peer("sql", 1 / 2, turns=15, runs=50)), p99_ms=8,
    ),
    Comparison(
        "serving plan, 1 key, 60 features", "served", 1, (Peer("sql", 1 / 1.5, **READS),), "plan"
    ),
    Comparison(
        "semia serve --features feast, 1 key, 60 features", "served", 1,
        (Peer("plan", NONE, **READS),), "feast",
    ),
)  # fmt: skip


class Report:
    """The figures as they come, and the lines of the page."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def compared(
        self,
        comparison: Comparison,
        peer: Peer,
        cold: float,
        spreads: tuple[Spread, Spread, Spread],
    ) -> None:
        """Times of both sides, and how many times longer the peer took."""
        ours, theirs, ratio = spreads
        name = NAMES[peer.who]
        found = figure(
            comparison.text, ours.middle * 1e3, theirs.middle * 1e3, name, "ms", ratio.middle,
            round(peer.to_reach, 3),
        )  # fmt: skip
        low, high = ratio.range
        times = [_between(one) for one in (ours, theirs)]
        self._line(
            [comparison.text, f"{times[0]}; cold {_ms(cold)}", f"{name}: {times[1]}",
             f"{ratio.middle:.2f} ({low:.2f} to {high:.2f})"], found,
        )  # fmt: skip

    def limited(self, text: str, ours: float, limit: float, unit: str) -> None:
        """One value of ours that must not pass a limit."""
        ratio = limit / ours if ours else (1.0 if limit == 0 else limit)
        found = figure(text, ours, limit, "limit", unit, ratio, 1)
        value = f"{ours:.2f}" if unit == "ms" else f"{ours:,.1f}"
        self._line([text, f"{value} {unit}", f"limit: {limit:,.4g} {unit}", ""], found)

    def _line(self, cells: list[str], found: dict[str, Any]) -> None:
        reach = f"≥ {found['to_reach']:g}" if found["to_reach"] and cells[-1] else ""
        mark = "met" if found["holds"] else "**not met**"
        cells += [reach, mark if found["to_reach"] else "no limit set"]
        self.lines.append(f"| {' | '.join(cells)} |")


def _ms(seconds: float) -> str:
    return f"{seconds * 1e3:,.2f} ms" if seconds < 0.1 else f"{seconds:,.2f} s"


def _between(spread: Spread) -> str:
    low, high = spread.range
    return f"{_ms(spread.middle)} ({_ms(low)} to {_ms(high)})"


def _side(stack: ExitStack, settings: Settings, who: str, work: str, rows: int) -> Side:
    command = [sys.executable, "-m", "benchmarks.feature_sides", str(settings.home), who, work]
    return stack.enter_context(Side([*command, str(rows)]))


def _afresh(settings: Settings) -> None:
    """Start the server again, so that it has nothing in its own memory."""
    server.stop(settings)
    server.ensure_running(settings, Silent())


def compare(settings: Settings, comparison: Comparison, report: Report) -> None:
    """Ours beside every peer of a comparison."""
    with ExitStack() as stack:
        _afresh(settings)
        beside_p99 = 0.0
        ours = _side(stack, settings, comparison.who, comparison.work, comparison.rows)
        for peer in comparison.peers:
            # The least there can be to serve one row is an online read by hand.
            work = (
                "online" if peer.who == "sql" and comparison.work == "served" else comparison.work
            )
            with ExitStack() as beside:
                theirs = _side(beside, settings, peer.who, work, comparison.rows)
                ours.turn(peer.runs)
                if peer.runs > 1:
                    theirs.turn(peer.runs)
                spreads = in_turn(ours, theirs, peer.turns, peer.runs)
                beside_p99 = _p99(theirs) if peer.runs > 1 else 0.0
            report.compared(comparison, peer, ours.cold, spreads)
        if comparison.megabytes:
            text = f"{comparison.text}, peak memory"
            report.limited(text, ours.megabytes, comparison.megabytes, "MB")
        if comparison.p99_ms:
            # The last peer is SQL by hand: what of it is the computer's doing.
            text = f"{comparison.text}, p99 (that of SQL by hand: {beside_p99:.2f} ms)"
            report.limited(text, _p99(ours), comparison.p99_ms, "ms")


def _p99(side: Side) -> float:
    """Milliseconds within which 99 of 100 runs ended."""
    return quantiles(side.seconds, n=100)[98] * 1e3


def make_servable(settings: Settings, report: Report) -> None:
    """Time and disk from what dbt built to what can be read online."""
    grown, cold = {}, {}
    for who in ("ours", "stock"):
        before = _bytes(settings, "pg_database_size(current_database())")
        with ExitStack() as stack:
            cold[who] = _side(stack, settings, who, "servable", ENTITIES).cold
        grown[who] = _bytes(settings, "pg_database_size(current_database())") - before
    text = f"making {ENTITIES:,} entities servable, once (stock Feast: a fifth of them)"
    spreads = [Spread([cold[who]]) for who in ("ours", "stock")]
    ratio = Spread([cold["stock"] / cold["ours"]])
    peer = Peer("stock", 1)
    report.compared(
        Comparison(text, "servable", ENTITIES, (peer,)), peer, cold["ours"],
        (spreads[0], spreads[1], ratio),
    )  # fmt: skip
    table = _bytes(settings, "pg_total_relation_size('bench.measured')") / 1e6
    theirs = table + grown["stock"] / 1e6
    name = f"the same, disk with the dbt table (stock Feast, a fifth of them: {theirs:,.0f} MB)"
    # A table of statistics may grow by a page or two meanwhile.
    report.limited(name, table + round(grown["ours"] / 1e6), table, "MB")


def _bytes(settings: Settings, what: str) -> int:
    with connection.connect("semia_owner", settings) as owner:
        row = owner.execute(f"select {what}").fetchone()
    return int(row[0]) if row else 0


def restart(settings: Settings, report: Report, seconds: float) -> None:
    """Clients that read while the server is away."""
    seen: Restart = restart_under_load(settings, seconds)
    text = f"{CLIENTS} clients, {seconds:.0f} s, database {DOWN_SECONDS:.0f} s away in the middle"
    report.limited(f"{text}, recovery", seen.recovery, 2, "s")
    said = f"{text}, {seen.reads:,} reads, {seen.failed:,} failed while it was down; failed besides"
    report.limited(said, seen.failed_while_up, 0, "reads")
    report.limited(f"{text}, connections afterwards", seen.connections, seen.allowed, "open")


def _page(settings: Settings, lines: list[str]) -> list[str]:
    with connection.connect("semia_owner", settings) as owner:
        row = owner.execute("show server_version").fetchone()
    version = str(row[0]).split()[0] if row else "?"
    return [
        f"PostgreSQL {version}. The middle of the turns (least to most); a ratio is the peer's time"
        " over ours, turn by turn.",
        "",
        "| work | ours | beside | ratio | to reach | |",
        "|---|---|---|---|---|---|",
        *lines,
    ]


def main() -> None:
    """Measure every comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="the only form there is")
    parser.add_argument("--only", default="", help="only what begins so")
    parser.add_argument("--write", action="store_true", help="write the page's table")
    arguments = parser.parse_args()
    report = Report()
    with own_server() as settings:
        fill(settings)
        for one in (one for one in COMPARISONS if one.text.startswith(arguments.only)):
            compare(settings, one, report)
        if "making".startswith(arguments.only[:6]):
            make_servable(settings, report)
        if str(CLIENTS).startswith(arguments.only[:2]):
            restart(settings, report, RESTART_SECONDS)
        if arguments.write:
            write(PAGE, "feature-store", _page(settings, report.lines))


if __name__ == "__main__":
    main()
