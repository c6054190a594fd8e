"""Commands for the log of questions and answers: audit verify."""

from dataclasses import asdict
from typing import Annotated

import typer

from semia.options import AsJson
from semia.terminal import Terminal
from warehouse.errors import LogBroken, WrongSetting
from warehouse.settings import load_settings

_audit = typer.Typer(help="The log of what was asked and answered.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands to `semia`."""
    app.add_typer(_audit, name="audit")


@_audit.callback()
def _together() -> None:
    """The log of what was asked and answered."""


@_audit.command()
def verify(
    head: Annotated[
        str | None,
        typer.Option(metavar="POSITION:HASH", help="A head noted at an earlier check."),
    ] = None,
    json: AsJson = False,
) -> None:
    """Check that no row of the log was changed, removed or inserted."""
    from warehouse import audit

    terminal = Terminal(json)
    state = audit.verify(load_settings(), _noted(head))
    terminal.answer(asdict(state))
    if state.faults:
        rows = [[str(f.position or "–"), f.log, f.row_id, f.fault] for f in state.faults[:20]]
        terminal.table("Rows that do not fit", ["position", "log", "row", "fault"], rows)
        raise LogBroken(
            f"{len(state.faults)} rows of the log do not fit",
            where="schema serving",
            next_step="keep this database as it is, restore the last backup beside it, compare",
        )
    terminal.note(f"{state.rows} rows, none changed, removed or inserted")
    terminal.note(f"note this down elsewhere, to be given as --head: {state.rows}:{state.head}")


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
