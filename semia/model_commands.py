"""Commands for models: train, gate, promote, rollback, export, drift, retrain."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Annotated

import typer

from ml.problems import PROBLEMS, get_problem
from semia.data_commands import ready
from semia.options import AsJson, ProblemNames, Quick
from semia.terminal import Terminal
from warehouse.errors import GateRefused


def register(app: typer.Typer) -> None:
    """Add these commands to `semia`."""
    for command in (train, gate, promote, rollback, export, drift, retrain):
        app.command()(command)


def _named(problems: Iterable[str] | None) -> list[str]:
    names = [get_problem(name).name for name in problems or []]
    return names or list(PROBLEMS)


def train(problems: ProblemNames = None, quick: Quick = False, json: AsJson = False) -> None:
    """Train candidates for each problem. The best is registered as its challenger."""
    from ml.train import train as train_one

    terminal = Terminal(json)
    names, settings = _named(problems), ready(terminal)
    trained = []
    for name in names:
        with terminal.step(f"Train {name}"):
            trained.append(asdict(train_one(name, settings, terminal, quick=quick)))
    terminal.answer({"trained": trained})


def gate(
    problems: ProblemNames = None,
    go_on: Annotated[
        bool,
        typer.Option(
            "--go-on", help="Exit with 0 even if one is refused, so that the others go on."
        ),
    ] = False,
    json: AsJson = False,
) -> None:
    """Compare each challenger with its champion.

    Both are scored on the same held-out patients; the decision is recorded.
    """
    from ml.governance.gate import decide

    terminal = Terminal(json)
    names, settings = _named(problems), ready(terminal)
    decisions = [decide(name, settings, terminal) for name in names]
    for decision in decisions:
        verdict = "accepted" if decision.accepted else "refused"
        terminal.note(f"{decision.problem}: {verdict}, {decision.reason}")
        if decision.checks:
            terminal.table(
                "",
                ["check", "figure", "must be", "holds"],
                [[one.name, one.figure, one.allowed(), one.holds] for one in decision.checks],
            )
    terminal.answer({"decisions": [asdict(decision) for decision in decisions]})
    refused = [decision.problem for decision in decisions if not decision.accepted]
    if refused:
        terminal.complain(
            GateRefused(
                f"the challenger may not replace the champion of {', '.join(refused)}",
                where="registry.gate_decisions",
                next_step="read the checks above; the champion goes on serving",
            )
        )
    if refused and not go_on:
        raise typer.Exit(1)


def promote(problems: ProblemNames = None, json: AsJson = False) -> None:
    """Make each challenger that passed the gate the champion."""
    from ml.governance.promote import promote as promote_one

    terminal = Terminal(json)
    names, settings = _named(problems), ready(terminal)
    versions: dict[str, str] = {}
    refused: dict[str, str] = {}
    for name in names:
        try:
            versions[name] = promote_one(name, settings)
        except GateRefused as error:
            if problems:
                raise
            # Nobody named it: the others are not held up by it.
            terminal.note(error.one_line())
            refused[name] = error.what
    terminal.table("Champions", ["problem", "version"], list(versions.items()))
    terminal.answer({"champions": versions, "refused": refused})


def rollback(
    problem: Annotated[str, typer.Argument(help="The problem whose champion is rolled back.")],
    to: Annotated[
        str | None, typer.Option(help="Version to return to; the previous one by default.")
    ] = None,
    reason: Annotated[
        str, typer.Option(help="Why, for whoever reads the history.")
    ] = "no reason was given",
    json: AsJson = False,
) -> None:
    """Make the previous champion serve again. Rewrites the bundle."""
    from ml.export.champions import export as export_all
    from ml.governance.promote import rollback as roll_back

    terminal = Terminal(json)
    name = get_problem(problem).name
    settings = ready(terminal)
    change = roll_back(name, settings, reason, to)
    with terminal.step("Bundle"):
        folder = export_all(settings, terminal)
    terminal.note(f"{name}: version {change.version} serves again, not {change.replaced}")
    terminal.answer({"rolled_back": asdict(change), "bundle": str(folder)})


def export(json: AsJson = False) -> None:
    """Write the champions as one bundle. It is checked against scikit-learn."""
    from ml.export.champions import export as export_all

    terminal = Terminal(json)
    settings = ready(terminal)
    with terminal.step("Bundle"):
        folder = export_all(settings, terminal)
    terminal.answer({"bundle": str(folder)})


def drift(
    top: Annotated[int, typer.Option(min=1, help="Features shown for each problem.")] = 5,
    json: AsJson = False,
) -> None:
    """Measure how far features drifted from the training data."""
    from ml.governance.drift import measure

    terminal = Terminal(json)
    settings = ready(terminal)
    with terminal.step("Drift"):
        measured = measure(settings, terminal)
    if not measured:
        terminal.note("no model has been promoted, so there is nothing to drift from")
    for report in measured:
        ranked = sorted(report.features.items(), key=lambda item: -item[1])[:top]
        terminal.table(
            f"{report.problem}: largest stability index {report.max_psi:.3f}",
            ["feature", "stability index (0 = as learned, above 0.25 = moved)"],
            [[name, f"{value:.3f}"] for name, value in ranked],
        )
    terminal.answer({"drift": [asdict(report) for report in measured]})


def retrain(
    problems: ProblemNames = None,
    force: Annotated[
        bool, typer.Option("--force", help="Train even where nothing changed.")
    ] = False,
    quick: Quick = False,
    json: AsJson = False,
) -> None:
    """Train a challenger where the data changed or drifted. Says why, or why not."""
    from ml.retrain import retrain as retrain_one

    terminal = Terminal(json)
    names, settings = _named(problems), ready(terminal)
    outcomes = []
    for name in names:
        with terminal.step(f"Retrain {name}"):
            outcomes.append(retrain_one(name, settings, terminal, force=force, quick=quick))
    terminal.table(
        "Retraining",
        ["problem", "trained", "why"],
        [[o.problem, o.trained, o.why] for o in outcomes],
    )
    terminal.answer({"retrained": [asdict(outcome) for outcome in outcomes]})
