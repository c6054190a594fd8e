"""Processes of this computer, as far as a server's lock file needs to be believed."""

import os
import signal
import time
from pathlib import Path


def read_lock(data: Path) -> list[str]:
    """The lines of postmaster.pid, the first of them a process number; empty without one."""
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    return lines if lines and lines[0].isdigit() else []


def is_alive(pid: int) -> bool:
    """Whether the process runs; a zombie does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return name_of(pid) != "(dead)"


def name_of(pid: int) -> str:
    """The program's name, "(dead)" if it only awaits burial; empty where that cannot be told."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    name, _, rest = text.partition("(")[2].rpartition(")")
    return "(dead)" if rest.split()[:1] == ["Z"] else name


def server_of(data: Path) -> int | None:
    """The number of the living server that works in `data`, if there is one."""
    lock = read_lock(data)
    pid = int(lock[0]) if lock else 0
    return pid if pid and is_alive(pid) and not is_stranger(pid, data) else None


def is_stranger(pid: int, data: Path) -> bool:
    """Whether the process is certainly not the server of `data`; False where none can tell."""
    if name_of(pid) not in ("", "postgres"):
        return True
    try:
        return Path(f"/proc/{pid}/cwd").readlink() != data
    except OSError:
        return False


def end_server_of(data: Path) -> None:
    """Ask the server that works in `data`, and no other process, to stop; wait up to 30 s."""
    pid = server_of(data)
    if pid is None:
        return
    os.kill(pid, signal.SIGINT)
    deadline = time.monotonic() + 30
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.1)
