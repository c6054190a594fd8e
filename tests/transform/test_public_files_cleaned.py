"""The published files, cleaned by dbt and once more by a few lines of Python: both must agree."""

import csv
import math
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from warehouse.building.transform import run_dbt
from warehouse.connection import connect
from warehouse.landing.land import land
from warehouse.progress import Silent
from warehouse.settings import Settings
from warehouse.sources.registry import get_source

pytestmark = [pytest.mark.database, pytest.mark.public_data, pytest.mark.slow]

VITALS = {
    "SBP": "systolic_bp_mmhg",
    "DBP": "diastolic_bp_mmhg",
    "HR": "heart_rate_per_min",
    "RR": "respiratory_rate_per_min",
    "BT": "temperature_c",
    "Saturation": "oxygen_saturation_pct",
}
MODELS = ["stg_ktas__visits", "stg_sinan_arbovirus__notifications"]


@pytest.fixture(scope="module")
def cleaned(scratch: Settings, public_data: Path) -> Settings:
    for name in ("ktas", "sinan_arbovirus"):
        land(get_source(name), public_data / name, "public", scratch, Silent())
    run_dbt(["run", "--select", *MODELS], scratch)
    return scratch


def rows_of(path: Path, encoding: str) -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def number(cell: str) -> float | None:
    try:
        return float(cell.replace(",", "."))
    except ValueError:
        return None


def one(settings: Settings, sql: str) -> tuple[Any, ...]:
    with connect("semia_dbt", settings) as connection:
        row = connection.execute(sql).fetchone()
    assert row is not None
    return row


def test_vitals_are_those_of_the_file(cleaned: Settings, public_data: Path) -> None:
    rows = rows_of(public_data / "ktas" / "data.csv", "latin-1")
    for column, clean in VITALS.items():
        known = [value for row in rows if (value := number(row[column])) is not None]
        count, total = one(cleaned, f"select count({clean}), sum({clean}) from staging.{MODELS[0]}")
        assert count == len(known)
        assert math.isclose(total, sum(known))


def test_no_pain_is_zero_and_an_unreadable_score_unknown(
    cleaned: Settings, public_data: Path
) -> None:
    rows = rows_of(public_data / "ktas" / "data.csv", "latin-1")
    painless = sum(row["Pain"] == "0" for row in rows)
    unknown = sum(row["Pain"] == "1" and number(row["NRS_pain"]) is None for row in rows)
    found = one(
        cleaned,
        "select count(*) filter (where pain_score = 0), count(*) filter (where pain_score is null)"
        f" from staging.{MODELS[0]}",
    )
    assert found == (painless, unknown)


def age_in_years(code: float) -> float | None:
    unit, amount = divmod(code, 1000)
    years = {4: amount, 3: amount / 12, 2: amount / 365.25, 1: amount / 8766}.get(int(unit))
    return None if years is None or years > 120 else min(years, 90.0)


def test_coded_ages_and_answers_are_those_of_the_file(cleaned: Settings, public_data: Path) -> None:
    rows = rows_of(public_data / "sinan_arbovirus" / "data_set.csv", "utf-8")
    ages = [age for row in rows if (age := age_in_years(float(row["NU_IDADE_N"]))) is not None]
    sexes = Counter(row["CS_SEXO"] for row in rows)
    fever = Counter(float(row["FEBRE"]) for row in rows)
    *counts, total = one(
        cleaned,
        f"""
        select count(*), count(age_years), count(*) filter (where is_female),
               count(*) filter (where not is_female), count(*) filter (where febre),
               count(*) filter (where not febre), sum(age_years)
        from staging.{MODELS[1]}
        """,
    )
    assert counts == [len(rows), len(ages), sexes["0"], sexes["1"], fever[1.0], fever[2.0]]
    assert math.isclose(total, sum(ages))
