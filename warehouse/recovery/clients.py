"""PostgreSQL's own client programs, aimed at the warehouse as its owner."""

import os
from dataclasses import dataclass
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from warehouse.connection import connect, conninfo, speaking_plainly
from warehouse.errors import WrongSetting
from warehouse.postgres.programs import all_programs
from warehouse.settings import Settings

_NEEDED = ("pg_dump", "pg_restore", "psql")


@dataclass(frozen=True)
class Clients:
    """A folder of client programs; `address` names the warehouse without its password."""

    folder: Path
    address: str
    environment: dict[str, str]

    def command(self, program: str, *arguments: str) -> list[str]:
        """How to call a program on the warehouse; no password is among the words."""
        return [str(self.folder / program), f"--dbname={self.address}", "--no-password", *arguments]


def find_clients(settings: Settings) -> Clients:
    """The client programs for the warehouse's server: those of its version or the next newer.

    Raises `WrongSetting` where there are none: older programs cannot read a newer server.
    """
    server = _server_major(settings)
    known = sorted(all_programs(settings), key=lambda programs: programs.major)
    for programs in known:
        missing = [name for name in _NEEDED if not (programs.folder / name).exists()]
        if programs.major >= server and not missing:
            return _aimed(programs.folder, settings)
    raise WrongSetting(
        f"There is no {', '.join(_NEEDED)} of PostgreSQL {server} or newer here",
        where=", ".join(str(programs.folder) for programs in known),
        next_step=f"install your system's client programs (Debian: postgresql-client-{server}) and "
        "set SEMIA_PG_BIN to their folder",
    )


def _aimed(folder: Path, settings: Settings) -> Clients:
    """The password goes by the environment, which other users of the computer cannot list."""
    words = conninfo_to_dict(conninfo("semia_owner", settings))
    secrets = {"PGPASSWORD": words.pop("password", None)}
    given = {name: str(value) for name, value in secrets.items() if value}
    environment = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC", **given}
    return Clients(folder, make_conninfo("", **words), environment)


def _server_major(settings: Settings) -> int:
    with (
        speaking_plainly("the server's version"),
        connect("semia_owner", settings) as connection,
    ):
        return connection.info.server_version // 10_000
