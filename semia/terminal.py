"""Terminal output: progress, tables and one-line errors, or one JSON object."""

import codecs
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.progress import Progress as Bars
from rich.table import Table
from rich.text import Text

from warehouse.errors import SemiaError

# Characters: a column as narrow as this never folds, a wider one folds to that at the least, a last
# one is hard to read below so many, and these are between two columns.
_WHOLE, _FOLDED, _READABLE, _BETWEEN = 16, 12, 24, 3


class Terminal:
    """A `Progress` that draws bars where there is a screen and plain lines where there is none.

    Everything but the JSON answer goes to standard error, so that `--json` output can be piped.
    """

    def __init__(self, as_json: bool = False) -> None:
        self.as_json = as_json
        self.console = Console(stderr=True, highlight=False)
        self._bars: Bars | None = None
        self._task: TaskID | None = None

    def start(self, text: str, total: int | None = None) -> None:
        """Begin a piece of work: a new bar, or a line where there is no screen."""
        if self._bars is None:
            if not self.console.is_terminal:
                self.console.print(f"  {text} …", style="dim")
            return
        self._finish_task()
        self._task = self._bars.add_task(text, total=total)

    def advance(self, amount: int = 1) -> None:
        """Move the bar begun last by `amount`."""
        if self._bars is not None and self._task is not None:
            self._bars.advance(self._task, amount)

    def note(self, text: str) -> None:
        """Show a sentence that stays on the screen."""
        self.console.print(f"  [yellow]•[/yellow] {escape(text)}", soft_wrap=True)

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """A step of a longer run: bars while it lasts, then its name and how long it took."""
        started = time.perf_counter()
        with self._drawing(title):
            yield
        seconds = time.perf_counter() - started
        self.console.print(f"[green]✔[/green] {title} [dim]{seconds:.1f} s[/dim]")

    @contextmanager
    def _drawing(self, title: str) -> Iterator[None]:
        if not self.console.is_terminal:
            yield
            return
        bars = Bars(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self.console,
            transient=True,
        )
        with bars:
            self._bars = bars
            # Something moves from the start on, in steps that begin no bar of their own too.
            self._task = bars.add_task(title, total=None)
            try:
                yield
            finally:
                self._bars, self._task = None, None

    def _finish_task(self) -> None:
        if self._bars is not None and self._task is not None:
            self._bars.remove_task(self._task)

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """A table on the screen, nothing of it cut off; none under `--json`, which says the same.

        What is in the last column goes below, a line for each row, where it would get no room and
        the first cells name the rows. Else names fold too, and where not even that is enough each
        cell gets a line of its own.
        """
        if self.as_json:
            return
        screen = Console(highlight=False)
        cells = [[_shown(cell) for cell in row] for row in rows]
        table = [_Column(head, [row[place] for row in cells]) for place, head in enumerate(columns)]
        if title:
            # Outside, or it folds to the table's width.
            screen.print(f"[italic]{escape(title)}[/italic]", soft_wrap=True)
        *others, last = table
        if _fits(screen.width, [*others, replace(last, folded=_READABLE)]):
            screen.print(_drawn(table))
        elif _may_go_below(last, others) and _fits(screen.width, others):
            _draw_above(screen, others, last)
        elif (folding := _folding_from_the_right(screen.width, table)) is not None:
            screen.print(_drawn(folding))
        else:
            _list_cells(screen, table)
        screen.print()

    def answer(self, result: Mapping[str, Any]) -> None:
        """The JSON object of `--json`, on standard output; nothing otherwise."""
        if self.as_json:
            sys.stdout.write(_json(result, sys.stdout.encoding) + "\n")

    def failed(self, error: SemiaError) -> None:
        """One line that says what, where and what to type next."""
        if self.as_json:
            self.answer(told_in_json(error))
        self.complain(error)

    def complain(self, error: SemiaError) -> None:
        """The same line where the JSON answer has been given already, and says why."""
        self.console.print(f"[red]✘[/red] {escape(error.one_line())}", soft_wrap=True)

    def stopped(self) -> None:
        """What a person who pressed Ctrl-C wants to know."""
        told = "Stopped. What was finished is kept; type the same command to go on."
        self.answer({"error": "stopped", "where": "", "next": "type the same command to go on"})
        self.console.print(f"\n{told}", soft_wrap=True)


