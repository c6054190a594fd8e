"""Commands that bring the warehouse back after a loss: backup, restore."""

from pathlib import Path
from typing import Annotated

import typer

from semia.data_commands import ready
from semia.options import AsJson
from semia.terminal import Terminal


def register(app: typer.Typer) -> None:
    """Add these commands to `semia`."""
    for command in (backup, restore):
        app.command()(command)


def backup(
    folder: Annotated[
        Path | None,
        typer.Argument(help="A new folder for it; by default one in SEMIA_HOME/backups."),
    ] = None,
    json: AsJson = False,
) -> None:
    """Copy the warehouse and the served bundle into a folder."""
    from warehouse.recovery.backup import back_up

    terminal = Terminal(json)
    settings = ready(terminal)
    with terminal.step("Backup"):
        chosen, manifest = back_up(settings, folder, terminal)
    rows = sum(table.rows for table in manifest.tables.values())
    terminal.note(f"{len(manifest.tables)} tables with {rows} rows are in {chosen}")
    terminal.note("the key for identifiers is not in it: keep hash.key (or SEMIA_HASH_KEY) apart")
    terminal.answer({"backup": str(chosen), "tables": len(manifest.tables), "rows": rows})


def restore(
    folder: Annotated[Path, typer.Argument(help="The folder of a backup.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace the rows the warehouse holds.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Restore a backup. All of it, with row counts verified, or nothing."""
    from warehouse.recovery import restore as recovery
    from warehouse.recovery.manifest import read_manifest

    terminal = Terminal(json)
    # A folder that is no backup is refused before a database is made for it.
    read_manifest(folder)
    settings = ready(terminal)
    with terminal.step("Restore"):
        manifest = recovery.restore(settings, folder, replace=replace, progress=terminal)
    rows = sum(table.rows for table in manifest.tables.values())
    terminal.note(f"{len(manifest.tables)} tables with {rows} rows of {manifest.made_at} are back")
    terminal.answer({"restored": str(folder), "tables": len(manifest.tables), "rows": rows})
