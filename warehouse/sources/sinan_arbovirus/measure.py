"""Measure the public file: `python -m warehouse.sources.sinan_arbovirus.measure <folder>`.

The file joins two registries, and whether the race was written down tells them apart. Signs are
asked for differently in each, so every figure of signs is taken per class and per registry.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from warehouse.sources.figures import Figures, quantiles, save_figures, share
from warehouse.sources.sinan_arbovirus.columns import (
    CLASSES,
    COMORBIDITIES,
    FEMALE,
    IGNORED,
    LABEL,
    PUBLISHED,
    SIGNS,
)
from warehouse.sources.sinan_arbovirus.latent import behind_answers

FLAGS = (*SIGNS, *COMORBIDITIES)
LONGEST = 365


def measure(folder: Path) -> Figures:
    """Every figure the synthetic cohort needs, of the published file in `folder`."""
    cases = pd.read_csv(folder / "data_set.csv", sep=";", dtype=str, keep_default_na=False)
    cases = cases[list(PUBLISHED)]
    return {
        "rows": len(cases),
        "overall": _shares(cases, FLAGS),
        "classes": {name: _class(cases[cases[LABEL] == name]) for name in CLASSES},
        "strata": {
            f"{name}, race {'known' if known else 'ignored'}": _stratum(
                cases[(cases[LABEL] == name) & ((cases["CS_RACA"] != IGNORED) == known)]
            )
            for name in CLASSES
            for known in (True, False)
        },
    }


def _shares(cases: pd.DataFrame, columns: tuple[str, ...]) -> dict[str, float | None]:
    return {name: share(int((cases[name] == "1.0").sum()), len(cases)) for name in columns}


def _values(column: pd.Series) -> dict[str, float]:
    """The share of each value; values of too few people are left out."""
    told = {value: share(int(count), len(column)) for value, count in column.value_counts().items()}
    return {str(value): part for value, part in sorted(told.items()) if part is not None}


def _class(cases: pd.DataFrame) -> Figures:
    unit = cases["NU_IDADE_N"].str.zfill(6).str[0]
    female = cases["CS_SEXO"] == FEMALE
    days = cases["DIAS"].astype(int)
    return {
        "count": len(cases),
        "sex": _values(cases["CS_SEXO"]),
        "pregnancy_of_women": _values(cases.loc[female, "CS_GESTANT"]),
        "race_if_known": _values(cases.loc[cases["CS_RACA"] != IGNORED, "CS_RACA"]),
        "age_unit": _values(unit),
        "days_negative": share(int((days < 0).sum()), len(cases)),
        "days_over_a_year": share(int((days > LONGEST).sum()), len(cases)),
    }


def _stratum(cases: pd.DataFrame) -> Figures:
    years = (cases["NU_IDADE_N"].astype(float) - 4000).clip(lower=0)
    days = cases["DIAS"].astype(int).clip(0, LONGEST)
    flags = (cases[list(FLAGS)] == "1.0").to_numpy(dtype=float)
    matrix = behind_answers(flags, np.column_stack([years, days]).astype(float))
    return {
        "count": len(cases),
        "shares": list(_shares(cases, FLAGS).values()),
        "zone": _values(cases["CS_ZONA"]),
        "years": quantiles(years, 1),
        "days": quantiles(days, 1),
        "below_diagonal": [
            round(float(matrix[i, j]), 2) for i in range(len(matrix)) for j in range(i)
        ],
    }


if __name__ == "__main__":
    save_figures(Path(__file__).parent, measure(Path(sys.argv[1])))
