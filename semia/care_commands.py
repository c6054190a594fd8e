"""Commands that look after Semia: status, doctor."""

import os
import platform
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from semia.options import AsJson
from semia.terminal import Terminal, told_in_json
from warehouse.errors import DatabaseAway, SemiaError
from warehouse.settings import Settings, load_settings, misspelt

if TYPE_CHECKING:
    from warehouse.replication.lag import Follower

FREE_DISK_WANTED_GB = 3


def register(app: typer.Typer) -> None:
    """Add these commands to `semia`."""
    for command in (status, doctor):
        app.command()(command)


def status(json: AsJson = False) -> None:
    """Show what runs, what has landed and which models answer."""
    # What speaks to the database takes a start longer, and `semia serve` needs none of it.
    from warehouse.postgres import server

    terminal, settings = Terminal(json), load_settings()
    database, loads = asdict(server.status(settings)), _loads(settings)
    models, why_none = _models(settings)
    told = [[name.replace("_", " "), value] for name, value in database.items()]
    terminal.table("Database", ["what", "value"], told)
    following = [asdict(follower) for follower in _followers(settings)]
    columns = ["name", "kind", "state", "is_waited_for", "bytes_behind", "seconds_behind"]
    if following:
        rows = [[follower[column] for column in columns] for follower in following]
        terminal.table("Replication", [column.replace("_", " ") for column in columns], rows)
    landed = [[*about, _minute(at), fresh] for *about, at, fresh in loads]
    terminal.table("Landed", ["table", "origin", "rows", "at", "fresh"], landed)
    trained = [[*about, _minute(at)] for *about, at in models]
    terminal.table("Serving", ["problem", "version", "learned from", "trained"], trained)
    if database["folder"] is not None and database["port"] and not database["is_running"]:
        terminal.note("the database is stopped, so what has landed cannot be told; next: semia up")
    elif not loads and not models and why_none is None:
        terminal.note(
            f"nothing is in {settings.home.absolute()} yet; next: semia up, or go to the folder "
            "you ran it in before"
        )
    if why_none is not None:
        terminal.complain(why_none)
    terminal.answer(
        {
            "database": database,
            "replication": following,
            "loads": loads,
            "models": models,
            "unread_bundle": None if why_none is None else told_in_json(why_none),
        }
    )


def _followers(settings: Settings) -> "list[Follower]":
    from warehouse.replication.lag import followers

    try:
        return followers(settings)
    except SemiaError:
        # Without a database there is nobody to follow it; the first table says so.
        return []


def _loads(settings: Settings) -> list[tuple[str, str, int, str, str]]:
    """Table, origin, rows, ISO time and whether it is fresh, of each table that has landed."""
    import psycopg

    from warehouse.building.freshness import oldest_allowed, told
    from warehouse.connection import connect

    query = """
        select distinct on (table_name) table_name, origin, row_count, finished_at
        from raw._loads where status in ('loaded', 'replaced')
        order by table_name, finished_at desc
    """
    try:
        with connect("semia_ingest", settings) as connection:
            found = connection.execute(query).fetchall()
    except (DatabaseAway, psycopg.errors.UndefinedTable):
        # Nothing has been landed yet, or there is no database to ask: the table stays empty.
        return []
    limits = oldest_allowed(settings)
    return [
        (table, origin, rows, at.isoformat(timespec="seconds"), told(at, limits.get(table)))
        for table, origin, rows, at in found
    ]


def _minute(moment: str) -> str:
    """An ISO time to the minute, by this computer's clock; what is no time as it is."""
    try:
        return f"{datetime.fromisoformat(moment).astimezone():%Y-%m-%d %H:%M}"
    except ValueError:
        return moment


def _models(settings: Settings) -> tuple[list[list[str]], SemiaError | None]:
    """A row for each model of the bundle, or why one that is there cannot be read."""
    from ml.serving.bundle import load

    if not settings.bundle_dir.exists():
        return [], None
    try:
        bundle = load(settings.bundle_dir)
    except SemiaError as error:
        return [], error
    rows = [
        [name, problem.about.version, problem.about.origin, problem.about.trained_at]
        for name, problem in bundle.problems.items()
    ]
    return rows, None


@dataclass(frozen=True)
class Finding:
    """One thing `semia doctor` looked at: whether it is well, and what to do if not."""

    what: str
    is_well: bool
    seen: str
    advice: str = ""


def doctor(json: AsJson = False) -> None:
    """Find what would stop Semia here, and say how to fix it."""
    terminal, settings = Terminal(json), load_settings()
    checks: list[Callable[[Settings], Finding]] = [_home, _disk, _database, _data, _bundle]
    findings = [_python(), _names(), *(check(settings) for check in checks)]
    terminal.table(
        "Semia's own check-up",
        ["", "what", "seen", "what to do"],
        [
            ["✔" if f.is_well else "✘", f.what, f.seen, "" if f.is_well else f.advice]
            for f in findings
        ],
    )
    terminal.answer({"findings": [asdict(finding) for finding in findings]})
    raise typer.Exit(0 if all(finding.is_well for finding in findings) else 1)


def _python() -> Finding:
    fits = (3, 11) <= sys.version_info < (3, 13)
    return Finding("Python 3.11 or 3.12", fits, platform.python_version(), "type `make setup`")


def _names() -> Finding:
    wrong = misspelt()
    advice = "; ".join(f"write {right} for {name}" for name, right in wrong.items())
    return Finding("names of settings", not wrong, ", ".join(wrong) or "all known", advice)


def _home(settings: Settings) -> Finding:
    place = _nearest(settings.home)
    writable = place.is_dir() and os.access(place, os.W_OK | os.X_OK)
    seen = str(settings.home.absolute()) if writable else f"{place} cannot be written to"
    advice = "set SEMIA_HOME to a folder of your own, or correct its permissions"
    return Finding("SEMIA_HOME", writable, seen, advice)


def _nearest(place: Path) -> Path:
    """`place`, or where it is not there yet the folder in which it would be made."""
    place = place.absolute()
    return next(folder for folder in (place, *place.parents) if folder.exists())


def _disk(settings: Settings) -> Finding:
    free = shutil.disk_usage(_nearest(settings.home)).free / 1e9
    return Finding(
        f"{FREE_DISK_WANTED_GB} GB free for SEMIA_HOME",
        free >= FREE_DISK_WANTED_GB,
        f"{free:.0f} GB",
        "free some room, or set SEMIA_HOME to another disk",
    )


def _database(settings: Settings) -> Finding:
    from warehouse.connection import connect

    try:
        with connect("semia_api", settings) as connection:
            row = connection.execute("show server_version").fetchone()
    except SemiaError as error:
        return Finding("database", False, error.what, error.next_step)
    return Finding("database", True, f"PostgreSQL {row[0] if row else ''}")


def _data(settings: Settings) -> Finding:
    if settings.data_dir is None:
        return Finding(
            "public files", True, "SEMIA_DATA_DIR is not set: what is not fetched is synthetic"
        )
    there = settings.data_dir.is_dir()
    return Finding("public files", there, str(settings.data_dir), "correct SEMIA_DATA_DIR")


def _bundle(settings: Settings) -> Finding:
    from ml.serving.bundle import load

    try:
        bundle = load(settings.bundle_dir)
    except SemiaError as error:
        return Finding("bundle", False, error.what, error.next_step)
    return Finding("bundle", True, ", ".join(sorted(bundle.problems)))
