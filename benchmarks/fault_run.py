"""Three minutes of full load while the database, the models and a worker are taken away.

`python -m benchmarks.fault_run [SECONDS]` kills the database and restores it, swaps the bundle,
kills a worker, and writes into `docs/reference/reliability.md` what the askers saw and whether a
row of the log was lost.
"""

import asyncio
import json
import os
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import uvloop

from api.log.entries import SpooledLog
from api.schemas.examples import ASSESSMENT_REQUESTS
from benchmarks.bench_service import semia
from benchmarks.written import write
from tests.support.bundles import make_tiny_bundle
from warehouse import connection
from warehouse.postgres import schema, server
from warehouse.progress import Silent
from warehouse.server_state import data_folder, state_folder
from warehouse.settings import Settings

PORT, WORKERS, ASKERS = 8811, 2, 8
BODY = json.dumps(ASSESSMENT_REQUESTS[0]).encode()
REQUEST = (
    f"POST /v1/assessments HTTP/1.1\r\nHost: 127.0.0.1:{PORT}\r\nContent-Type: application/json\r\n"
    f"Content-Length: {len(BODY)}\r\n\r\n"
).encode() + BODY


@dataclass
class Seen:
    """What the askers saw: statuses, connections cut, ids given, and the different answers."""

    statuses: Counter[int] = field(default_factory=Counter)
    cut: int = 0
    ids: set[str] = field(default_factory=set)
    answers: Counter[str] = field(default_factory=Counter)

    def note(self, status: int, content: bytes) -> None:
        """Keep one answer: its id apart, and of the rest all that is said of the patient."""
        self.statuses[status] += 1
        if status == 200:
            given = json.loads(content)
            self.ids.add(given["id"])
            self.answers[json.dumps([one["ranked"] for one in given["answers"]])] += 1


async def ask_until(seen: Seen, stop: asyncio.Event) -> None:
    """Ask again and again; where the connection is cut, over a new one."""
    while not stop.is_set():
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
            while not stop.is_set():
                writer.write(REQUEST)
                head = await reader.readuntil(b"\r\n\r\n")
                length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
                seen.note(int(head.split(b" ", 2)[1]), await reader.readexactly(int(length)))
            writer.close()
        except (OSError, asyncio.IncompleteReadError):
            seen.cut += 1
            await asyncio.sleep(0.05)


async def under_load(seen: Seen, seconds: float, faults: list[Callable[[], object]]) -> None:
    """Load for so long, a fault at each of the equal steps within it."""
    stop = asyncio.Event()
    askers = [asyncio.create_task(ask_until(seen, stop)) for _ in range(ASKERS)]
    for fault in faults:
        await asyncio.sleep(seconds / (len(faults) + 1))
        await asyncio.to_thread(fault)
    await asyncio.sleep(seconds / (len(faults) + 1))
    stop.set()
    await asyncio.gather(*askers)


def kill_a_worker(service: int) -> None:
    """Kill one of the service's processes that answer, as the kernel does when memory ends."""
    children = Path(f"/proc/{service}/task/{service}/children").read_text().split()
    spawned = [
        pid for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]
    os.kill(int(spawned[0]), signal.SIGKILL)


def kill_the_database(settings: Settings) -> None:
    """Kill the server and all its processes at once."""
    lock = data_folder(state_folder(settings)) / "postmaster.pid"
    os.kill(int(lock.read_text(encoding="utf-8").splitlines()[0]), signal.SIGQUIT)


def lost(settings: Settings, seen: Seen) -> int:
    """How many answers were given that the log does not hold, once the spool has been carried."""
    SpooledLog(settings).carry()
    with connection.connect("semia_owner", settings, autocommit=True) as owner:
        rows = owner.execute("select assessment_id::text from serving.assessments").fetchall()
    return len(seen.ids - {row[0] for row in rows})


def main(seconds: float) -> int:
    """Run, write the page; 1 where a row was lost or an answer was wrong or undocumented."""
    seen = Seen()
    with tempfile.TemporaryDirectory(prefix="semia-faults-", ignore_cleanup_errors=True) as folder:
        settings = Settings(home=Path(folder) / "home", offline=True)
        bundle = make_tiny_bundle(Path(folder) / "bundle").folder
        server.ensure_running(settings, Silent())
        try:
            schema.prepare(settings)
            with semia(PORT, bundle, str(settings.home), WORKERS) as service:
                faults: list[Callable[[], object]] = [
                    lambda: kill_the_database(settings),
                    lambda: server.ensure_running(settings, Silent()),
                    lambda: make_tiny_bundle(bundle),
                    lambda: kill_a_worker(service),
                ]
                uvloop.run(under_load(seen, seconds, faults))
            missing = lost(settings, seen)
        finally:
            server.remove(settings)
    return _report(seen, missing, seconds)


def _report(seen: Seen, missing: int, seconds: float) -> int:
    wrong = len(seen.answers) - 1
    bad = sum(count for status, count in seen.statuses.items() if status != 200)
    lines = [
        f"{seconds:.0f} s, {WORKERS} workers, {ASKERS} askers:",
        "",
        "| | |",
        "|---|---|",
        f"| answers given | {len(seen.ids):,} |",
        f"| of them not in the log afterwards | {missing} |",
        f"| of them that differ from the others, though all asked the same | {wrong} |",
        f"| other statuses | {bad} |",
        f"| connections cut, of which a killed worker holds up to {ASKERS} | {seen.cut} |",
    ]
    print("\n".join(lines))
    write(Path("docs/reference/reliability.md"), "faults", lines)
    return 1 if missing or wrong or bad else 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 180.0))
