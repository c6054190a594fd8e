"""Turning the published KTAS workbook into the `;` separated file everybody uses."""

import csv
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from warehouse.errors import FetchFailed

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
# How the circulated file spells the workbook's error cells: Turkish Excel, in latin-1.
ERROR_CELL = "#BOÞ!"


def workbook_to_csv(workbook: Path, target: Path) -> None:
    """Write the first sheet of `workbook` to `target` as latin-1 with `;`, all or nothing.

    Raises `FetchFailed` if the file is no workbook or its first line is not KTAS'.
    """
    try:
        with zipfile.ZipFile(workbook) as opened:
            rows = list(_rows(opened))
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError) as error:
        raise _unreadable(workbook, f"it is no Excel workbook ({error})") from error
    if not rows or "KTAS_expert" not in rows[0]:
        raise _unreadable(workbook, "its first line names no column KTAS_expert")
    part = target.with_name(target.name + ".part")
    with part.open("w", encoding="latin-1", errors="replace", newline="") as file:
        csv.writer(file, delimiter=";", lineterminator="\r\n").writerows(rows)
    part.replace(target)


def _unreadable(workbook: Path, why: str) -> FetchFailed:
    return FetchFailed(
        f"the KTAS workbook cannot be used: {why}",
        where=str(workbook),
        next_step=f"open {workbook} and save its first sheet as data.csv with ; and latin-1",
    )


def _rows(opened: zipfile.ZipFile) -> Iterator[list[str]]:
    shared = _shared_strings(opened)
    sheet = ElementTree.fromstring(opened.read("xl/worksheets/sheet1.xml"))  # noqa: S314
    width = 0
    for row in sheet.iter(f"{MAIN}row"):
        cells = {_column(cell.get("r", "A1")): _text(cell, shared) for cell in row}
        width = max(width, *cells, 0)
        yield [cells.get(index, "") for index in range(1, width + 1)]


def _shared_strings(opened: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in opened.namelist():
        return []
    # The standard parser refuses nothing, but it expands no external entity either, and the
    # file comes from a publisher's address over TLS.
    table = ElementTree.fromstring(opened.read("xl/sharedStrings.xml"))  # noqa: S314
    return ["".join(t.text or "" for t in item.iter(f"{MAIN}t")) for item in table]


def _column(reference: str) -> int:
    letters = re.match("[A-Z]+", reference)
    number = 0
    for letter in letters.group() if letters else "A":
        number = number * 26 + ord(letter) - 64
    return number


def _text(cell: ElementTree.Element, shared: list[str]) -> str:
    if cell.get("t") == "inlineStr":
        return "".join(t.text or "" for t in cell.iter(f"{MAIN}t"))
    value = cell.findtext(f"{MAIN}v") or ""
    if cell.get("t") == "s":
        return shared[int(value)]
    return ERROR_CELL if cell.get("t") == "e" else value
