"""Commands for the log of questions and answers: audit verify, audit replay."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from semia.options import AsJson
from semia.terminal import Terminal
from warehouse.errors import BadFile, LogBroken, WrongSetting
from warehouse.settings import load_settings

if TYPE_CHECKING:
    from warehouse.audit import Fault

_audit = typer.Typer(help="The log of what was asked and answered.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands to `semia`."""
    app.add_typer(_audit, name="audit")


@_audit.command()
def verify(
    head: Annotated[
        str | None,
        typer.Option(metavar="POSITION:HASH", help="A head noted at an earlier check."),
    ] = None,
    json: AsJson = False,
) -> None:
    """Check that no row of the log was changed, removed or inserted."""
    from api.log.entries import SpooledLog
    from warehouse import audit

    terminal, settings = Terminal(json), load_settings()
    state = audit.verify(settings, _noted(head))
    spool = SpooledLog(settings).spool
    waiting, aside = spool.waiting(), [str(file) for file in spool.left_aside()]
    terminal.answer(asdict(state) | {"on_disk": len(waiting), "set_aside": aside})
    if waiting:
        terminal.note(f"{len(waiting)} files of rows wait on disk, in {waiting[0].parent}")
    if state.faults:
        rows = [[str(f.position or "–"), f.log, f.row_id, f.fault] for f in state.faults[:20]]
        terminal.table("Rows that do not fit", ["position", "log", "row", "fault"], rows)
    if broken := _broken(state.faults, aside):
        terminal.complain(broken)
        raise typer.Exit(1)
    terminal.note(f"{state.rows} rows, none changed, removed or inserted")
    terminal.note(f"note this down elsewhere, to be given as --head: {state.rows}:{state.head}")


@_audit.command()
def replay(
    file: Annotated[str, typer.Argument(help="What a service printed; - reads standard input.")],
    json: AsJson = False,
) -> None:
    """Bring rows that were logged to standard output (SEMIA_LOG=stdout) to the database, once."""
    from api.log.entries import SpooledLog

    terminal, log, rows = Terminal(json), SpooledLog(load_settings()), 0
    before = log.spool.left_aside()
    for row in _rows_of(file):
        log.spool.append(row)
        rows += 1
    if not rows:
        raise BadFile(
            "no row of the log is in it",
            where=file,
            next_step="give what a service printed with SEMIA_LOG=stdout",
        )
    carried = log.carry()
    aside = [str(kept) for kept in log.spool.left_aside() if kept not in before]
    terminal.answer({"rows": rows, "carried": carried, "set_aside": aside})
    terminal.note(
        f"{rows} rows read; {carried} of these, and of what waited on disk, are in the database now"
    )
    if broken := _broken((), aside):
        terminal.complain(broken)
        raise typer.Exit(1)
    terminal.note("next: semia audit verify")


def _rows_of(file: str) -> Iterator[bytes]:
    """The rows in what a service printed; raises `BadFile` where it cannot be read."""
    from api.log.replay import rows_in

    try:
        with sys.stdin.buffer if file == "-" else Path(file).open("rb") as printed:
            yield from rows_in(printed)
    except OSError as error:
        raise BadFile(
            f"what was printed cannot be read: {error.strerror}",
            where=file,
            next_step="give a file of lines, or - and pipe them in",
        ) from error


def _broken(faults: Sequence["Fault"], aside: Sequence[str]) -> LogBroken | None:
    """What is wrong with a log that has rows which do not fit, or files of rows set aside."""
    if faults:
        return LogBroken(
            f"{len(faults)} rows of the log do not fit",
            where="schema serving",
            next_step="keep this database as it is, restore the last backup beside it, compare",
        )
    if aside:
        return LogBroken(
            "rows of the log could not be brought to the database, and are set aside",
            where=", ".join(aside),
            next_step="find out why; once mended: semia audit replay FILE, then move FILE away",
        )
    return None


def _noted(head: str | None) -> tuple[int, str] | None:
    if head is None:
        return None
    position, _, digest = head.partition(":")
    if not position.isdigit() or len(digest) != 64:
        raise WrongSetting(
            "this is no head of the log",
            where=f"--head {head}",
            next_step="give it as semia audit verify showed it: POSITION:HASH",
        )
    return int(position), digest
