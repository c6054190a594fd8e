"""A made-up catalogue in the form of the Colombian one: every cell quoted, codes without point."""

import csv
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
    codes = sorted(rng.choice(len(_LETTERS) * 1000, size=rows, replace=False))
    with (folder / FILE).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(_row(int(code), rng) for code in codes)


def _row(number: int, rng: np.random.Generator) -> list[object]:
    """One code; where a category is not divided, its fourth sign is an X, rarely nothing."""
    chapter, rest = divmod(number, 1000)
    category = f"{_LETTERS[chapter]}{_number(chapter, rest // 10):02d}"
    whole = rest % 10 == 9
    code = category + str(rng.choice(["X", "X", "X", ""])) if whole else f"{category}{rest % 10}"
    return [
        chapter + 1,
        f"Capítulo inventado {chapter + 1}",
        category,
        f"Categoría  inventada {category} ",
        code,
        f"diagnóstico inventado {code}",
        chapter,
        f"{chapter}. Grupo inventado",
        "CDM",
        "CDM",
    ]


def _number(chapter: int, number: int) -> int:
    """The two digits of a category, 0 to 99; chapters that share a letter have a half each."""
    if _LETTERS[chapter] != "H":
        return number
    return number // 2 + (50 if _LETTERS[chapter - 1] == "H" else 0)
