"""Two sides of a comparison, each in a process of its own, measured turn by turn.

What else the computer does then slows both alike, and each process's peak memory is its own. A
side is a command that reads how often to run from each line of its input, and answers each with
the seconds that every run took and its peak memory so far.
"""

import gc
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from types import TracebackType
from typing import Self

from benchmarks.peak import peak_megabytes


def answer(work: Callable[[], object]) -> None:
    """Be a side: run `work` as often as each line of the input says, until there is none."""
    told, sys.stdout = sys.stdout, sys.stderr  # where Feast may say what it likes
    for line in sys.stdin:
        times = []
        for _ in range(int(line)):
            started = time.perf_counter()
            work()
            times.append(time.perf_counter() - started)
        # What a start leaves behind would be looked through again and again in long runs.
        gc.collect()
        gc.freeze()
        found = {"seconds": times, "megabytes": peak_megabytes()}
        print(json.dumps(found), file=told, flush=True)


@dataclass(frozen=True)
class Spread:
    """Several values of one figure."""

    values: Sequence[float]

    @property
    def middle(self) -> float:
        """The median."""
        return median(self.values)

    @property
    def range(self) -> tuple[float, float]:
        """The least and the most."""
        return min(self.values), max(self.values)


class Side:
    """One side: its first run, every run since, and its peak memory."""

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.megabytes = 0.0
        self.seconds: list[float] = []
        (self.cold,) = self._run(1)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.communicate()

    def turn(self, runs: int) -> float:
        """The median seconds of so many runs."""
        took = self._run(runs)
        self.seconds += took
        return median(took)

    def _run(self, runs: int) -> list[float]:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{runs}\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"{self._process.args!r} ended with {self._process.wait()}")
        found = json.loads(line)
        self.megabytes = found["megabytes"]
        seconds: list[float] = found["seconds"]
        return seconds


def in_turn(ours: Side, peer: Side, turns: int, runs: int) -> tuple[Spread, Spread, Spread]:
    """Ours, the peer's, and how many times longer the peer took in each turn."""
    pairs = [(ours.turn(runs), peer.turn(runs)) for _ in range(turns)]
    return (
        Spread([mine for mine, _ in pairs]),
        Spread([theirs for _, theirs in pairs]),
        Spread([theirs / mine for mine, theirs in pairs]),
    )
