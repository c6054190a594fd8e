"""Measure the public Yale file: `python -m warehouse.sources.yale_triage.measure <folder>`."""

import sys
from pathlib import Path

import pandas as pd

from warehouse.sources.figures import (
    SMALLEST,
    Figures,
    correlation,
    kept,
    quantiles,
    save_figures,
    told,
)
from warehouse.sources.yale_triage.columns import (
    COMPLAINTS,
    COUNTS,
    HISTORY,
    IMAGES,
    MEASURED_VITALS,
    MEDICATION,
)
from warehouse.sources.yale_triage.groups import (
    AGE_BANDS,
    AMBULANCE,
    BURDENS,
    ENOUGH,
    LEVELS,
    MEDICATED,
    STRATA,
    age_band,
    burden,
    medicated,
)

# A complaint moves a vital when its people differ by this many deviations within their stratum.
NOTABLE = 0.15


def measure(folder: Path) -> Figures:
    """Every figure the synthetic cohort needs, of the published file in `folder`."""
    visits = pd.read_parquet(folder / "ed_triage.parquet")
    visits["band"] = age_band(visits["age"])
    visits["burden"] = burden(visits[list(HISTORY)].sum(axis=1))
    visits["medicated"] = medicated((visits[list(MEDICATION)] > 0).sum(axis=1))
    return {
        "rows": len(visits),
        "level_unknown": {
            end: told(int(levels.isna().sum()), len(levels))
            for end, levels in visits.groupby("disposition")["esi"]
        },
        "strata": [_stratum(_of(visits, level, end)) for level, end in STRATA],
        **_vitals(visits),
        **_complaints(visits),
        "burden": _burden(visits),
        "history": _history(visits),
        "counts": _counts(visits),
        "images": {name: _image(visits, name) for name in IMAGES},
        "medication": _medication(visits),
        "demographics": _demographics(visits),
    }


def _of(visits: pd.DataFrame, level: int, end: str) -> pd.DataFrame:
    return visits[(visits["esi"] == level) & (visits["disposition"] == end)]


def _values(column: pd.Series) -> dict[str, float]:
    """The share of each value that at least ten people have."""
    counts = column.value_counts()
    return {str(v): told(int(n), len(column)) for v, n in counts.items() if n >= SMALLEST}


def _stratum(visits: pd.DataFrame) -> Figures:
    if len(visits) < ENOUGH:
        return {"count": len(visits)}
    by_ambulance = visits["arrivalmode"] == AMBULANCE
    return {
        "count": len(visits),
        "age": quantiles(visits["age"], 1),
        "by_ambulance": [_share(by_ambulance[visits["band"] == b]) for b in range(len(AGE_BANDS))],
        "recorded": [
            [
                _share(
                    visits["triage_vital_o2"].notna()[(visits["band"] == b) & (by_ambulance == way)]
                )
                for way in (False, True)
            ]
            for b in range(len(AGE_BANDS))
        ],
        "on_oxygen": told(int((visits["triage_vital_o2_device"] == 1).sum()), len(visits)),
        "mean": [kept(visits[v].mean(), visits[v].count(), 2) for v in MEASURED_VITALS],
        "deviation": [kept(visits[v].std(), visits[v].count(), 2) for v in MEASURED_VITALS],
        "dep_name": _values(visits["dep_name"]),
        "arrivalmode": _values(visits.loc[~by_ambulance, "arrivalmode"]),
    }


def _share(flags: pd.Series) -> float | None:
    """The share of True, or None when there are too few rows to tell."""
    return told(int(flags.sum()), len(flags)) if len(flags) >= SMALLEST else None


def _standard(visits: pd.DataFrame) -> pd.DataFrame:
    """Age and vitals with the mean and deviation of the stratum taken out."""
    columns = ["age", *MEASURED_VITALS]
    groups = visits.groupby(["esi", "disposition"])[columns]
    numbers = visits[columns].astype(float)
    return (numbers - groups.transform("mean")) / groups.transform("std")


def _vitals(visits: pd.DataFrame) -> Figures:
    standard = _standard(visits)
    seen = visits[visits["triage_vital_o2"].notna()]
    lifts = {
        complaint: {
            vital: round(float(lift), 2)
            for vital in ("age", *MEASURED_VITALS)
            if standard.loc[who, vital].count() >= ENOUGH
            and abs(lift := standard.loc[who, vital].mean()) >= NOTABLE
        }
        for complaint in COMPLAINTS
        if (who := visits[complaint] == 1).any()
    }
    return {
        "shape": {v: quantiles(standard[v].dropna()) for v in MEASURED_VITALS},
        "residual_correlation": correlation([standard[c] for c in ("age", *MEASURED_VITALS)]),
        "imputed": told(int(seen["o2_maybe_imputed"].sum()), len(seen), 4),
        "gaps": {v: told(int(seen[v].isna().sum()), len(seen), 4) for v in MEASURED_VITALS},
        "complaint_lifts": {complaint: lift for complaint, lift in lifts.items() if lift},
    }


