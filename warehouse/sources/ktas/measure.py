"""Measure the public KTAS file: `python -m warehouse.sources.ktas.measure <folder of data.csv>`.

Levels are few and cells small, so most categories are kept as two numbers, the mean and the
deviation of the expert level among the people in it; `cohort` turns them back into a table.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from warehouse.sources.figures import (
    SMALLEST,
    Figures,
    correlation,
    kept,
    quantiles,
    save_figures,
    share,
)
from warehouse.sources.ktas.columns import NO_SCORE, PUBLISHED, UNKNOWN, VITALS
from warehouse.sources.ktas.complaints import COMPLAINTS, complaint_of

LEVEL = "KTAS_expert"
NUMBERS = ("Age", *VITALS, "Saturation")
CATEGORIES = (
    "Group",
    "Sex",
    "Arrival mode",
    "Injury",
    "Mental",
    "Pain",
    "NRS_pain",
    "RR",
    "Disposition",
)


def measure(folder: Path) -> Figures:
    """Every figure the synthetic cohort needs, of the published file in `folder`."""
    visits = pd.read_csv(
        folder / "data.csv", sep=";", encoding="latin-1", dtype=str, keep_default_na=False
    )[list(PUBLISHED)]
    visits = visits.apply(lambda column: column.str.strip())
    level = visits[LEVEL].astype(int)
    numbers = visits[list(NUMBERS)].apply(pd.to_numeric, errors="coerce")
    return {
        "rows": len(visits),
        "levels": [int((level == each).sum()) for each in range(1, 6)],
        "numbers": {name: _number(numbers[name], level) for name in NUMBERS},
        "residual_correlation": _residual_correlation(numbers, level),
        "missing": {name: _by_level(visits[name] == UNKNOWN, level) for name in VITALS},
        "categories": {name: _categories(visits[name], level) for name in CATEGORIES},
        "complaints": _complaints(visits, level),
        "nurse": _nurse(visits, level),
        "nurse_steps_off": _steps_off(visits, level),
        "per_group": {group: _habits(visits[visits["Group"] == group]) for group in ("1", "2")},
        "stay_minutes": _stays(visits),
    }


def _number(values: pd.Series, level: pd.Series) -> Figures:
    """Mean and deviation per level, and the shape they share once both are taken out."""
    by_level = values.groupby(level)
    standard = (values - by_level.transform("mean")) / by_level.transform("std")
    size, mean, deviation = by_level.count(), by_level.mean(), by_level.std()
    return {
        "mean": [kept(mean[each], size[each], 2) for each in range(1, 6)],
        "deviation": [kept(deviation[each], size[each], 2) for each in range(1, 6)],
        "shape": quantiles(standard.dropna()),
    }


def _residual_correlation(numbers: pd.DataFrame, level: pd.Series) -> list[list[float]]:
    residual = numbers - numbers.groupby(level).transform("mean")
    return correlation([residual[name] for name in NUMBERS])


def _by_level(chosen: pd.Series, level: pd.Series) -> Figures | None:
    """Of the chosen rows: how many, and mean and deviation of their level; None if too few."""
    count = int(chosen.sum())
    if count < SMALLEST:
        return None
    levels = level[chosen]
    return {
        "count": count,
        "mean_level": round(levels.mean(), 2),
        "deviation": round(levels.std(), 2),
    }


def _categories(values: pd.Series, level: pd.Series) -> Figures:
    counted = {value: _by_level(values == value, level) for value in sorted(values.unique())}
    counted.pop(NO_SCORE, None)
    return {value: figures for value, figures in counted.items() if figures}


def _complaints(visits: pd.DataFrame, level: pd.Series) -> Figures:
    said = visits["Chief_complain"].map(complaint_of)
    figures: Figures = {}
    for complaint in COMPLAINTS:
        chosen = said == complaint.name
        people = visits[chosen]
        by_level = _by_level(chosen, level) or {}
        figures[complaint.name] = by_level | {
            "injured": share(int((people["Injury"] == "2").sum()), len(people)),
            "in_pain": share(int((people["Pain"] == "1").sum()), len(people)),
            "not_alert": share(int((people["Mental"] != "1").sum()), len(people)),
        }
    return figures


def _nurse(visits: pd.DataFrame, level: pd.Series) -> Figures:
    """Whom the nurse's level agrees with the experts', is more or less urgent than theirs."""
    off = visits["KTAS_RN"].astype(int) - level
    groups = {"agrees": off == 0, "more_urgent": off < 0, "less_urgent": off > 0}
    return {name: _by_level(chosen, level) for name, chosen in groups.items()}


def _steps_off(visits: pd.DataFrame, level: pd.Series) -> float | None:
    """Of the levels that disagree, the share that is more than one step away."""
    off = (visits["KTAS_RN"].astype(int) - level).abs()
    return share(int((off > 1).sum()), int((off > 0).sum()))


def _habits(visits: pd.DataFrame) -> Figures:
    """How a department writes: shares of pressures in tens, of whole minutes, of saturations."""
    numbers = visits[["SBP", "DBP", "HR", "BT"]].apply(pd.to_numeric, errors="coerce")
    minutes = pd.to_numeric(visits["KTAS duration_min"].str.replace(",", "."))
    in_tens = {name: numbers[name].dropna() % 10 == 0 for name in ("SBP", "DBP", "HR")}
    return {
        "in_tens": {name: share(int(t.sum()), len(t), 2) for name, t in in_tens.items()},
        "whole_minutes": round(float(visits["KTAS duration_min"].str.endswith(",00").mean()), 2),
        "minutes": quantiles(minutes, 2),
        "saturation_empty": round(float((visits["Saturation"] == "").mean()), 2),
        "per_hour": quantiles(visits["Patients number per hour"].astype(float), 1),
    }


def _stays(visits: pd.DataFrame) -> Figures:
    """Length of stay as quantiles of the logarithm, for those sent home and those not."""
    minutes = np.log1p(visits["Length of stay_min"].astype(float))
    home = visits["Disposition"] == "1"
    return {"home": quantiles(minutes[home], 2), "other": quantiles(minutes[~home], 2)}


if __name__ == "__main__":
    save_figures(Path(__file__).parent, measure(Path(sys.argv[1])))
