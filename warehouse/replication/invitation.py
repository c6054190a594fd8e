"""What another computer needs to become a standby, in one file: where, as whom, trusting whom."""

import json
import os
import re
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

from warehouse.connection import connect, speaking_plainly
from warehouse.errors import BadFile, DatabaseRefused, WrongSetting
from warehouse.server_state import authority_file, identity_of
from warehouse.settings import Settings

_NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")
_STREAMING = """
    select activity.application_name
    from pg_catalog.pg_stat_replication as activity
    inner join pg_catalog.pg_replication_slots as slots on activity.pid = slots.active_pid
    where slots.slot_type = 'physical' and activity.state = 'streaming'
    order by activity.application_name
"""


@dataclass(frozen=True)
class Invitation:
    """A primary as its standby reaches it; `authority` is the certificate to trust, if any."""

    name: str
    host: str
    port: int
    major: int
    passwords: dict[str, str] = field(repr=False)
    authority: str = field(repr=False)


def invite(settings: Settings, file: Path, name: str, host: str) -> Invitation:
    """Write an invitation for a standby called `name`, and keep for it what it has not yet read.

    The file holds the passwords of every role, since the standby will have the same ones; only
    we may read it. Raises `WrongSetting` for a name that cannot be one, or somebody else's server.
    """
    refuse_other_servers(settings)
    if not _NAME.fullmatch(name):
        raise WrongSetting(
            f"'{name}' cannot be the name of a standby",
            where="--name",
            next_step="use small letters, digits and underscores, such as standby_2",
        )
    with (
        speaking_plainly("the standby's place"),
        connect("semia_owner", settings) as connection,
    ):
        connection.execute(
            "select pg_create_physical_replication_slot(%s, true) where not exists "
            "(select from pg_replication_slots where slot_name = %s)",
            [slot_of(name), slot_of(name)],
        )
        major = connection.info.server_version // 10_000
    identity, authority = identity_of(settings), authority_file(settings)
    trusted = authority.read_text(encoding="utf-8") if authority.exists() else ""
    invitation = Invitation(name, host, identity.port, major, identity.passwords, trusted)
    _write(file, invitation)
    return invitation


def forget(settings: Settings, name: str) -> None:
    """Keep nothing more for a standby or subscriber that is gone; its slot would fill the disk.

    Raises `WrongSetting` for one that nobody knows, `DatabaseRefused` for one that is connected.
    """
    with (
        speaking_plainly(f"the standby {name}"),
        connect("semia_owner", settings) as connection,
    ):
        try:
            dropped = connection.execute(
                "select pg_drop_replication_slot(slot_name) from pg_replication_slots "
                "where slot_name = %s",
                [name if name.startswith(slot_of("")) else slot_of(name)],
            )
        except psycopg.errors.ObjectInUse as error:
            raise DatabaseRefused(
                f"{name} is still connected, so it is not gone",
                where="semia replicate forget",
                next_step="run semia down on its computer, then the same command again",
            ) from error
        if dropped.rowcount == 0:
            raise WrongSetting(
                f"Nobody follows who is called {name}",
                where="semia replicate forget",
                next_step="semia status lists those there are",
            )


def set_synchronous(settings: Settings, is_on: bool) -> list[str]:
    """Have every commit wait until a standby has it on disk too, or no longer.

    Returns the standbys of which one must have it. Raises `WrongSetting` where none is connected:
    every commit would wait for ever.
    """
    with connect("semia_owner", settings, autocommit=True) as connection:
        names = [name for (name,) in connection.execute(_STREAMING).fetchall()] if is_on else []
        if is_on and not names:
            raise WrongSetting(
                "No standby is connected, so every commit would wait for ever",
                where="semia replicate synchronous",
                next_step="run semia replicate invite here and semia replicate join there first",
            )
        wanted = f"ANY 1 ({', '.join(names)})" if names else ""
        connection.execute(
            sql.SQL("alter system set synchronous_standby_names = {}").format(sql.Literal(wanted))
        )
        connection.execute("select pg_reload_conf()")
    return names


def slot_of(name: str) -> str:
    """The slot that keeps for a standby what it has not yet read."""
    return f"semia_{name}"


def read_invitation(file: Path) -> Invitation:
    """Read an invitation; `BadFile` for anything else."""
    try:
        return Invitation(**json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise BadFile(
            f"This is no invitation: {error}",
            where=str(file),
            next_step="run semia replicate invite on the primary, and bring its file here",
        ) from error


def refuse_other_servers(settings: Settings) -> None:
    """Raise `WrongSetting` for a server that is not our own: its standbys are its keeper's."""
    if settings.database_url is not None:
        raise WrongSetting(
            "A standby is made of the embedded server; this one is somebody else's",
            where="SEMIA_DATABASE_URL",
            next_step="ask who looks after that server, or unset SEMIA_DATABASE_URL",
        )


def _write(file: Path, invitation: Invitation) -> None:
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        json.dump(asdict(invitation), opened, indent=1)
