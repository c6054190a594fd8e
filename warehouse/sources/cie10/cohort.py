"""A made-up catalogue in the form of the Colombian one: every cell quoted, codes without point."""

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np

FILE = "catalogo_minsalud_co.csv"
COLUMNS = (
    "CAPITULO",
    "NOMBRE_CAPITULO",
    "COD_3",
    "DESCRIPCION_COD_3",
    "COD_4",
    "DESCRIPCION_COD_4",
    "CDM",
    "DESCRIPCION_CDM",
    "CE",
    "DESCRIPCION_CE",
)
# First letters of the chapters of ICD-10, in their order; two chapters share the letter H.
_LETTERS = "ACDEFGHHIJKLMNOPQRSVZU"


def synthesise(folder: Path, rows: int, seed: int, shift: float) -> None:
    """Write `rows` codes; a catalogue does not drift, so `shift` changes nothing but the seed."""
    rng = np.random.default_rng([seed, int(shift * 1000)])
    codes = list(_codes())
    chosen = np.sort(rng.choice(len(codes), size=rows, replace=False))
    with (folder / FILE).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(_row(codes[place], rng) for place in chosen)


def _codes() -> Iterator[tuple[int, str, int]]:
    """Chapter, category and fourth sign of every code there may be; a nine stands for none."""
    for chapter, letter in enumerate(_LETTERS, start=1):
        numbers = range(100)
        if letter == "H":
            numbers = range(50) if _LETTERS[chapter] == "H" else range(50, 100)
        for number in numbers:
            divided = number % 5 > 0
            for fourth in range(9) if divided else (9,):
                yield chapter, f"{letter}{number:02d}", fourth


def _row(code_parts: tuple[int, str, int], rng: np.random.Generator) -> list[object]:
    """One code; where a category is not divided, its fourth sign is an X, rarely nothing."""
    chapter, category, fourth = code_parts
    last = str(rng.choice(["X", "X", "X", ""])) if fourth == 9 else str(fourth)
    code = category + last
    return [
        chapter,
        f"Capítulo inventado {chapter}",
        category,
        f"Categoría  inventada {category} ",
        code,
        f"diagnóstico inventado {code}",
        chapter,
        f"{chapter}. Grupo inventado",
        "CDM",
        "CDM",
    ]
