"""Where the embedded server keeps its state: in SEMIA_HOME, or where its user can reach.

Under a home that the server's user may not enter (root's own, say) the permissions of the parent
folders are left as they are; the state goes below a folder for lasting temporary files instead,
and SEMIA_HOME remembers where.
"""

import hashlib
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path

from warehouse.errors import WrongSetting
from warehouse.postgres.account import Account, server_account
from warehouse.postgres.process import end_server_of
from warehouse.progress import Progress
from warehouse.server_state import data_folder, home_folder, pointer, state_folder, unusable
from warehouse.settings import Settings


@contextmanager
def only_one(settings: Settings) -> Iterator[None]:
    """Hold the lock under which the embedded server is started and stopped."""
    folder = home_folder(settings)
    try:
        folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise unusable(error, folder) from error
    try:
        flock(descriptor, LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def settle(settings: Settings, progress: Progress) -> tuple[Path, Account]:
    """The state folder and the account of the server, chosen and remembered at the first start."""
    folder = state_folder(settings)
    account = server_account(data_folder(folder))
    if data_folder(folder).exists() or _usable(folder, account):
        return folder, account
    for base in _elsewhere():
        folder = base / _name(settings)
        _set_aside(folder, progress)
        if _take(folder) and _usable(folder, account):
            pointer(settings).write_text(f"{folder}\n", encoding="utf-8")
            progress.note(
                f"The database's user cannot reach {home_folder(settings)}: "
                f"its data are kept in {folder}"
            )
            return folder, account
    raise WrongSetting(
        "The database's user can reach no folder to keep its data in",
        where=str(home_folder(settings)),
        next_step="set SEMIA_HOME to a folder every user may enter, such as /srv/semia",
    )


def _set_aside(folder: Path, progress: Progress) -> None:
    """Rename a state folder that a removed SEMIA_HOME left behind, and stop its server."""
    if not data_folder(folder).exists() or folder.stat().st_uid != os.geteuid():
        return
    end_server_of(data_folder(folder))
    kept = folder.with_name(f"{folder.name}.{int(time.time())}")
    folder.rename(kept)
    progress.note(f"Data of a removed SEMIA_HOME are kept in {kept}; delete it if not needed")


def _elsewhere() -> list[Path]:
    """Folders for lasting temporary files, best first."""
    return [path for path in (Path("/var/tmp"), Path(tempfile.gettempdir())) if path.is_dir()]  # noqa: S108


def _name(settings: Settings) -> str:
    """A folder name that belongs to this user and this SEMIA_HOME."""
    home = str(home_folder(settings))
    return f"semia-{os.geteuid()}-{hashlib.sha256(home.encode()).hexdigest()[:12]}"


def _take(folder: Path) -> bool:
    """Create the folder as ours; False if another user created it first (it is world-writable)."""
    try:
        folder.mkdir(mode=0o711, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()


def _usable(folder: Path, account: Account) -> bool:
    """Whether the account can own a private folder here, as PostgreSQL demands of its data."""
    probe = folder / "probe"
    try:
        folder.chmod(0o711)
        probe.mkdir(exist_ok=True)
        account.give(probe, 0o700)
        found = probe.stat()
        is_private = stat.S_IMODE(found.st_mode) == 0o700 and found.st_uid == account.uid
        return is_private and account.can_use(probe)
    except OSError:
        return False
    finally:
        if probe.is_dir():
            probe.rmdir()
