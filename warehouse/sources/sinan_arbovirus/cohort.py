"""Notified cases in the published format, dirt included, that follow the measured figures."""

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from warehouse.sources.figures import Array, Figures, load_figures, or_else
from warehouse.sources.sampling import (
    at_quantiles,
    correlated,
    from_logit,
    happens,
    logit,
    moved,
    pick,
)
from warehouse.sources.sinan_arbovirus.columns import (
    CLASSES,
    COMORBIDITIES,
    DAYS,
    FEMALE,
    IGNORED,
    LABEL,
    PUBLISHED,
    SEX_UNKNOWN,
    SIGNS,
)

Text = NDArray[np.str_]
Columns = dict[str, Text]

FLAGS = (*SIGNS, *COMORBIDITIES)
# What drift does at shift 1: fewer signs written down (log-odds), older people, later notice.
SIGNS_DRIFT = -0.5
YEARS_DRIFT = 8.0
DAYS_DRIFT = 3.0


def synthesise(folder: Path, rows: int, seed: int, shift: float) -> None:
    """Write `rows` cases to `folder`/data_set.csv, class after class as published."""
    figures = load_figures(Path(__file__).parent)
    rng = np.random.default_rng(seed)
    start = [float(figures["classes"][name]["count"]) for name in CLASSES]
    sizes = np.bincount(pick(rng, moved(start, shift), rows), minlength=len(CLASSES))
    with (folder / "data_set.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        writer.writerow(PUBLISHED)
        for name, size in zip(CLASSES, sizes, strict=True):
            columns = _of_class(rng, figures, name, int(size), shift)
            writer.writerows(zip(*(columns[column] for column in PUBLISHED), strict=True))


def _of_class(
    rng: np.random.Generator, figures: Figures, name: str, rows: int, shift: float
) -> Columns:
    """The published columns of one class, its two registries mixed."""
    strata = [figures["strata"][f"{name}, race {known}"] for known in ("known", "ignored")]
    sizes = np.bincount(pick(rng, [s["count"] for s in strata], rows), minlength=2)
    parts = [
        _answers(rng, figures, stratum, int(size), shift)
        for stratum, size in zip(strata, sizes, strict=True)
    ]
    joined = {column: np.concatenate([part[column] for part in parts]) for column in parts[0]}
    joined |= _person(rng, figures["classes"][name], joined, int(sizes[0]))
    mixed = rng.permutation(rows)
    joined[LABEL] = np.full(rows, name)
    return {column: values[mixed] for column, values in joined.items()}


def _answers(
    rng: np.random.Generator, figures: Figures, stratum: Figures, rows: int, shift: float
) -> Columns:
    """Signs, diseases, age and days of one registry's cases of one class."""
    uniforms = correlated(rng, _matrix(stratum["below_diagonal"]), rows)
    overall = or_else(figures["overall"].values(), instead=0.0)
    told = [
        usual if part is None else part
        for part, usual in zip(stratum["shares"], overall, strict=True)
    ]
    drift = np.where(np.arange(len(FLAGS)) < len(SIGNS), SIGNS_DRIFT * shift, 0.0)
    said = uniforms[:, : len(FLAGS)] > 1 - from_logit(logit(told) + drift)
    years = at_quantiles(uniforms[:, -2], stratum["years"]) + YEARS_DRIFT * shift
    days = at_quantiles(uniforms[:, -1], stratum["days"]) + DAYS_DRIFT * shift
    flags = np.where(said, "1.0", "2.0")
    return {
        **{column: flags[:, index] for index, column in enumerate(FLAGS)},
        "NU_IDADE_N": np.char.mod("%.1f", 4000 + np.clip(years.round(), 0, 110)),
        DAYS: days.round().astype(int).astype(str),
        "CS_ZONA": _drawn(rng, stratum["zone"], rows),
    }


def _matrix(below: list[float]) -> Array:
    size = len(FLAGS) + 2
    matrix = np.eye(size)
    matrix[np.tril_indices(size, -1)] = below
    return np.asarray(matrix + matrix.T - np.eye(size))


def _person(rng: np.random.Generator, figures: Figures, answers: Columns, known: int) -> Columns:
    """Sex, pregnancy and race of one class, and the ages and days that make no sense."""
    rows = len(answers[DAYS])
    sex = _drawn(rng, figures["sex"], rows)
    rare = happens(rng, np.full(rows, 0.0015))
    sex = np.where(rare, SEX_UNKNOWN, sex)
    pregnancy = _drawn(rng, figures["pregnancy_of_women"], rows)
    race = _drawn(rng, figures["race_if_known"], rows)
    return {
        "CS_SEXO": sex,
        "CS_GESTANT": np.where(sex == FEMALE, pregnancy, "6.0"),
        "CS_RACA": np.where(np.arange(rows) < known, race, IGNORED),
        "NU_IDADE_N": _infants(rng, figures["age_unit"], answers["NU_IDADE_N"]),
        DAYS: _wild(rng, figures, answers[DAYS]),
    }


def _infants(rng: np.random.Generator, units: dict[str, float], ages: Text) -> Text:
    """Some ages in days or months instead of years; most of those in days say one day."""
    months = np.char.mod("%.1f", 3000 + rng.integers(1, 12, len(ages)))
    one = happens(rng, np.full(len(ages), 0.7))
    days = np.char.mod("%.1f", 2000 + np.where(one, 1, rng.integers(2, 31, len(ages))))
    unit = rng.random(len(ages))
    in_days, in_months = units.get("2", 0.0), units.get("3", 0.0)
    return np.where(unit < in_days, days, np.where(unit < in_days + in_months, months, ages))


def _wild(rng: np.random.Generator, figures: Figures, days: Text) -> Text:
    """Some notified before the first symptom, some years later: slips of the pen, as published."""
    chance = rng.random(len(days))
    below, above = figures["days_negative"] or 0.0, figures["days_over_a_year"] or 0.0
    before = rng.integers(-300, -9, len(days)).astype(str)
    after = rng.integers(366, 3000, len(days)).astype(str)
    return np.where(chance < below, before, np.where(chance > 1 - above, after, days))


def _drawn(rng: np.random.Generator, shares: dict[str, float], rows: int) -> Text:
    return np.array(list(shares))[pick(rng, list(shares.values()), rows)]