@dataclass(frozen=True)
class _Column:
    """A column of a table: its head, its cells, and how narrow it may be where it folds."""

    head: str
    cells: Sequence[str]
    folded: int = _FOLDED
    may_break_names: bool = False

    @property
    def width(self) -> int:
        """Its width as long as nothing folds."""
        return max(Text.from_markup(cell).cell_len for cell in (self.head, *self.cells))

    @property
    def is_whole(self) -> bool:
        """Whether it never folds: short cells do not, nor names, which are copied."""
        is_of_names = not any(" " in cell for cell in self.cells)
        return self.width <= _WHOLE or (is_of_names and not self.may_break_names)

    @property
    def least(self) -> int:
        """The width below which it would not be drawn as it should."""
        return self.width if self.is_whole else min(self.width, self.folded)

    @property
    def names_rows(self) -> bool:
        """Whether there are cells and each says which row it is: none a mark, no two alike."""
        plain = [Text.from_markup(cell).plain for cell in self.cells]
        are_words = all(any(sign.isalnum() for sign in cell) for cell in plain)
        return are_words and 0 < len(plain) == len(set(plain))


def _fits(screen: int, columns: Sequence[_Column]) -> bool:
    """Whether there is room for the columns; one that never folds would be cut off without."""
    return sum(one.least for one in columns) + _BETWEEN * (len(columns) - 1) <= screen


def _may_go_below(last: _Column, others: Sequence[_Column]) -> bool:
    """Whether a line for each cell of the last column says more than the cell folded in place."""
    return last.width > _WHOLE and len(others) > 0 and others[0].names_rows


def _folding_from_the_right(screen: int, columns: Sequence[_Column]) -> list[_Column] | None:
    """The columns with as few that break names as fit; None where all of them are too many."""
    for first in reversed(range(len(columns))):
        broken = [replace(one, may_break_names=True) for one in columns[first:]]
        if _fits(screen, tried := [*columns[:first], *broken]):
            return tried
    return None


def _draw_above(screen: Console, others: Sequence[_Column], last: _Column) -> None:
    """Draw a table without its last column, which follows a line for each row."""
    if len(others) > 1:
        screen.print(_drawn(others))
    for name, cell in zip(others[0].cells, last.cells, strict=True):
        screen.print(_line(name, cell), soft_wrap=True)


def _list_cells(screen: Console, columns: Sequence[_Column]) -> None:
    """A line for each cell that holds something, and an empty one between two rows."""
    heads = [one.head for one in columns]
    rows = list(zip(*(one.cells for one in columns), strict=True))
    if not rows:
        screen.print(", ".join(heads), soft_wrap=True)
    for place, row in enumerate(rows):
        if place:
            screen.print()
        for head, cell in zip(heads, row, strict=True):
            if cell:
                screen.print(_line(head, cell), soft_wrap=True)


def _line(*cells: str) -> Text:
    """Cells beside one another; as one string a bracket of the first could pair with the next's."""
    return Text(": ").join(Text.from_markup(cell) for cell in cells if cell)


def _drawn(columns: Sequence[_Column]) -> Table:
    # No edge, so that more fits on a line.
    table = Table(header_style="bold", show_edge=False, pad_edge=False)
    for one in columns:
        table.add_column(one.head, overflow="fold", no_wrap=one.is_whole)
    for row in zip(*(one.cells for one in columns), strict=True):
        table.add_row(*row)
    return table


def told_in_json(error: SemiaError) -> dict[str, str]:
    """An error as members of the JSON answer."""
    return {"error": error.what, "where": error.where, "next": error.next_step}


def _json(result: Mapping[str, Any], encoding: str) -> str:
    """JSON that is whole in any encoding: with its signs as they are where they are UTF-8."""
    readable = json.dumps(result, ensure_ascii=False, default=str)
    try:
        # A file's name may be bytes that are no UTF-8, which cannot be written as they are either.
        readable.encode()
    except UnicodeEncodeError:
        is_written_so = False
    else:
        is_written_so = codecs.lookup(encoding).name == "utf-8"
    return readable if is_written_so else json.dumps(result, default=str)


def _shown(cell: object) -> str:
    """A cell as a person reads it: a figure to four digits, and no more than is known of it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "[red]no[/red]"
    return f"{cell:.4g}" if isinstance(cell, float) else escape(str(cell))
