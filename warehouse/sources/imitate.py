"""Synthetic delimited files from the shape of each column: a range, a few words, no person.

For a source whose columns nobody has studied yet. Every column is drawn for itself, so no model
learns anything from such a file: it shows that the way from the file to the features holds.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from warehouse.sources.source import Synthesise


@dataclass(frozen=True)
class Numbers:
    """Numbers from `low` to `high` with so many decimals; `unknown` is the share left empty."""

    low: float
    high: float
    decimals: int = 0
    unknown: float = 0.0

    def cells(self, rng: np.random.Generator, rows: int, shift: float) -> list[str]:
        """As many cells as `rows`; with `shift` 1 the range has moved by half its width."""
        drawn = rng.uniform(self.low, self.high, rows) + shift * (self.high - self.low) / 2
        return [f"{value:.{self.decimals}f}" for value in drawn]


@dataclass(frozen=True)
class Words:
    """One of a few words; `unknown` is the share left empty."""

    words: tuple[str, ...]
    unknown: float = 0.0

    def cells(self, rng: np.random.Generator, rows: int, shift: float) -> list[str]:
        """As many cells as `rows`; with `shift` the first words become more frequent."""
        weights = 1 + shift * np.arange(len(self.words), 0, -1)
        chosen = rng.choice(len(self.words), size=rows, p=weights / weights.sum())
        return [self.words[int(place)] for place in chosen]


@dataclass(frozen=True)
class Days:
    """Days of the year `year`, written as `form` says; `unknown` is the share left empty."""

    year: int
    form: str
    unknown: float = 0.0

    def cells(self, rng: np.random.Generator, rows: int, shift: float) -> list[str]:
        """As many cells as `rows`; with `shift` 1 half a year later."""
        begin = date(self.year, 1, 1) + timedelta(days=round(182 * shift))
        days = rng.integers(0, 365, rows)
        return [(begin + timedelta(days=int(day))).strftime(self.form) for day in days]


@dataclass(frozen=True)
class Marks:
    """Texts of which only the presence is known, such as keys and notes."""

    unknown: float = 0.0

    def cells(self, rng: np.random.Generator, rows: int, _shift: float) -> list[str]:
        """As many cells as `rows`; nothing here can drift."""
        return [f"made up {number}" for number in rng.integers(0, 10**9, rows)]


Shape = Numbers | Words | Days | Marks


def imitation(
    file: str, shapes: Mapping[str, Shape], separator: str = ",", encoding: str = "utf-8"
) -> Synthesise:
    """A `synthesise` that writes `file` with a column of each shape, under its published name."""

    def synthesise(folder: Path, rows: int, seed: int, shift: float) -> None:
        rng = np.random.default_rng([seed, round(shift * 1000)])
        columns = [_column(shape, rng, rows, shift) for shape in shapes.values()]
        with (folder / file).open("w", encoding=encoding, newline="") as opened:
            writer = csv.writer(opened, delimiter=separator, lineterminator="\n")
            writer.writerow(shapes)
            writer.writerows(zip(*columns, strict=True))

    return synthesise


def _column(shape: Shape, rng: np.random.Generator, rows: int, shift: float) -> Iterator[str]:
    is_unknown = rng.random(rows) < shape.unknown
    cells = shape.cells(rng, rows, shift)
    return ("" if empty else cell for empty, cell in zip(is_unknown, cells, strict=True))
