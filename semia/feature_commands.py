"""Commands for features: register them, see what that would change, find one."""

from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from semia.data_commands import ready
from semia.options import AsJson
from semia.terminal import Terminal

if TYPE_CHECKING:
    from feature_repo.catalogue import FeatureFacts

# Feast takes seconds to import; a command that needs it does so itself.


def register(app: typer.Typer) -> None:
    """Add `features` and what belongs to it."""
    group = typer.Typer(help="Register features, see what that would change, find one.")
    group.callback(invoke_without_command=True)(features)
    group.command("diff")(diff)
    group.command("list")(list_features)
    app.add_typer(group, name="features")


def features(context: typer.Context, json: AsJson = False) -> None:
    """Register the features that the dbt contracts promise, and list them by view."""
    if context.invoked_subcommand is not None:
        return
    from feature_repo import store
    from warehouse.replication import subscription

    terminal = Terminal(json)
    settings = ready(terminal)
    with terminal.step("Feature store"):
        defined = store.apply(settings, terminal)
        # The last step in which Airflow, whose tasks build model by model, works on the tables.
        subscription.keep_up(settings, terminal)
    views = {view.name: len(view.features) for view in defined.views}
    terminal.table("Feature views", ["view", "features"], sorted(views.items()))
    terminal.answer({"views": views})


def diff(json: AsJson = False) -> None:
    """Show what registering the features would change; changes nothing."""
    from feature_repo.changes import changes

    terminal = Terminal(json)
    found = changes(ready(terminal))
    rows = [[one.kind, one.what, one.was, one.will_be] for one in found]
    if found:
        terminal.table("semia features would change", ["", "what", "was", "will be"], rows)
    else:
        terminal.note("nothing would change: the registry is what the contracts say")
    terminal.answer({"changes": [asdict(one) for one in found]})


def list_features(
    view: Annotated[str | None, typer.Argument(help="Only this view.")] = None,
    json: AsJson = False,
) -> None:
    """List every feature with its meaning, type and spread.

    Spread is the share missing and the 5th, 50th and 95th percentiles.
    """
    from feature_repo.catalogue import catalogue

    terminal = Terminal(json)
    found = catalogue(ready(terminal), view)
    columns = ["feature", "type", "unknown", "5 %", "50 %", "95 %", "meaning"]
    for name, facts in groupby(found, lambda one: one.view):
        terminal.table(name, columns, [_row(one) for one in facts])
    terminal.answer({"features": [asdict(one) for one in found]})


def _row(one: "FeatureFacts") -> list[str]:
    return [
        one.feature,
        one.type,
        "" if one.null_rate is None else f"{one.null_rate:.1%}",
        *("" if value is None else f"{value:.4g}" for value in (one.low, one.median, one.high)),
        " ".join(one.description.split()),
    ]
