"""Commands for those who add data of their own: source new."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from semia.options import AsJson
from semia.terminal import Terminal

_source = typer.Typer(help="Add a source of your own.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands to `semia`."""
    app.add_typer(_source, name="source")


@_source.callback()
def sources() -> None:
    """Add a source of your own."""


@_source.command()
def new(
    name: Annotated[str, typer.Argument(help="Its name: lower case, digits and _.")],
    file: Annotated[Path, typer.Option(help="A file of it: separated columns with a header.")],
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Last day of its period; default: today."),
    ] = None,
    json: AsJson = False,
) -> None:
    """Write a source's skeleton: module, staging model, descriptions, test."""
    from warehouse.new_source.look import look
    from warehouse.new_source.write import write

    terminal = Terminal(json)
    found = look(file.expanduser())
    written = write(name, found, (until or datetime.now(UTC)).date())
    terminal.table(
        f"{found.file}: {found.rows} rows looked at",
        ["column", "holds", "unknown"],
        [[one.name, one.kind, f"{100 * one.unknown:.1f} %"] for one in found.columns],
    )
    for path in written:
        terminal.note(path)
    terminal.note(f"next: docs/how-to/add-a-source.md, then semia land {name}")
    columns = {one.name: {"holds": one.kind, "unknown": one.unknown} for one in found.columns}
    terminal.answer({"source": name, "written": written, "columns": columns})
