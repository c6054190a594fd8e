"""The command `semia` and its subcommands."""

import errno
import io
import os
import sqlite3
import sys

import typer

from semia import (
    audit_commands,
    batch_commands,
    care_commands,
    data_commands,
    feature_commands,
    key_commands,
    model_commands,
    privacy_commands,
    recovery_commands,
    replicate_commands,
    service_commands,
    source_commands,
    study_commands,
)
from semia.terminal import Terminal
from warehouse.errors import DiskFull, SemiaError, WrongSetting

_WRONG_USAGE = 2
_INTERRUPTED = 130

app = typer.Typer(
    name="semia",
    help="Public health data turned into answers a doctor can use.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
ROOMS = (
    service_commands,
    batch_commands,
    data_commands,
    source_commands,
    feature_commands,
    model_commands,
    study_commands,
    care_commands,
    key_commands,
    privacy_commands,
    audit_commands,
    recovery_commands,
    replicate_commands,
)
for room in ROOMS:
    room.register(app)


def quieten() -> None:
    """Keep the programs below from sending usage figures or asking the network."""
    os.environ.setdefault("DO_NOT_TRACK", "1")
    os.environ.setdefault("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("FEAST_USAGE", "false")


def tolerate_other_alphabets() -> None:
    """Write `?` for a sign that the screen's encoding lacks, instead of stopping half-way.

    Where a stream has a way of its own with such signs, as standard error has, it keeps it.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="replace")


def explained(error: BaseException | None) -> SemiaError | None:
    """The error of ours that `error`, or what caused it, amounts to; None for a fault of ours.

    Libraries wrap what the computer and the database say in errors of their own, hence the walk.
    """
    # Only a command that failed needs what speaks to the database: any other starts without.
    import psycopg

    from warehouse.connection import explain

    while error is not None:
        if isinstance(error, SemiaError):
            return error
        if isinstance(error, psycopg.Error):
            return explain(error, "the database")
        if isinstance(error, OSError):
            return _of_the_computer(error)
        if isinstance(error, sqlite3.OperationalError) and "disk" in str(error):
            return _of_the_computer(OSError(errno.ENOSPC, str(error), "SEMIA_HOME"))
        error = error.__cause__
    return None


def _of_the_computer(error: OSError) -> SemiaError:
    where = str(error.filename or "")
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        advice = "free some space, then type the same command again"
        return DiskFull("No room left on the disk", where=where, next_step=advice)
    return WrongSetting(
        f"The computer refused: {error.strerror or error}",
        where=where,
        next_step="check that place and its permissions, or set SEMIA_HOME to a folder of your own",
    )


def main() -> None:
    """Run the command: exit 0 when done, 1 when refused or failed, 2 on wrong usage."""
    quieten()
    tolerate_other_alphabets()
    terminal = Terminal(as_json="--json" in sys.argv)
    try:
        app()
    except SystemExit as ended:
        # The library that reads the command line says nothing of its own on Ctrl-C, nor in JSON.
        if ended.code == _INTERRUPTED:
            terminal.stopped()
        elif ended.code == _WRONG_USAGE:
            terminal.answer({"error": "wrong usage", "where": "", "next": "semia --help"})
        raise
    except Exception as error:
        known = explained(error)
        if known is None:
            raise
        terminal.failed(known)
        sys.exit(1)
