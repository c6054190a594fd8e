"""A backup: the whole warehouse as of one moment, and the bundle that was being served."""

import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from psycopg import IsolationLevel

from warehouse.building.build_lock import only_build
from warehouse.connection import connect, speaking_plainly
from warehouse.errors import DatabaseRefused, DiskFull, SemiaError, WrongSetting
from warehouse.progress import Progress, Silent
from warehouse.recovery.clients import Clients, find_clients
from warehouse.recovery.contents import Connection, contents, schemas_of
from warehouse.recovery.manifest import (
    BUNDLE,
    DUMP,
    Manifest,
    file_sha256,
    key_mark,
    write_manifest,
)
from warehouse.settings import Settings

# What is specific to one server stays there: a restored one is published anew on purpose.
_LEFT_OUT = ("--no-publications", "--no-subscriptions", "--no-tablespaces")


def back_up(
    settings: Settings, folder: Path | None = None, progress: Progress = Silent()
) -> tuple[Path, Manifest]:
    """Write a backup into `folder`, by default a new one in SEMIA_HOME/backups.

    It waits for a running build, so that it never holds half of one; rows may go on being landed
    and served meanwhile. A backup that was cut off leaves a folder ending in `.part` and nothing
    that looks whole. Raises `WrongSetting` for a folder that exists, `DiskFull`.
    """
    chosen = folder or settings.home / "backups" / f"{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}"
    draft = _draft(chosen)
    clients = find_clients(settings)
    with only_build(settings, progress, shared=True):
        manifest = _dump(settings, clients, draft, progress)
    if settings.bundle_dir.is_dir():
        shutil.copytree(settings.bundle_dir, draft / BUNDLE)
    write_manifest(draft, manifest)
    draft.rename(chosen)
    return chosen, manifest


def _draft(chosen: Path) -> Path:
    """An empty folder beside the chosen one that only we may enter."""
    if chosen.exists():
        raise WrongSetting(
            "A backup never overwrites what is there",
            where=str(chosen),
            next_step="name a folder that does not exist yet",
        )
    draft = chosen.with_name(f"{chosen.name}.part")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700, parents=True)
    return draft


def _dump(settings: Settings, clients: Clients, draft: Path, progress: Progress) -> Manifest:
    """Dump and count in one snapshot: what is written is what is counted."""
    with (
        speaking_plainly("the backup"),
        connect("semia_owner", settings) as connection,
    ):
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        schemas = schemas_of(connection)
        progress.start("Backup: writing the rows")
        _run_dump(clients, draft / DUMP, schemas, _snapshot(connection))
        progress.start("Backup: counting them")
        return Manifest(
            made_at=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
            server_version=str(connection.info.server_version),
            owner=connection.info.user,
            schemas=schemas,
            tables=contents(connection, schemas),
            dump_sha256=file_sha256(draft / DUMP),
            key=key_mark(settings),
        )


def _snapshot(connection: Connection) -> str:
    row = connection.execute("select pg_export_snapshot()").fetchone()
    return str(row[0]) if row else ""


def _run_dump(clients: Clients, path: Path, schemas: list[str], snapshot: str) -> None:
    command = clients.command("pg_dump", "--format=custom", f"--file={path}", *_LEFT_OUT)
    chosen = [f'--schema="{schema}"' for schema in schemas]
    done = subprocess.run(
        [*command, f"--snapshot={snapshot}", *chosen],
        env=clients.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        raise failed(done.stderr, path)
    # Written to the disk before its name says that it is whole.
    with path.open("rb") as file:
        os.fsync(file.fileno())


def failed(said: str, where: Path) -> SemiaError:
    """The error for a client program that stopped, from what it said."""
    complaint = next((line for line in said.splitlines() if "rror" in line), said.strip())
    if "No space left on device" in said:
        return DiskFull(
            "No room left while the backup was at work",
            where=str(where),
            next_step="free some space, then type the same command again",
        )
    return DatabaseRefused(
        f"PostgreSQL stopped: {complaint or 'it gave no reason'}",
        where=str(where),
        next_step="check that the database's user may read and make everything in it, then type "
        "the same command again",
    )
