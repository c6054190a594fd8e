"""A person's history is what the landed rows of their earlier visits say, read anew in Python.

From the raw file to the feature tables every model of dbt is passed through, as compiled. The
publisher gives no days, so all visits of a person are over at one moment, the end of the period;
windows of days are tried in `test_history_rebuilt`.
"""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from tests.support.compiled import make_again
from tests.transform.test_history_rebuilt import as_of
from warehouse.connection import connect
from warehouse.settings import Settings

pytestmark = pytest.mark.database

FEATURES = ("feat_patient__visits", "feat_patient__last_vitals", "feat_patient__conditions")
VISITS, PERSONS, MOMENTS = 240, 40, 300
PERIOD_END = datetime(2017, 7, 31, tzinfo=UTC)
VITALS = {
    "triage_vital_hr": ("heart_rate_per_min", 50, 140),
    "triage_vital_sbp": ("systolic_bp_mmhg", 90, 190),
    "triage_vital_rr": ("respiratory_rate_per_min", 10, 34),
    "triage_vital_temp": ("temperature_c", 96, 104),
}
# Each flag of the file and the lasting condition it tells of.
FLAGS = {"htn": "hypertension", "diabmelnoc": "diabetes", "asthma": "asthma"}
WORDS = {"esi": ["1", "2", "3", "4", "5", ""], "gender": ["Male", "Female"], "age": ["34", "71"]}


def _row(number: int, chance: random.Random) -> dict[str, str]:
    """One line of the file: cells as the publisher writes them, many left empty."""
    row = {name: chance.choice(words) for name, words in WORDS.items()}
    row |= {name: chance.choice(["0", "0", "1"]) for name in FLAGS}
    for name, (_, least, most) in VITALS.items():
        row[name] = f"{chance.randint(least, most)}.0" if chance.random() < 0.7 else ""
    return row | {
        "patient_id": str(chance.randrange(PERSONS)),
        "_row_number": str(number),
        "_origin": "public",
    }


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    """The lines of the file; the last ten are lines typed twice."""
    chance = random.Random(8)
    once = [_row(number, chance) for number in range(1, VISITS + 1)]
    twice = [row | {"_row_number": str(VISITS + n)} for n, row in enumerate(once[:10], 1)]
    return once + twice


@pytest.fixture(scope="module")
def told(built: Settings, rows: list[dict[str, str]]) -> Iterator[psycopg.Connection[Any]]:
    """The features of history, made from these lines and from no other."""
    with connect("semia_dbt", built) as dbt:
        raw = [name for (name,) in dbt.execute(
            "select tablename from pg_tables where schemaname = 'raw'"
        ).fetchall()]  # fmt: skip
        for name in raw:
            dbt.execute(f"create temporary table {name} as select * from raw.{name} where false")
        for row in rows:
            dbt.execute(
                f"insert into yale_triage_visits ({', '.join(row)}, _loaded_at)"
                f" values ({', '.join(['%s'] * len(row))}, now())", list(row.values()),
            )  # fmt: skip
        make_again(dbt, built, FEATURES, raw)
        yield dbt
        dbt.rollback()


@pytest.fixture(scope="module")
def asked() -> list[tuple[str, datetime]]:
    """Persons, one of them unknown, and moments in the years around the end of the period."""
    chance = random.Random(9)
    return [
        (str(chance.randrange(PERSONS + 1)), PERIOD_END + timedelta(days=chance.uniform(-60, 420)))
        for _ in range(MOMENTS)
    ] + [(str(number), PERIOD_END) for number in range(PERSONS)]


def _before(rows: list[dict[str, str]], person: str, moment: datetime) -> list[dict[str, str]]:
    """The visits over by then, a line typed twice once; the last one last, by its key."""
    if moment <= PERIOD_END:
        return []
    found = [row for row in rows[:VISITS] if row["patient_id"] == person]
    return sorted(found, key=lambda row: row["_row_number"])


def _each(
    told: psycopg.Connection[Any],
    model: str,
    rows: list[dict[str, str]],
    asked: list[tuple[str, datetime]],
) -> Iterator[tuple[str, datetime, list[dict[str, str]], dict[str, Any]]]:
    """Each person and moment asked about, the visits over by then, and the row of the model."""
    for person, moment in asked:
        row = as_of(told, model, f"yale_triage-{person}", moment)
        yield person, moment, _before(rows, person, moment), row


def _number(cell: str, name: str) -> float | None:
    if cell == "":
        return None
    return (float(cell) - 32) * 5 / 9 if name == "temperature_c" else float(cell)


def test_visits_and_the_last_level_are_those_of_the_lines_before(
    told: psycopg.Connection[Any], rows: list[dict[str, str]], asked: list[tuple[str, datetime]]
) -> None:
    several = 0
    for _, moment, earlier, row in _each(told, "feat_patient__visits", rows, asked):
        if not earlier:
            assert row["visits_365_days"] is None
            continue
        days = (moment - PERIOD_END).total_seconds() / 86400
        assert row["visits_30_days"] == (len(earlier) if days < 30 else 0)
        assert row["visits_365_days"] == (len(earlier) if days < 365 else 0)
        levels = [line["esi"] for line in earlier if line["esi"]]
        assert row["last_severity_level"] == (int(levels[-1]) if levels else None)
        several += len(earlier) > 1
    assert several > 150


def test_conditions_are_those_any_line_before_raises(
    told: psycopg.Connection[Any], rows: list[dict[str, str]], asked: list[tuple[str, datetime]]
) -> None:
    present = 0
    for person, moment, earlier, row in _each(told, "feat_patient__conditions", rows, asked):
        for flag, condition in FLAGS.items():
            # A flag that is not raised is no answer.
            expected = 1 if any(line[flag] == "1" for line in earlier) else None
            assert row[condition] == expected, (person, moment, condition)
            present += expected or 0
    assert present > 200


def test_vitals_are_those_of_the_last_line_before(
    told: psycopg.Connection[Any], rows: list[dict[str, str]], asked: list[tuple[str, datetime]]
) -> None:
    measured = 0
    for person, moment, earlier, row in _each(told, "feat_patient__last_vitals", rows, asked):
        for cell, (name, _, _) in VITALS.items():
            expected = _number(earlier[-1][cell], name) if earlier else None
            assert row[name] == pytest.approx(expected, abs=0.06), (person, moment, name)
            assert row[f"{name}_change"] is None
            measured += expected is not None
    assert measured > 200
