"""How the bytes of a batch are parted into lines, and a line of a table into cells."""

import csv
from collections.abc import Iterator
from typing import BinaryIO

MOST_LINE_BYTES = 100_000


def lines_of(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Lines with their numbers; of one that is too long only so much that it is refused as such."""
    number = 0
    while text := file.readline(MOST_LINE_BYTES + 1):
        number += 1
        yield number, text
        while not text.endswith(b"\n") and (text := file.readline(MOST_LINE_BYTES)):
            pass


def is_old(file: BinaryIO) -> bool:
    """Whether lines end with a carriage return alone, as Excel's "CSV (Macintosh)" writes them."""
    begin = file.read(MOST_LINE_BYTES)
    file.seek(0)
    return b"\r" in begin and b"\n" not in begin


def old_lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The same of lines that end so; a line feed among them is as good as a blank."""
    rest, number = b"", 1
    while piece := file.read(MOST_LINE_BYTES):
        # Of one that is too long only so much that it is refused as such.
        *whole, rest = (one[: MOST_LINE_BYTES + 1] for one in (rest + piece).split(b"\r"))
        yield from enumerate(whole, number)
        number += len(whole)
    if rest:
        yield number, rest


def comma_of(file: BinaryIO) -> str:
    """What parts the cells of a table, by its heading; the file is left at its beginning.

    A spreadsheet in Spanish parts them by semicolons, for the comma is in its numbers, and may be
    in a heading too.
    """
    begin = file.read(MOST_LINE_BYTES).lstrip()
    file.seek(0)
    head = begin.splitlines()[0] if begin else b""
    return ";" if head.count(b";") >= max(1, head.count(b",")) else ","


def cut(text: bytes, comma: str) -> list[str]:
    """The cells of one line: a quoted cell cannot run on to the next one."""
    line = _read(text).strip("\r\n")
    # The reader refuses both within a cell, and neither is ever meant.
    line = line.replace("\0", "\ufffd").replace("\r", " ").replace("\n", " ")
    return next(csv.reader([line], delimiter=comma), [])


def _read(text: bytes) -> str:
    """Unicode, or else what older spreadsheets write in western languages.

    Bytes of the one are hardly ever sound bytes of the other, so nothing has to be asked.
    """
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError:
        return text.decode("cp1252", "replace")
