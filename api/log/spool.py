"""Lines kept on disk until they are safe elsewhere; nothing is lost when a process is killed.

A folder of segments. Each process appends to a segment of its own and holds a lock on it; a segment
whose lock is free is finished, whoever wrote it, and may be taken.
"""

import errno
import fcntl
import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

_SUFFIX = ".ndjson"
# Lines that no database will ever take; kept for whoever looks into it, and never tried again.
_SET_ASIDE = ".refused"


class Spool:
    """The segments of one folder; safe for several threads and several processes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._open: int | None = None
        # Bytes of whole lines in the segment written to.
        self._length = 0

    def append(self, line: bytes) -> None:
        """Add one line; it is with the operating system when this returns. Raises `OSError`."""
        with self._lock:
            if self._open is None:
                self._open = self._begin()
            try:
                if os.write(self._open, line + b"\n") <= len(line):
                    raise OSError(errno.ENOSPC, "only part of a line could be written")
            except OSError as error:
                self._take_back(self._open)
                error.filename = str(self._folder)
                raise
            self._length += len(line) + 1

    def _take_back(self, file: int) -> None:
        """Cut off what was written of a line, or the next would be read as the end of it."""
        try:
            os.ftruncate(file, self._length)
        except OSError:
            self._close()

    def finish(self) -> None:
        """Close the segment written to, so that it may be taken."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        if self._open is not None:
            os.close(self._open)
            self._open = None

    def waiting(self) -> list[Path]:
        """Every segment, oldest first."""
        return sorted(self._folder.glob(f"*{_SUFFIX}"))

    def set_aside(self, segment: Path, lines: Sequence[bytes]) -> Path:
        """Keep lines of a segment that can never be brought beside it; where. Raises `OSError`."""
        kept = segment.with_suffix(_SET_ASIDE)
        with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.writelines(line + b"\n" for line in lines)
            file.flush()
            os.fsync(file.fileno())
        return kept

    def left_aside(self) -> list[Path]:
        """Every file of such lines, oldest first."""
        return sorted(self._folder.glob(f"*{_SET_ASIDE}"))

    @contextmanager
    def taken(self, segment: Path) -> Iterator[list[bytes] | None]:
        """The complete lines of a finished segment, deleted at the end unless an error is raised.

        None where somebody else writes it or has taken it.
        """
        try:
            file = os.open(segment, os.O_RDONLY)
        except FileNotFoundError:
            yield None
            return
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            yield None
            return
        try:
            yield _whole_lines(file)
            segment.unlink(missing_ok=True)
        finally:
            os.close(file)

    def _begin(self) -> int:
        self._folder.mkdir(parents=True, exist_ok=True)
        name = f"{time.time_ns():020d}-{os.getpid()}{_SUFFIX}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
        # Made under a name nobody takes, so that it is locked before it can be seen.
        hidden = self._folder / f".{name}"
        file = os.open(hidden, flags, 0o600)
        fcntl.flock(file, fcntl.LOCK_EX)
        hidden.rename(self._folder / name)
        self._length = 0
        return file


def _whole_lines(file: int) -> list[bytes]:
    """The lines of a segment; one that was cut short by a kill was never answered, so is left."""
    with os.fdopen(os.dup(file), "rb") as segment:
        lines = segment.read().split(b"\n")
    return [line for line in lines[:-1] if line]
