"""Measure the published notifications; run as `python -m` with the folder of the files."""

import sys
from pathlib import Path

import pandas as pd

from warehouse.sources.figures import Figures, quantiles, save_figures, share, told
from warehouse.sources.foz_chikungunya.columns import CLASSES, DISEASES, LABEL, SIGNS

YEARS = 4000


def measure(folder: Path) -> Figures:
    """Per class: how many, how often each sign, age, sex, days until notified, hospital."""
    cases = pd.read_csv(
        folder / "SINAN_chikungunya_2023.csv", sep=";", dtype=str, keep_default_na=False
    )
    return {name: _of_class(cases[cases[LABEL] == name]) for name in CLASSES}


def _of_class(cases: pd.DataFrame) -> Figures:
    onset = pd.to_datetime(cases["DT_SIN_PRI"])
    days = (pd.to_datetime(cases["DT_NOTIFIC"]) - onset).dt.days
    ages = cases["NU_IDADE_N"].astype(float)
    count = len(cases)
    return {
        "count": count,
        "signs": {
            sign: told(int((cases[sign] == "Sim").sum()), count) for sign in (*SIGNS, *DISEASES)
        },
        "years": quantiles(ages[ages >= YEARS] - YEARS, 1),
        "days": quantiles(days, 1),
        "day_of_year": quantiles(onset.dt.dayofyear, 1),
        "female": share(int((cases["CS_SEXO"] == "Feminino").sum()), count),
        "hospital": told(int((cases["HOSPITALIZ"] == "1").sum()), count),
    }


if __name__ == "__main__":
    save_figures(Path(__file__).parent, measure(Path(sys.argv[1])))
