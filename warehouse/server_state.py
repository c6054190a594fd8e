"""What the embedded server leaves on disk: where its folder is, its port, its passwords."""

import errno
import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from warehouse.errors import DatabaseAway, DiskFull, SemiaError, WrongSetting
from warehouse.roles import ROLES
from warehouse.settings import Settings

HOST = "127.0.0.1"
DATABASE = "semia"
# Key and certificate in one file, so that renewing them is one rename and they always match.
CERTIFICATE = "server.pem"


@dataclass(frozen=True)
class Identity:
    """How to reach the embedded server: its port and a password for every role."""

    port: int
    passwords: dict[str, str] = field(repr=False)


def home_folder(settings: Settings) -> Path:
    """The server's folder inside SEMIA_HOME, where its state is looked for first."""
    return settings.home.expanduser().resolve() / "postgres"


def pointer(settings: Settings) -> Path:
    """The file in SEMIA_HOME that names the state folder when it had to lie elsewhere."""
    return home_folder(settings) / "state_folder"


def state_folder(settings: Settings) -> Path:
    """The folder that holds the server's data, log and server.json."""
    try:
        return Path(pointer(settings).read_text(encoding="utf-8").strip())
    except FileNotFoundError:
        return home_folder(settings)
    except OSError as error:
        raise unusable(error, home_folder(settings)) from error


def data_folder(folder: Path) -> Path:
    """PostgreSQL's own data folder, below the state folder."""
    return folder / "data"


def log_file(folder: Path) -> Path:
    """The server's log, in the data folder since the server must be able to write it."""
    return data_folder(folder) / "server.log"


def authority_file(settings: Settings) -> Path:
    """The certificate that clients of the embedded server trust; the server's lies beside it.

    It exists from `semia certificates` on, and from then on every connection is encrypted.
    """
    return settings.home.expanduser().resolve() / "certificates" / "authority.crt"


def new_identity(port: int) -> Identity:
    """An identity with a fresh random password for every role."""
    return Identity(port, {role: secrets.token_urlsafe(24) for role in ROLES})


def read_identity(folder: Path) -> Identity | None:
    """The identity kept in server.json, or None before the first start."""
    try:
        content = json.loads((folder / "server.json").read_text(encoding="utf-8"))
        return Identity(int(content["port"]), dict(content["passwords"]))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise unusable(error, folder) from error
    except (ValueError, KeyError, TypeError) as error:
        raise damaged(folder) from error


def write_identity(folder: Path, identity: Identity) -> None:
    """Keep the identity, readable by its owner only; never half written."""
    draft = folder / "server.json.new"
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(identity), file, indent=2)
    draft.replace(folder / "server.json")


def identity_of(settings: Settings) -> Identity:
    """The identity of the embedded server; `DatabaseAway` when none was ever started."""
    folder = state_folder(settings)
    identity = read_identity(folder)
    if identity is None:
        raise DatabaseAway(
            "The embedded database has not been started yet",
            where=str(folder),
            next_step="semia up --prepare-only",
        )
    return identity


def unusable(error: OSError, folder: Path) -> SemiaError:
    """The error of ours for a state folder that the computer will not let us use."""
    if error.errno == errno.ENOSPC:
        return DiskFull(
            "No room left for the database",
            where=str(folder),
            next_step="free some space, then run semia up again",
        )
    return WrongSetting(
        f"The database's folder cannot be used: {error.strerror}",
        where=str(folder),
        next_step="set SEMIA_HOME to a folder of your own",
    )


def damaged(folder: Path) -> WrongSetting:
    """The error for data whose passwords are lost."""
    return WrongSetting(
        "The passwords of the embedded database are lost: server.json is missing or damaged",
        where=str(folder / "server.json"),
        next_step="restore the file from a backup, or set SEMIA_HOME to a new folder",
    )
