"""Commands for clinics' API keys: key new, key list, key revoke."""

from typing import Annotated

import typer

from semia.options import AsJson
from semia.terminal import Terminal
from warehouse.errors import WrongSetting
from warehouse.settings import load_settings

_key = typer.Typer(
    help="Make, list and revoke the keys that let a clinic ask.", no_args_is_help=True
)


def register(app: typer.Typer) -> None:
    """Add these commands to `semia`."""
    app.add_typer(_key, name="key")


@_key.command()
def new(
    clinic: Annotated[str, typer.Argument(help="Whose key it is, as the log will name it.")],
    scope: Annotated[
        list[str] | None, typer.Option(help="What it opens: assess, metrics. Default: assess.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=3650, help="Days it stays valid.")] = 365,
    json: AsJson = False,
) -> None:
    """Make a key; it is shown once and kept only as a hash."""
    from api.access.check import key_file
    from api.access.keys import SCOPES, issue

    wanted = [known for known in SCOPES if known in (scope or ["assess"])]
    if len(wanted) < len(set(scope or ["assess"])):
        raise WrongSetting(
            "there is no such scope", where="--scope", next_step=f"one of: {', '.join(SCOPES)}"
        )
    key, text = issue(key_file(load_settings()), clinic, wanted, days)
    terminal = Terminal(json)
    terminal.answer(
        {"id": key.id, "clinic": clinic, "key": text, "expires_at": str(key.expires_at)}
    )
    terminal.note(
        f"key {key.id} of {clinic}, valid until {key.expires_at:%Y-%m-%d}; shown only now:"
    )
    if not json:
        typer.echo(text)


@_key.command("list")
def list_keys(json: AsJson = False) -> None:
    """Every key: whose it is, what it opens, until when."""
    from api.access.check import key_file
    from api.access.keys import read

    kept = read(key_file(load_settings()))
    rows = [
        [key.id, key.clinic, " ".join(key.scopes), f"{key.expires_at:%Y-%m-%d}"] for key in kept
    ]
    terminal = Terminal(json)
    terminal.answer({"keys": [key.model_dump(mode="json", exclude={"sha256"}) for key in kept]})
    terminal.table("Keys", ["id", "clinic", "opens", "until"], rows)
    if not rows:
        terminal.note("there is no key yet; next: semia key new CLINIC")


@_key.command()
def revoke(
    name: Annotated[str, typer.Argument(metavar="ID", help="As key list shows it.")],
) -> None:
    """Take a key back; it opens nothing from the next request on."""
    from api.access.check import key_file
    from api.access.keys import revoke as forget

    key = forget(key_file(load_settings()), name)
    Terminal().note(f"key {key.id} of {key.clinic} opens nothing any more")
