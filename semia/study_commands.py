"""Commands that study models and data and change neither: explore, validate."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from semia.data_commands import ready
from semia.options import AsJson
from semia.terminal import Terminal
from warehouse.settings import load_settings


def register(app: typer.Typer) -> None:
    """Add these commands to `semia`."""
    for command in (explore, validate):
        app.command()(command)


def explore(
    problem: Annotated[str, typer.Argument(help="Problem whose data are looked at.")],
    json: AsJson = False,
) -> None:
    """Report on a problem's data, look for leaks, decide which features training leaves out."""
    from ml.explore import explore as look_at

    terminal = Terminal(json)
    settings = ready(terminal)
    with terminal.step(f"Explore {problem}"):
        found = look_at(problem, settings, terminal)
    terminal.table(
        f"{problem}: {len(found.suspects)} suspect columns",
        ["source", "column", "held against it", "AUC alone", "adds"],
        [
            [
                one.source,
                one.column,
                ", ".join(one.reasons),
                f"{one.auc:.3f}",
                "" if one.gain is None else f"{one.gain:+.3f}",
            ]
            for one in found.suspects
        ],
    )
    terminal.note(f"{len(found.left_out)} features are left out of training: {found.decisions}")
    terminal.note(f"the report: {found.report}")
    terminal.answer({"explored": asdict(found)})


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