def _complaints(visits: pd.DataFrame) -> Figures:
    """Per complaint: how many, mean and deviation of the level, shares admitted and women."""
    figures: Figures = {}
    for complaint in COMPLAINTS:
        people = visits[visits[complaint] == 1]
        if len(people) < SMALLEST:
            continue
        levels = people["esi"].dropna().astype(float)
        figures[complaint] = [
            len(people),
            round(levels.mean(), 2),
            round(levels.std(), 2),
            told(int((people["disposition"] == "Admit").sum()), len(people)),
            told(int((people["gender"] == "Female").sum()), len(people)),
        ]
    named = visits[list(COMPLAINTS)].sum(axis=1).clip(upper=3)
    return {
        "complaints": figures,
        "complaints_named": [told(int((named == n).sum()), len(named), 4) for n in range(4)],
    }


def _band_name(band: int) -> str:
    return AGE_BANDS[band]


def _burden(visits: pd.DataFrame) -> dict[str, list[float]]:
    """Shares of the burdens by disposition, age band and level."""
    figures = {}
    for (end, name), people in visits.groupby(["disposition", visits["band"].map(_band_name)]):
        for level in LEVELS:
            chosen = people[people["esi"] == level]["burden"]
            if len(chosen) < ENOUGH:
                chosen = people["burden"]
            figures[f"{end}, {name}, {level}"] = [
                told(int((chosen == b).sum()), len(chosen)) for b in range(len(BURDENS) + 1)
            ]
    return figures


def _history(visits: pd.DataFrame) -> Figures:
    """Per previous diagnosis: its share by burden (and, within it, age band), and among women."""
    groups = [visits[(visits["burden"] == b) & (visits["band"] == a)] for b, a in _cells()]
    return {
        name: {
            "shares": [told(int(g[name].sum()), len(g)) for g in groups],
            "women": told(int((visits.loc[visits[name] == 1, "gender"] == "Female").sum()), total)
            if (total := int(visits[name].sum())) >= SMALLEST
            else None,
        }
        for name in HISTORY
    }


def _cells() -> list[tuple[int, int]]:
    """Every burden but none, with every age band."""
    return [(b, a) for b in range(1, len(BURDENS) + 1) for a in range(len(AGE_BANDS))]


def _counts(visits: pd.DataFrame) -> Figures:
    """Earlier visits, admissions and operations, by disposition and burden."""
    return {
        f"{end}, {b}": {name: quantiles(people[name], 1) for name in COUNTS}
        for (end, b), people in visits.groupby(["disposition", "burden"])
    }


def _image(visits: pd.DataFrame, name: str) -> list[list[float]]:
    """By burden: the share with any such image, and how many those have."""
    return [
        [told(int((images > 0).sum()), len(images)), round(float(images[images > 0].mean()), 2)]
        for _, images in visits.groupby("burden")[name]
    ]


def _medication(visits: pd.DataFrame) -> Figures:
    """How many groups of medication are on record, which, and how many drugs of each."""
    by_count = [people for _, people in visits.groupby("medicated")]
    drugs = visits[list(MEDICATION)].to_numpy().ravel()
    drugs = drugs[drugs > 0]
    return {
        "medicated": {
            f"{end}, {b}": [
                told(int((people == m).sum()), len(people)) for m in range(len(MEDICATED) + 1)
            ]
            for (end, b), people in visits.groupby(["disposition", "burden"])["medicated"]
        },
        "shares": {
            name: [told(int((people[name] > 0).sum()), len(people)) for people in by_count[1:]]
            for name in MEDICATION
        },
        "drugs": [told(int((drugs == n).sum()), len(drugs), 4) for n in range(1, 6)],
    }


def _demographics(visits: pd.DataFrame) -> Figures:
    origin = visits["ethnicity"] + "|" + visits["race"]
    return {
        "lang": _values(visits["lang"]),
        "origin_by_lang": {k: _values(v) for k, v in origin.groupby(visits["lang"])},
        "religion_by_lang": {k: _values(v) for k, v in visits.groupby("lang")["religion"]},
        **{
            f"{name}_by_age": {
                str(band): _values(people)
                for band, people in visits.groupby(visits["band"].map(_band_name))[name]
            }
            for name in ("maritalstatus", "employstatus", "insurance_status")
        },
        **{n: _values(visits[n]) for n in ("arrivalmonth", "arrivalday", "arrivalhour_bin")},
        "previousdispo": {
            f"{end}, {'some' if some else 'no'} visits": _values(people)
            for (end, some), people in visits.groupby(["disposition", visits["n_edvisits"] > 0])[
                "previousdispo"
            ]
        },
    }


if __name__ == "__main__":
    save_figures(Path(__file__).parent, measure(Path(sys.argv[1])))
