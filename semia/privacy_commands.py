"""Commands that protect patients' data: certificates, rotate-key."""

from typing import Annotated

import typer

from semia.options import AsJson
from semia.terminal import Terminal
from warehouse.settings import load_settings


def register(app: typer.Typer) -> None:
    """Add these commands to `semia`."""
    app.command()(certificates)
    app.command("rotate-key")(rotate_key)


def certificates(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME]...", help="Names or addresses by which other computers reach this one."
        ),
    ] = None,
    json: AsJson = False,
) -> None:
    """Make or renew the database's certificate. From then on every connection is encrypted."""
    from warehouse.postgres import server

    terminal, settings = Terminal(json), load_settings()
    issued = server.certify(settings, names or [], terminal)
    terminal.note(f"clients trust {issued.authority} (copy it to them; it is no secret)")
    terminal.note(f"the certificate holds until {issued.expires:%Y-%m-%d}; renew it likewise")
    terminal.answer(
        {
            "authority": str(issued.authority),
            "names": list(issued.names),
            "expires": f"{issued.expires:%Y-%m-%d}",
        }
    )


def rotate_key(json: AsJson = False) -> None:
    """Rotate the key that hashes patient identifiers. What holds them is rebuilt."""
    from semia.data_commands import ready
    from warehouse.building import transform
    from warehouse.landing.key_rotation import rotate
    from warehouse.sources.registry import SOURCES

    terminal = Terminal(json)
    settings = ready(terminal)
    with terminal.step("New key"):
        count = rotate(SOURCES.values(), settings, terminal)
    with terminal.step("dbt build"):
        # What is only added to would keep the persons' former keys beside the new ones.
        transform.run_dbt(["build", "--full-refresh"], settings, terminal)
    terminal.note("models stay as they are, and are judged on the same held-out patients as before")
    terminal.answer({"identifiers": count})
