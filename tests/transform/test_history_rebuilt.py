"""History in the feature tables is what the visits before that moment told, and nothing later."""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from tests.support.compiled import make_again
from warehouse.connection import connect
from warehouse.settings import Settings

pytestmark = pytest.mark.database

VITALS = (
    "heart_rate_per_min", "systolic_bp_mmhg", "diastolic_bp_mmhg", "respiratory_rate_per_min",
    "temperature_c", "oxygen_saturation_pct",
)  # fmt: skip
CONDITIONS = ("hypertension", "diabetes", "asthma")
START = datetime(2020, 1, 1, tzinfo=UTC)
FEATURES = ("feat_patient__visits", "feat_patient__last_vitals", "feat_patient__conditions")
MARTS = ("fct_encounters", "fct_evidence", "fct_symptoms", "fct_diagnoses")


@dataclass(frozen=True)
class Visit:
    number: int
    patient: str
    at: datetime
    level: int | None
    vitals: dict[str, float]
    told: dict[str, bool]


def made_up(seed: int) -> list[Visit]:
    """Visits of a few persons, close together and years apart, with much left unknown."""
    chance = random.Random(seed)
    return [
        Visit(
            number=number,
            patient=f"p{chance.randrange(12)}",
            at=START + timedelta(hours=number * 37 + chance.randrange(37) * 24 * 9),
            level=chance.choice([None, 1, 2, 3, 4, 5]),
            vitals={name: chance.randrange(400) / 4 for name in VITALS if chance.random() < 0.6},
            told={name: chance.random() < 0.5 for name in CONDITIONS if chance.random() < 0.3},
        )
        for number in range(150)
    ]


@pytest.fixture(scope="module")
def visits() -> list[Visit]:
    return made_up(4)


@pytest.fixture(scope="module")
def rebuilt(built: Settings, visits: Sequence[Visit]) -> Iterator[psycopg.Connection[Any]]:
    """The history models as dbt compiled them, over made-up visits, in temporary tables."""
    with connect("semia_dbt", built) as dbt:
        pour(dbt, visits)
        make_again(dbt, built, FEATURES, MARTS)
        yield dbt
        dbt.rollback()


def pour(dbt: psycopg.Connection[Any], visits: Sequence[Visit]) -> None:
    for mart in MARTS:
        dbt.execute(f"create temporary table {mart} as select * from marts.{mart} where false")
    for one in visits:
        key = f"e{one.number}"
        dbt.execute(
            "insert into fct_encounters (encounter_id, patient_id, known_at, loaded_at)"
            " values (%s, %s, %s, %s)", (key, one.patient, one.at, one.at + timedelta(days=1)),
        )  # fmt: skip
        dbt.execute(
            "insert into fct_evidence (encounter_id, known) values (%s, %s)",
            (key, json.dumps(one.vitals)),
        )
        for name, present in one.told.items():
            dbt.execute("insert into fct_symptoms values (%s, %s, %s)", (key, name, present))
        if one.level is not None:
            dbt.execute(
                "insert into fct_diagnoses (encounter_id, problem, diagnosis_code)"
                " values (%s, 'severity', %s)", (key, f"level_{one.level}"),
            )  # fmt: skip


def as_of(
    dbt: psycopg.Connection[Any], model: str, patient: str, moment: datetime
) -> dict[str, Any]:
    """The newest row of a person at a moment, as a store finds it."""
    cursor = dbt.execute(
        f"select * from {model} where patient_id = %s and event_timestamp <= %s"
        " order by event_timestamp desc, created_at desc limit 1",
        (patient, moment),
    )
    assert cursor.description is not None
    row = cursor.fetchone() or [None] * len(cursor.description)
    return {column.name: value for column, value in zip(cursor.description, row, strict=True)}


def before(visits: Sequence[Visit], patient: str, moment: datetime) -> list[Visit]:
    """The visits that were over, the last one last."""
    found = [one for one in visits if one.patient == patient and one.at < moment]
    return sorted(found, key=lambda one: (one.at, f"e{one.number}"))


def moments_of(visits: Sequence[Visit]) -> list[tuple[str, datetime]]:
    """Each visit's own moment, and random ones, most of them between visits."""
    chance = random.Random(5)
    at_random = [
        (chance.choice(visits).patient, START + timedelta(minutes=chance.randrange(3 * 365 * 1440)))
        for _ in range(150)
    ]
    return [(one.patient, one.at) for one in visits] + at_random


def test_visits_and_level_are_those_of_the_visits_before(
    rebuilt: psycopg.Connection[Any], visits: list[Visit]
) -> None:
    seen = 0
    for patient, moment in moments_of(visits):
        earlier = before(visits, patient, moment)
        row = as_of(rebuilt, "feat_patient__visits", patient, moment)
        if not earlier:
            assert row["visits_30_days"] is None
            continue
        levels = [one.level for one in earlier if one.level is not None]
        assert row["visits_30_days"] == within(earlier, moment, 30), (patient, moment)
        assert row["visits_365_days"] == within(earlier, moment, 365), (patient, moment)
        assert row["last_severity_level"] == (levels[-1] if levels else None)
        assert row["created_at"] == max(one.at for one in earlier) + timedelta(days=1)
        seen += row["visits_30_days"] > 0
    assert seen > 20


def within(earlier: Sequence[Visit], moment: datetime, days: int) -> int:
    return sum(one.at + timedelta(days=days, microseconds=1) > moment for one in earlier)


def test_conditions_are_what_the_visits_before_told(
    rebuilt: psycopg.Connection[Any], visits: list[Visit]
) -> None:
    seen = 0
    for patient, moment in moments_of(visits):
        earlier = before(visits, patient, moment)
        row = as_of(rebuilt, "feat_patient__conditions", patient, moment)
        for name in CONDITIONS:
            told = [one.told[name] for one in earlier if name in one.told]
            assert row[name] == (int(any(told)) if told else None), (patient, moment, name)
            seen += bool(told)
    assert seen > 100


def test_last_vitals_are_those_of_the_visit_before_and_move_since_the_one_before_that(
    rebuilt: psycopg.Connection[Any], visits: list[Visit]
) -> None:
    moved = 0
    for patient, moment in moments_of(visits):
        earlier = {one.at: one.vitals for one in before(visits, patient, moment)}
        row = as_of(rebuilt, "feat_patient__last_vitals", patient, moment)
        previous, last = ([{}, {}, *earlier.values()])[-2:]
        for name in VITALS:
            assert row[name] == last.get(name), (patient, moment, name)
            both = name in previous and name in last
            change = last[name] - previous[name] if both else None
            assert row[f"{name}_change"] == change, (patient, moment, name)
            moved += both
    assert moved > 100
