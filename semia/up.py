"""`semia up`: from public files to served models, repeating only what is out of date."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ml import retrain
from ml.problems import PROBLEMS, get_problem
from semia import data
from semia.terminal import Terminal
from warehouse.building import changed, transform
from warehouse.postgres import schema, server
from warehouse.progress import Progress
from warehouse.replication import subscription
from warehouse.settings import Settings
from warehouse.sources.registry import SOURCES
from warehouse.whole_file import write_whole

# A name that does not resolve, or a host that does not answer within this many seconds, is
# taken as "no network": the first hour must not wait for time-outs.
NETWORK_PATIENCE_S = 3.0


@dataclass
class Remembered:
    """What each step was last done for, kept in `<SEMIA_HOME>/up.json`."""

    path: Path
    done: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, home: Path) -> "Remembered":
        """Read the memory; an absent or damaged one means that nothing has been done."""
        path = home / "up.json"
        try:
            done = json.loads(path.read_text())
        except (OSError, ValueError):
            done = {}
        return cls(path, done if isinstance(done, dict) else {})

    def is_done(self, step: str, fingerprint: str) -> bool:
        """True where `step` was last finished for exactly this `fingerprint`."""
        return self.done.get(step) == fingerprint

    def remember(self, step: str, fingerprint: str) -> None:
        """Write down, atomically, that `step` is finished for `fingerprint`."""
        self.done[step] = fingerprint
        write_whole(self.path, [json.dumps(self.done, indent=1)])


def network_answers(address: str) -> bool:
    """True where the host of `address` takes a connection within a few seconds."""
    parts = urlsplit(address)
    try:
        with socket.create_connection(
            (parts.hostname or "", parts.port or 443), NETWORK_PATIENCE_S
        ):
            return True
    except OSError:
        return False


def prepare(settings: Settings, terminal: Terminal, quick: bool = False) -> dict[str, Any]:
    """Everything before serving; returns what the run found and made."""
    settings.home.mkdir(parents=True, exist_ok=True)
    with only_one(settings.home, terminal):
        memory = Remembered.read(settings.home)
        with terminal.step("Database"):
            server.ensure_running(settings, terminal)
            schema.prepare(settings)
        with terminal.step("Data"):
            landed = _land_everything(settings, terminal)
        _build(settings, terminal, memory)
        models = _models(settings, terminal, memory, quick)
    return {"landed": landed, "models": models, "bundle": str(settings.bundle_dir)}


@contextmanager
def only_one(home: Path, progress: Progress) -> Iterator[None]:
    """Wait, saying so, until no other `semia up` works in `home`; two builds would collide."""
    with (home / "up.lock").open("w") as lock:
        try:
            flock(lock, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            progress.note("another semia up is at work here: waiting for it to end")
            flock(lock, LOCK_EX)
        yield


def _land_everything(settings: Settings, terminal: Terminal) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    network = not settings.offline
    for source in SOURCES.values():
        if network and data.public_folder(source, settings) is None:
            network = bool(source.downloads) and network_answers(source.downloads[0].url)
            if not network:
                terminal.note("no network here: what is missing is synthesised")
        given = data.supply(source, settings, terminal, network)
        rows += data.as_rows(data.land_supply(given, settings, terminal))
    return rows


def _build(settings: Settings, terminal: Terminal, memory: Remembered) -> None:
    fingerprint = transform.fingerprint(settings)
    if memory.is_done("build", fingerprint):
        terminal.note("tables and features are up to date")
        return
    # Feast takes seconds to import, so only where there is something to register.
    from feature_repo import store

    with terminal.step("dbt build"):
        changed.build_changed(settings, terminal)
        subscription.keep_up(settings, terminal)
    with terminal.step("Feature store"):
        store.apply(settings, terminal)
    memory.remember("build", fingerprint)


def _models(
    settings: Settings, terminal: Terminal, memory: Remembered, quick: bool
) -> dict[str, Any]:
    fingerprint = memory.done.get("build", "")
    bundle_there = (settings.bundle_dir / "manifest.json").exists()
    if memory.is_done("models", fingerprint) and bundle_there:
        terminal.note("models are up to date")
        return {}
    from ml.cohort.dataset import load
    from ml.export.champions import export
    from ml.governance import gate, promote

    decisions: dict[str, Any] = {}
    for name in PROBLEMS:
        with terminal.step(f"Model: {name}"):
            dataset = load(get_problem(name), settings)
            outcome = retrain.retrain(name, settings, terminal, quick=quick, dataset=dataset)
            decisions[name] = outcome
            if outcome.trained:
                decision = gate.decide(name, settings, terminal, dataset)
                if decision.accepted:
                    promote.promote(name, settings)
                else:
                    terminal.note(f"{name}: not promoted, {decision.reason}; see semia gate {name}")
    with terminal.step("Bundle"):
        export(settings, terminal)
    memory.remember("models", fingerprint)
    return decisions
