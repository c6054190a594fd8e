"""Commands that study models and data and change neither: explore, search, validate."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from ml.problems import get_problem
from semia.data_commands import ready
from semia.options import AsJson
from semia.terminal import Terminal
from warehouse.settings import load_settings


def register(app: typer.Typer) -> None:
    """Add these commands to `semia`."""
    for command in (explore, search, validate):
        app.command()(command)


def explore(
    problem: Annotated[str, typer.Argument(help="Problem whose data are explored.")],
    json: AsJson = False,
) -> None:
    """Explore a problem's data and screen it for leaks. Decides which features training drops."""
    from ml.exploration.leakage import meanings
    from ml.explore import explore as look_at

    terminal, problem = Terminal(json), get_problem(problem).name
    settings = ready(terminal)
    with terminal.step(f"Explore {problem}"):
        found = look_at(problem, settings, terminal)
    terminal.table(
        f"{problem}: {len(found.suspects)} suspect columns",
        ["column", "source", "held against it", "AUC alone", "AUC added"],
        [
            [
                one.column,
                one.source,
                ", ".join(one.reasons),
                f"{one.auc:.3f}",
                "" if one.gain is None else f"{one.gain:+.3f}",
            ]
            for one in found.suspects
        ],
    )
    for said in meanings(found.suspects):
        terminal.note(said)
    terminal.note(f"{len(found.left_out)} features are left out of training: {found.decisions}")
    terminal.note(f"the report: {found.report}")
    terminal.answer({"explored": asdict(found)})


def search(
    problem: Annotated[str, typer.Argument(help="Problem whose models are searched.")],
    rows: Annotated[int, typer.Option(min=100, help="Rows to search on.")] = 3_000,
    tries: Annotated[
        int, typer.Option(min=1, help="Sets of parameters drawn for each kind of model.")
    ] = 18,
    cluster: Annotated[
        str | None, typer.Option(help="A dask scheduler's address; else this computer's cores.")
    ] = None,
    keep: Annotated[
        bool,
        typer.Option(
            "--keep", help="Write the best set to ml/models/chosen/, where training reads it."
        ),
    ] = False,
    json: AsJson = False,
) -> None:
    """Search hyper-parameters in nested cross-validation. Every set tried is a run in MLflow."""
    from ml import search as searching

    terminal, problem = Terminal(json), get_problem(problem).name
    settings, effort = ready(terminal), searching.Effort(rows, tries, cluster)
    with terminal.step(f"Search {problem}"):
        found, chosen = searching.search(problem, settings, terminal, effort)
    terminal.table(
        f"{problem}: {found.candidate} is best, run {found.run}",
        ["candidate", "AUC", "AUC, evidence hidden", "log-loss", "parameters"],
        [
            [
                name,
                *(f"{one[figure]:.4f}" for figure in ("auc_roc", "auc_roc_partial", "log_loss")),
                ", ".join(
                    f"{key}={value}" for key, value in found.parameters.get(name, {}).items()
                ),
            ]
            for name, one in found.figures.items()
        ],
    )
    if keep:
        terminal.note(f"training goes by it from now on: {searching.keep(chosen, problem)}")
    terminal.answer({"searched": asdict(found), "chosen": chosen.model_dump()})


def validate(
    problem: Annotated[str, typer.Argument(help="Problem whose champion is scored.")],
    source: Annotated[str, typer.Option(help="Source whose file format the data have.")],
    data_dir: Annotated[Path, typer.Option(help="Folder laid out <source>/<file>.")],
    recentre: Annotated[
        bool, typer.Option("--recentre", help="Set the bundle's model right for this place.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Score the champion on data it never saw.

    Uses a scratch database and leaves nothing behind, but what --recentre writes into the bundle.
    """
    from ml.recentre import recentre as set_right
    from ml.validate import validate as validate_on

    terminal = Terminal(json)
    with terminal.step(f"Validate {problem} on {source}"):
        found = validate_on(problem, source, data_dir.expanduser(), load_settings(), terminal)
    terminal.table(
        f"{problem} {found.version} on {found.rows} encounters of {found.patients} patients",
        ["figure", "value", "95 % interval"],
        [[name, *one.shown()] for name, one in found.figures.items()],
    )
    for name, why in found.undefined().items():
        terminal.note(f"{name} has no value: {why}")
    if recentre:
        set_right(found, load_settings())
        terminal.note(f"a prevalence stated with {problem} is set right for {source} from now on")
    terminal.answer(found.as_json())
