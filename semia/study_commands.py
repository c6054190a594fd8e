"""Commands that study models and data and change neither: validate."""

from pathlib import Path
from typing import Annotated

import typer

from semia.options import AsJson
from semia.terminal import Terminal
from warehouse.settings import load_settings


def register(app: typer.Typer) -> None:
    """Add these commands to `semia`."""
    app.command()(validate)


def validate(
    problem: Annotated[str, typer.Argument(help="Problem whose champion is asked.")],
    source: Annotated[str, typer.Option(help="Source whose file format the data have.")],
    data_dir: Annotated[Path, typer.Option(help="Folder laid out <source>/<file>.")],
    json: AsJson = False,
) -> None:
    """Score the champion on data it never saw, in a scratch database; leaves nothing behind."""
    from ml.validate import validate as validate_on

    terminal = Terminal(json)
    with terminal.step(f"Validate {problem} on {source}"):
        found = validate_on(problem, source, data_dir.expanduser(), load_settings(), terminal)
    terminal.table(
        f"{problem} {found.version} on {found.rows} encounters of {found.patients} patients",
        ["figure", "value", "95 % interval"],
        [[name, *one.shown()] for name, one in found.figures.items()],
    )
    terminal.answer(found.as_json())
