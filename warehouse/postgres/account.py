"""The user of this computer that the embedded server runs as.

PostgreSQL refuses to run as root, so root hands it to `nobody`, or to whoever already owns the
data; anybody else runs it as themselves.
"""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from warehouse.errors import WrongSetting

# Small on purpose: no PG* variable misleads the server, and no secret of ours reaches it.
_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
_TEST = 'test -d "$1" && test -w "$1" || test -f "$1" && test -r "$1" && test -x "$1"'


@dataclass(frozen=True)
class Account:
    """A user and group by number; `is_other` when it differs from who is running us."""

    uid: int
    gid: int
    is_other: bool

    def run(
        self, command: Sequence[str | Path], folder: Path, seconds: float
    ) -> subprocess.CompletedProcess[str]:
        """Run a program as this account in `folder`; its output comes back as text."""
        try:
            return subprocess.run(
                [str(part) for part in command],
                cwd=folder,
                env=_ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=seconds,
                check=False,
                user=self.uid if self.is_other else None,
                group=self.gid if self.is_other else None,
                extra_groups=[] if self.is_other else None,
                # Ctrl-C in this terminal must not reach the server, which others may be using.
                start_new_session=True,
            )
        except subprocess.TimeoutExpired:
            late = f"{Path(command[0]).name} took more than {seconds:.0f} s"
            return subprocess.CompletedProcess(command, 124, "", late)
        except PermissionError as error:
            raise WrongSetting(
                f"Cannot run {Path(command[0]).name} as user number {self.uid}",
                where=str(command[0]),
                next_step="run semia as an ordinary user, or set SEMIA_DATABASE_URL",
            ) from error

    def can_use(self, path: Path) -> bool:
        """Whether this account can write into the folder, or run the program, at `path`."""
        return self.run(["/bin/sh", "-c", _TEST, "sh", path], Path("/"), 30).returncode == 0

    def give(self, path: Path, mode: int) -> None:
        """Make `path` this account's own, with the given permissions."""
        path.chmod(mode)
        if self.is_other:
            os.chown(path, self.uid, self.gid)


def server_account(data: Path) -> Account:
    """The account the server must run as, given where its data are or will be."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), is_other=False)
    owner = data.stat() if data.exists() else None
    if owner is not None and owner.st_uid != 0:
        return Account(owner.st_uid, owner.st_gid, is_other=True)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError as error:
        raise WrongSetting(
            "PostgreSQL refuses to run as root, and there is no user nobody to run it as",
            where="/etc/passwd",
            next_step="run semia as an ordinary user, or set SEMIA_DATABASE_URL",
        ) from error
    return Account(nobody.pw_uid, nobody.pw_gid, is_other=True)
