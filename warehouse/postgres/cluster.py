"""One PostgreSQL data folder: made, started, stopped, and cleared of a dead server's lock."""

import os
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from warehouse.errors import DatabaseAway, DiskFull
from warehouse.postgres.account import Account
from warehouse.postgres.process import is_alive, is_stranger, read_lock
from warehouse.postgres.programs import Programs
from warehouse.server_state import data_folder, log_file

# Modest enough for a doctor's laptop. No parallel workers inside one query: two cores are kept
# busy by several connections, and a container's small /dev/shm would make such queries fail.
# Statistics of wide tables are the dearest part of automatic care, hence the smaller samples.
_CONFIGURATION = {
    "unix_socket_directories": "",
    "max_connections": "60",
    "shared_buffers": "192MB",
    "work_mem": "24MB",
    "maintenance_work_mem": "128MB",
    "effective_cache_size": "1GB",
    "max_wal_size": "1GB",
    # Others may follow at any time without a restart here; one that never comes back must not
    # fill the disk with what is kept for it.
    "wal_level": "logical",
    "max_slot_wal_keep_size": "8GB",
    "default_statistics_target": "25",
    "max_parallel_workers_per_gather": "0",
    "max_parallel_maintenance_workers": "0",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
_INITDB = (
    "--username=semia_owner",
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--data-checksums",
    "--no-instructions",
)
_LOG_LIMIT_BYTES = 10_000_000
# Long enough for PostgreSQL to repair a warehouse that was cut off in the middle of work.
_START_SECONDS = 120.0
# What the lock file says of a server that takes connections; a standby only answers.
_ANSWERING = ("ready", "standby")
# Started in the background of a shell that ends at once, so that no process of ours has to stay
# and bury it. pg_ctl would hand the folder's name to a shell, which reads $ and quotes in it.
_LEAVE = 'log=$1; shift; "$@" >>"$log" 2>&1 </dev/null & echo $!'


@dataclass(frozen=True)
class Cluster:
    """The programs, the account they run as, and the state folder they work in."""

    programs: Programs
    account: Account
    folder: Path

    @property
    def data(self) -> Path:
        """PostgreSQL's own data folder."""
        return data_folder(self.folder)

    @property
    def log(self) -> Path:
        """The server's log."""
        return log_file(self.folder)

    def make(self, password: str) -> None:
        """Run initdb for the owner role; an interrupted attempt leaves nothing that looks whole."""
        draft, secret = self.folder / "data.new", self.folder / "data.password"
        shutil.rmtree(draft, ignore_errors=True)
        secret.unlink(missing_ok=True)
        draft.mkdir(mode=0o700)
        self.account.give(draft, 0o700)
        try:
            _write_secret(secret, password, self.account)
            self._initdb(draft, secret)
        finally:
            secret.unlink(missing_ok=True)
        draft.rename(self.data)

    def start(self, port: int, settings: Mapping[str, str]) -> str:
        """Start the server and wait until it answers; empty text, or its last complaint.

        `settings` say where it listens and how it is encrypted; they add to the usual ones.
        """
        if self.log.exists() and self.log.stat().st_size > _LOG_LIMIT_BYTES:
            self.log.unlink()
        seen = self.log.stat().st_size if self.log.exists() else 0
        wanted = {**_CONFIGURATION, **settings, "port": str(port)}
        shell = ("/bin/sh", "-c", _LEAVE, "sh", self.log)
        server = (self.programs.folder / "postgres", "-D", self.data)
        words = [f"--{name}={value}" for name, value in wanted.items()]
        said = self.account.run([*shell, *server, *words], self.data, 30)
        if said.stdout.strip().isdigit() and self._wait(int(said.stdout)):
            return ""
        lines = self._log_since(seen)
        complaints = [line for line in lines if "FATAL" in line or "PANIC" in line] or lines
        return (complaints[-1] if complaints else said.stderr or "it gave no reason").strip()

    def stop(self) -> bool:
        """Stop the server and wait for it; False if it was not running."""
        command = (self.programs.folder / "pg_ctl", "stop", "-w", "-s", "-m", "fast")
        return self.account.run([*command, "-D", self.data], self.data, 90).returncode == 0

    def clear_stale_lock(self) -> None:
        """Remove postmaster.pid if the process it names is certainly not our server.

        PostgreSQL removes the lock of a dead process itself; it cannot when, after a restart of
        the computer, another program of the same user has been given the same number.
        """
        lock = read_lock(self.data)
        if lock and is_stranger(int(lock[0]), self.data):
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _wait(self, pid: int) -> bool:
        """Wait until the server with this number takes connections; False if it died."""
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and is_alive(pid):
            lock = read_lock(self.data)
            # The eighth line says how far it is; before that the file may be another server's.
            if len(lock) > 7 and lock[0] == str(pid) and lock[7].strip() in _ANSWERING:
                return True
            time.sleep(0.05)
        return False

    def _log_since(self, position: int) -> list[str]:
        if not self.log.exists():
            return []
        with self.log.open(encoding="utf-8", errors="replace") as file:
            file.seek(position)
            return file.readlines()

    def _initdb(self, draft: Path, secret: Path) -> None:
        """Make the cluster in the first locale that the programs and this computer know."""
        command: list[str | Path] = [self.programs.folder / "initdb", "-D", draft, *_INITDB]
        complaint = ""
        for locale in _locales(self.programs.major):
            done = self.account.run([*command, f"--pwfile={secret}", *locale], draft, 120)
            if done.returncode == 0:
                return
            complaint = done.stderr.strip() or done.stdout.strip()
        if "No space left on device" in complaint:
            raise DiskFull(
                "No room left to make the database",
                where=str(draft),
                next_step="free 100 MB, then run semia up again",
            )
        raise DatabaseAway(
            f"initdb failed: {complaint}", where=str(draft), next_step="run semia doctor"
        )


def _write_secret(path: Path, password: str, account: Account) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(password)
    account.give(path, 0o600)


def _locales(major: int) -> list[list[str]]:
    """initdb's locale options, best first: the same sorting on every computer, UTF-8 letters."""
    if major >= 17:
        return [["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]]
    return [["--locale=C.UTF-8"], ["--locale=C"]]
