"""Terminal output: progress, tables and one-line errors, or one JSON object."""

import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
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
        """A table on the screen; nothing under `--json`, whose object says the same.

        What is in the last column goes below, a line for each row, where it would get no room.
        """
        if self.as_json:
            return
        screen = Console(highlight=False)
        cells = [[_shown(cell) for cell in row] for row in rows]
        table = [_Column(head, [row[place] for row in cells]) for place, head in enumerate(columns)]
        if title:
            # Outside, or it folds to the table's width.
            screen.print(f"[italic]{escape(title)}[/italic]", soft_wrap=True)
        if _has_room(screen.width, table):
            screen.print(_drawn(table))
        else:
            screen.print(_drawn(table[:-1]))
            for first, last in zip(table[0].cells, table[-1].cells, strict=True):
                screen.print(f"{first}: {last}", soft_wrap=True)
        screen.print()

    def answer(self, result: Mapping[str, Any]) -> None:
        """The JSON object of `--json`, on standard output; nothing otherwise."""
        if self.as_json:
            sys.stdout.write(json.dumps(result, ensure_ascii=False, default=str) + "\n")

    def failed(self, error: SemiaError) -> None:
        """One line that says what, where and what to type next."""
        if self.as_json:
            self.answer({"error": error.what, "where": error.where, "next": error.next_step})
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
    """A column of a table: its head, its cells, and how wide it is as long as nothing folds."""

    head: str
    cells: Sequence[str]

    @property
    def width(self) -> int:
        return max(Text.from_markup(cell).cell_len for cell in (self.head, *self.cells))

    @property
    def is_whole(self) -> bool:
        """Whether it never folds: short cells do not, nor names, which are copied."""
        return self.width <= _WHOLE or not any(" " in cell for cell in self.cells)


def _has_room(screen: int, columns: Sequence[_Column]) -> bool:
    """Whether the last column is short, or left enough of the screen's width to be read."""
    *others, last = columns
    taken = sum(_BETWEEN + (one.width if one.is_whole else _FOLDED) for one in others)
    return last.width <= _WHOLE or screen - taken >= min(last.width, _READABLE)


def _drawn(columns: Sequence[_Column]) -> Table:
    # No edge, so that more fits on a line.
    table = Table(header_style="bold", show_edge=False, pad_edge=False)
    for one in columns:
        table.add_column(one.head, overflow="fold", no_wrap=one.is_whole)
    for row in zip(*(one.cells for one in columns), strict=True):
        table.add_row(*row)
    return table


def _shown(cell: object) -> str:
    """A cell as a person reads it: a figure to four digits, and no more than is known of it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "[red]no[/red]"
    return f"{cell:.4g}" if isinstance(cell, float) else escape(str(cell))
