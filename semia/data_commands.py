"""Commands for data: fetch, synthesise, land, build, env."""

import shlex
import sys
from typing import Annotated

import typer

from semia.options import SEED, AsJson, SourceNames
from semia.terminal import Terminal
from warehouse.errors import WrongSetting
from warehouse.progress import Silent
from warehouse.settings import Settings, load_settings


def register(app: typer.Typer) -> None:
    """Add these commands to `semia`."""
    for command in (fetch_files, synthesise, land, build, env):
        name = "fetch" if command is fetch_files else command.__name__
        app.command(name)(command)


def ready(terminal: Terminal) -> Settings:
    """The settings, with a database running and its roles and schemas in place."""
    from warehouse.postgres import schema, server

    settings = load_settings()
    server.ensure_running(settings, terminal)
    schema.prepare(settings)
    return settings


# Sources bring heavy libraries along; a command that needs none of them must not wait for them.


def fetch_files(sources: SourceNames = None, json: AsJson = False) -> None:
    """Fetch public files from their official addresses. They go into SEMIA_HOME/downloads."""
    from semia import data
    from warehouse.landing.fetch import fetch

    terminal, settings = Terminal(json), load_settings()
    fetched: dict[str, str] = {}
    picked = data.chosen(sources or [])
    if settings.offline:
        raise WrongSetting(
            "Nothing is fetched while SEMIA_OFFLINE is 1",
            where="SEMIA_OFFLINE",
            next_step="unset it, or put the files into SEMIA_DATA_DIR/<source>/ yourself",
        )
    for source in picked:
        folder = settings.home / "downloads" / source.name
        with terminal.step(f"Fetch {source.name}"):
            fetch(source, folder, terminal, settings.app_token)
        fetched[source.name] = str(folder)
    terminal.answer({"fetched": fetched})


def synthesise(
    sources: SourceNames = None,
    rows: Annotated[
        int | None, typer.Option(min=1, help="Rows; each source has a default.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Same seed, same file.")] = SEED,
    shift: Annotated[
        float, typer.Option(min=0, max=1, help="Drift: 0 as measured, 1 clearly different.")
    ] = 0.0,
    json: AsJson = False,
) -> None:
    """Write synthetic files in the published formats. They go into SEMIA_HOME/synthetic."""
    from semia import data

    terminal, settings = Terminal(json), load_settings()
    made: dict[str, str] = {}
    for source in data.chosen(sources or []):
        with terminal.step(f"Synthesise {source.name}"):
            made[source.name] = str(data.synthesise(source, settings, rows, seed, shift))
    terminal.answer({"synthesised": made})


def land(
    sources: SourceNames = None,
    synthetic: Annotated[
        bool, typer.Option("--synthetic", help="Land synthetic files even where public ones are.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Copy files into the raw schema. A file that has landed already is skipped."""
    from semia import data

    terminal = Terminal(json)
    picked, settings = data.chosen(sources or []), ready(terminal)
    rows: list[dict[str, object]] = []
    for source in picked:
        with terminal.step(f"Land {source.name}"):
            if synthetic:
                given = data.Supply(source, data.synthesise(source, settings), "synthetic")
            else:
                given = data.supply(source, settings, terminal, network=False)
            rows += data.as_rows(data.land_supply(given, settings, terminal))
    columns = ["table", "file", "status", "rows", "rejected", "seconds"]
    terminal.table("Landed", columns, [[row[column] for column in columns] for row in rows])
    terminal.answer({"landed": rows})


def build(
    select: Annotated[str | None, typer.Option(help="Only these models, as dbt selects.")] = None,
    only_changed: Annotated[
        bool,
        typer.Option("--changed", help="Only what depends on files landed since the last build."),
    ] = False,
    json: AsJson = False,
) -> None:
    """Run dbt: every model, seed and test, from raw to features."""
    from semia import data
    from warehouse.building import changed, transform
    from warehouse.replication import subscription

    terminal = Terminal(json)
    if select and only_changed:
        raise WrongSetting(
            "--select and --changed each say what to build",
            where="semia build",
            next_step="give one of them",
        )
    settings = ready(terminal)
    if select is None:
        data.require_landed(transform.landed_tables(settings))
    with terminal.step("dbt build"):
        if select:
            result = transform.build(settings, terminal, select=select)
        else:
            whole = changed.build_changed if only_changed else changed.build_all
            result = whole(settings, terminal)
        subscription.keep_up(settings, terminal)
    terminal.answer({"built": result.nodes})


def env(
    feast: Annotated[
        bool, typer.Option("--feast", help="Also what the `feast` command needs.")
    ] = False,
) -> None:
    """Print what dbt needs to reach the warehouse. Use it as: eval "$(semia env)"."""
    from warehouse.building import transform
    from warehouse.postgres import server

    settings = load_settings()
    server.ensure_running(settings, Silent())
    variables = transform.profile_environment(settings)
    if feast:
        # Feast takes seconds to import, and dbt asks for this before every model.
        from feature_repo import store

        variables |= store.environment(settings)
    for name, value in variables.items():
        sys.stdout.write(f"export {name}={shlex.quote(value)}\n")
