"""The one test of single rows names each rule that is broken, and shows no row."""

from collections.abc import Iterator

import pytest

from warehouse.connection import connect
from warehouse.errors import BuildFailed
from warehouse.settings import Settings
from warehouse.transform import run_dbt, target_folder

pytestmark = pytest.mark.database

CASES = """
    create table staging.stg_sivigila_dengue__cases (
        case_id text, origin text, municipality_code text, week_start date,
        diagnosis_code text, count_cases integer, loaded_at timestamp with time zone
    );
    insert into staging.stg_sivigila_dengue__cases values
        ('sound', 'public', '68001', '2019-03-03', 'dengue', 1, now()),
        ('unknown', 'public', null, null, null, 0, now()),
        ('twice', 'public', null, null, null, 1, now()),
        ('twice', 'public', null, null, null, 1, now()),
        (null, 'public', null, null, null, 1, now()),
        ('late', 'public', null, null, null, 1, null),
        ('made up', 'invented', null, null, null, 1, now()),
        ('negative', 'public', null, null, null, -1, now()),
        ('negative twice', 'public', null, null, null, -2, now()),
        ('short', 'public', '6801', null, null, 1, now()),
        ('monday', 'public', null, '2019-03-04', null, 1, now());
"""
PERSONS = """
    create table marts.dim_patients (
        patient_id text unique, source text, origin text, age_years double precision,
        is_female boolean, count_encounters bigint
    );
    insert into marts.dim_patients values ('a', 'ktas', 'public', 40, true, 1);
"""
BROKEN = {
    "case_id is known": 1,
    "loaded_at is known": 1,
    "origin is one of its values": 1,
    "count_cases is within 0 to 1000000": 2,
    "municipality_code is written as it must be": 1,
    "extract(dow from week_start) = 0": 1,
    "case_id occur once": 2,
}


@pytest.fixture(scope="module")
def asked(scratch: Settings) -> Iterator[Settings]:
    """Tables made by hand, one broken in every way, and the tests that dbt wrote for them."""
    with connect("semia_dbt", scratch) as connection:
        connection.execute(CASES + PERSONS)
    with pytest.raises(BuildFailed, match="rows_are_sound_stg_sivigila_dengue__cases"):
        run_dbt(
            ["test", "--indirect-selection", "cautious", "--select"]
            + [f"{name},test_name:rows_are_sound" for name in ("dim_patients", "stg_sivigila*")],
            scratch,
        )
    yield scratch
    with connect("semia_dbt", scratch) as connection:
        connection.execute("drop table staging.stg_sivigila_dengue__cases, marts.dim_patients")


def written(settings: Settings, model: str) -> str:
    """The SQL of a model's test, as dbt sent it."""
    (file,) = target_folder(settings).glob(f"compiled/**/{model}.yml/rows_are_sound_*.sql")
    return file.read_text(encoding="utf-8")


def test_each_broken_rule_is_named_with_how_many_rows_break_it(asked: Settings) -> None:
    with connect("semia_dbt", asked) as connection:
        found = connection.execute(written(asked, "stg_sivigila_dengue__cases")).fetchall()
    assert dict(found) == BROKEN


def test_a_key_that_the_database_keeps_is_not_counted_again(asked: Settings) -> None:
    assert "occur once" in written(asked, "stg_sivigila_dengue__cases")
    assert "occur once" not in written(asked, "dim_patients")
    assert "patient_id is known" in written(asked, "dim_patients")
