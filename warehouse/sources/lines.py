"""A delimited file as bounded blocks of whole lines, plain or gzip, whatever its size."""

import codecs
import errno
import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from warehouse.errors import BadFile, DiskFull, SemiaError

_BLOCK_BYTES = 2**17
# A record longer than this is taken for a quote that was never closed.
_LONGEST_BYTES = 2**24
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class Block:
    """Whole lines of a file; `first_line` counts from 1. `has_bom` marks the file as UTF-8."""

    data: bytes
    first_line: int
    has_bom: bool

    def lines(self) -> list[bytes]:
        """The physical lines, each with its line end."""
        return self.data.splitlines(keepends=True) if b"\r" not in self.data else _split(self.data)

    def count(self) -> int:
        """How many physical lines there are."""
        return self.data.count(b"\n") + (not self.data.endswith(b"\n"))


def blocks(path: Path) -> Iterator[Block]:
    """The file in blocks cut between records: a quoted cell may span lines, not blocks.

    Raises `BadFile` for an empty file, a truncated or damaged gzip, UTF-16, or an endless line.
    """
    line, has_bom, rest = 1, False, b""
    for data in _pieces(path):
        if line == 1 and not rest:
            data, has_bom = _without_bom(data, path)
        rest += data
        cut = _cut(rest)
        if cut == 0 and len(rest) > _LONGEST_BYTES:
            cut = rest.rfind(b"\n") + 1 or _endless(path, line)
        if cut:
            block = Block(rest[:cut], line, has_bom)
            yield block
            line, rest = line + block.count(), rest[cut:]
    if rest:
        yield Block(rest, line, has_bom)
    elif line == 1:
        raise BadFile("The file is empty", where=str(path), next_step=fetch_again(path))


def fetch_again(path: Path) -> str:
    """The advice for a file that is damaged or another one; it may be a person's own."""
    folder = path.parent
    return f"put the right file there, or take {folder} away and run semia fetch {folder.name}"


def unreadable(error: OSError, path: Path) -> SemiaError:
    """The error of ours for a file that cannot be opened or read to its end."""
    if isinstance(error, FileNotFoundError):
        return BadFile(
            "There is no such file", where=str(path), next_step=f"semia fetch {path.parent.name}"
        )
    if error.errno == errno.ENOSPC:
        return DiskFull("No room left on the disk", where=str(path), next_step="free some space")
    return BadFile(
        f"The file cannot be read: {error.strerror or error}",
        where=str(path),
        next_step="check its permissions and the disk",
    )


def _pieces(path: Path) -> Iterator[bytes]:
    try:
        with _open(path) as file:
            while data := file.read(_BLOCK_BYTES):
                yield data
    except EOFError as error:
        raise BadFile(
            "The gzip file is truncated", where=str(path), next_step=fetch_again(path)
        ) from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise BadFile(
            f"The gzip file is damaged: {error}", where=str(path), next_step=fetch_again(path)
        ) from error
    except OSError as error:
        raise unreadable(error, path) from error


def _open(path: Path) -> IO[bytes]:
    if path.suffix.lower() == ".gz":
        return gzip.open(path, "rb")  # type: ignore[return-value]
    return path.open("rb")


def _without_bom(data: bytes, path: Path) -> tuple[bytes, bool]:
    if data.startswith(_UTF_16):
        raise BadFile(
            "The file is written in UTF-16",
            where=f"{path}, line 1",
            next_step="save it again as UTF-8",
        )
    return data.removeprefix(codecs.BOM_UTF8), data.startswith(codecs.BOM_UTF8)


def _cut(data: bytes) -> int:
    """Where the last whole record ends: after a line end with every quote before it closed."""
    cut = data.rfind(b"\n") + 1
    is_open = data.count(b'"', 0, cut) % 2 == 1
    while cut and is_open:
        before = data.rfind(b"\n", 0, cut - 1) + 1
        is_open ^= data.count(b'"', before, cut) % 2 == 1
        cut = before
    return cut


def _endless(path: Path, line: int) -> int:
    raise BadFile(
        f"A line is longer than {_LONGEST_BYTES // 2**20} MB",
        where=f"{path}, line {line}",
        next_step=fetch_again(path),
    )


def _split(data: bytes) -> list[bytes]:
    """Lines ended by a line feed only: bytes.splitlines would also cut at a lone return."""
    parts = data.split(b"\n")
    whole = [part + b"\n" for part in parts[:-1]]
    return [*whole, parts[-1]] if parts[-1] else whole
