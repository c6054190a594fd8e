"""Commands for a standby server and for replication to a cloud: semia replicate."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from semia.data_commands import ready
from semia.options import AsJson
from semia.terminal import Terminal
from warehouse.settings import Settings, load_settings

replicate = typer.Typer(
    help="A standby that takes over, and tables copied to a cloud.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Name = Annotated[str, typer.Option("--name", help="What to call the standby.")]
Host = Annotated[str, typer.Option("--host", help="This computer, as the other one reaches it.")]


def register(app: typer.Typer) -> None:
    """Add `semia replicate` and what follows it."""
    for command in (invite, join, synchronous, takeover, forget, publish, subscribe, unsubscribe):
        replicate.command()(command)
    app.add_typer(replicate, name="replicate")


def _running(terminal: Terminal) -> Settings:
    """The settings, with the server running; a standby takes no roles and schemas from us."""
    from warehouse.postgres import server

    settings = load_settings()
    server.ensure_running(settings, terminal)
    return settings


def invite(
    file: Annotated[Path, typer.Argument(help="Where to write the invitation.")],
    name: Name = "standby",
    host: Host = "127.0.0.1",
    json: AsJson = False,
) -> None:
    """On the primary: invite another computer to be its standby.

    Writes a file with what it needs.
    """
    from warehouse.replication import invitation

    terminal = Terminal(json)
    invitation.invite(ready(terminal), file, name, host)
    terminal.note(f"bring {file} to the other computer by a safe way: it holds passwords")
    terminal.note("there: semia replicate join, with that file; then delete the file")
    terminal.answer({"invitation": str(file), "name": name})


def join(
    file: Annotated[Path, typer.Argument(help="The invitation that the primary wrote.")],
    json: AsJson = False,
) -> None:
    """On the other computer: copy the primary and follow it."""
    from warehouse.replication import standby

    terminal, settings = Terminal(json), load_settings()
    with terminal.step("Standby"):
        started = standby.join(settings, file, terminal)
    terminal.answer({"host": started.host, "port": started.port})


def synchronous(
    state: Annotated[Literal["on", "off"], typer.Argument(help="Whether commits wait.")],
    json: AsJson = False,
) -> None:
    """On the primary: make commits wait for the standby. It must have it on disk."""
    from warehouse.replication import invitation

    terminal = Terminal(json)
    names = invitation.set_synchronous(_running(terminal), state == "on")
    terminal.note(
        f"commits wait for one of: {', '.join(names)}" if names else "commits do not wait"
    )
    terminal.answer({"waits_for": names})


def takeover(
    even_so: Annotated[
        bool, typer.Option("--even-so", help="Even if the primary still answers from here.")
    ] = False,
    json: AsJson = False,
) -> None:
    """On the standby: become the primary, once the old one is lost."""
    from warehouse.postgres import server
    from warehouse.replication import standby

    terminal = Terminal(json)
    settings = _running(terminal)
    with terminal.step("Takeover"):
        standby.take_over(settings, even_so=even_so)
    found = server.status(settings)
    terminal.note(f"this server takes writes now, on port {found.port}")
    terminal.answer({"host": found.host, "port": found.port})


def forget(
    name: Annotated[str, typer.Argument(help="The standby's name, as in semia status.")],
    json: AsJson = False,
) -> None:
    """On the primary: forget a standby or cloud that is gone."""
    from warehouse.replication import invitation

    terminal = Terminal(json)
    invitation.forget(_running(terminal), name)
    terminal.answer({"forgotten": name})


def publish(json: AsJson = False) -> None:
    """Publish the de-identified tables as they are now. From then on every build does."""
    from warehouse.replication import publication, subscription

    terminal = Terminal(json)
    settings = ready(terminal)
    with terminal.step("Publish"):
        again = subscription.keep_up(settings, terminal)
        done = again or publication.publish(settings, terminal)
    terminal.note(f"{done.tables} tables are published; {done.changes} rows came or went")
    terminal.answer({"tables": done.tables, "changes": done.changes})


def subscribe(host: Host = "127.0.0.1", json: AsJson = False) -> None:
    """Make the server of SEMIA_CLOUD_URL subscribe to them."""
    from warehouse.replication import subscription

    terminal = Terminal(json)
    settings = _running(terminal)
    with terminal.step("Subscribe"):
        count = subscription.subscribe(settings, host)
    terminal.note(f"the cloud follows {count} tables; semia status shows how far behind it is")
    terminal.answer({"tables": count})


def unsubscribe(json: AsJson = False) -> None:
    """End the subscription. The rows the server of SEMIA_CLOUD_URL has stay there."""
    from warehouse.replication import subscription

    terminal = Terminal(json)
    ended = subscription.unsubscribe(load_settings())
    terminal.note("the cloud follows no more" if ended else "the cloud did not follow")
    terminal.answer({"ended": ended})
