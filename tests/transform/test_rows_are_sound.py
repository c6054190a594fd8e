"""The tests of single rows and of features name each rule that is broken, and show no row."""

from collections.abc import Iterator

import pytest

from warehouse.building.transform import run_dbt, target_folder
from warehouse.connection import connect
from warehouse.errors import BuildFailed
from warehouse.settings import Settings

pytestmark = pytest.mark.database

CASES = """
    create table staging.stg_sivigila_dengue__cases (
        case_id text, origin text, municipality_code text, week_start date,
        diagnosis_code text, count_cases integer, loaded_at timestamp with time zone,
        known_week_start date
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
    insert into staging.stg_sivigila_dengue__cases values
        ('foretold', 'public', '68001', '2019-03-03', 'dengue', 1, now(), '2019-02-24');
"""
PERSONS = """
    create table marts.dim_patients (
        patient_id text unique, source text, origin text, age_years double precision,
        is_female boolean, count_encounters bigint
    );
    insert into marts.dim_patients values ('a', 'ktas', 'public', 40, true, 1);
"""
FEATURES = """
    create table marts.fct_encounters (
        encounter_id text unique, patient_id text, source text, origin text,
        age_years double precision, is_female boolean, known_at timestamp with time zone,
        loaded_at timestamp with time zone
    );
    insert into marts.fct_encounters
    select id, patient, source, 'public', 40, true, '2017-09-30', now()
    from (values
        ('sound', 'a', 'ktas'), ('slow', 'nobody', 'ktas'), ('flag', 'a', 'ktas'),
        ('swapped', 'a', 'ktas'), ('lacking', 'a', 'ktas'), ('foreign', 'a', 'ddxplus')
    ) as given (id, patient, source);
    create table features.feat_encounter__triage_vitals (
        encounter_id text, systolic_bp_mmhg double precision, diastolic_bp_mmhg double precision,
        heart_rate_per_min double precision, arrived_by_ambulance smallint
    );
    insert into features.feat_encounter__triage_vitals values
        ('sound', 120, 80, 70, 1), ('slow', null, null, 1, null), ('flag', 120, 80, 70, 2),
        ('swapped', 80, 120, 70, 0), ('foreign', 4000, 80, 70, 0);
"""
COUNTED = """
    create table marts.fct_symptoms (encounter_id text, symptom_code text, is_present boolean);
    insert into marts.fct_symptoms
    values ('sound', 'fever', true), ('slow', 'fever', true), ('nobody', 'fever', true);
    create table intermediate.int_symptoms__counted (
        block text, source text, origin text, symptom_code text, is_present boolean,
        count_encounters bigint
    );
    insert into intermediate.int_symptoms__counted
    values ('s', 'ktas', 'public', 'fever', true, 2);
"""
BROKEN_FEATURES = {
    "heart_rate_per_min is within its minimum": 1,
    "systolic_bp_mmhg is within its maximum": 1,
    "arrived_by_ambulance is 1 or 0": 1,
    "systolic_bp_mmhg > diastolic_bp_mmhg": 1,
    "has each encounter of its sources and no other": 2,
}
BROKEN = {
    "case_id is known": 1,
    "loaded_at is known": 1,
    "origin is one of its values": 1,
    "count_cases is within 0 to 1000000": 2,
    "municipality_code is written as it must be": 1,
    "extract(dow from week_start) = 0": 1,
    "known_week_start >= week_start": 1,
    "case_id occur once": 2,
}


TESTS = (
    "rows_are_sound_dim_patients_*",
    "rows_are_sound_stg_sivigila_*",
    "rows_are_sound_fct_encounters_*",
    "features_are_sound_feat_encounter__triage_vitals_*",
    "counts_every_row_int_symptoms__counted_*",
)


@pytest.fixture(scope="module")
def asked(scratch: Settings) -> Iterator[Settings]:
    """Tables made by hand, one broken in every way, and the tests that dbt wrote for them."""
    run_dbt(["seed", "--select", "observations"], scratch)
    with connect("semia_dbt", scratch) as connection:
        connection.execute(CASES + PERSONS + FEATURES + COUNTED)
    with pytest.raises(BuildFailed, match="failed: Got"):
        run_dbt(["test", "--select", *TESTS], scratch)
    yield scratch
    with connect("semia_dbt", scratch) as connection:
        connection.execute(
            "drop table staging.stg_sivigila_dengue__cases, marts.dim_patients,"
            " marts.fct_encounters, features.feat_encounter__triage_vitals,"
            " marts.fct_symptoms, intermediate.int_symptoms__counted"
        )


def written(settings: Settings, model: str, test: str = "*_are_sound") -> str:
    """The SQL of a model's test, as dbt sent it."""
    (file,) = target_folder(settings).glob(f"compiled/**/{model}.yml/{test}_*.sql")
    return file.read_text(encoding="utf-8")


def broken(settings: Settings, model: str) -> dict[str, int]:
    """The rules that rows of a model break, and how many do."""
    with connect("semia_dbt", settings) as connection:
        return dict(connection.execute(written(settings, model)).fetchall())


def test_each_broken_rule_is_named_with_how_many_rows_break_it(asked: Settings) -> None:
    assert broken(asked, "stg_sivigila_dengue__cases") == BROKEN


def test_a_value_that_another_table_lacks_is_counted(asked: Settings) -> None:
    assert broken(asked, "fct_encounters")["patient_id is found in dim_patients"] == 1


def test_each_broken_rule_of_features_is_named(asked: Settings) -> None:
    assert broken(asked, "feat_encounter__triage_vitals") == BROKEN_FEATURES


def test_a_row_of_nobody_is_not_counted_and_shows(asked: Settings) -> None:
    with connect("semia_dbt", asked) as connection:
        test = written(asked, "int_symptoms__counted", "counts_every_row")
        assert connection.execute(test).fetchall() == [(2, 3)]


def test_a_key_that_the_database_keeps_is_not_counted_again(asked: Settings) -> None:
    assert "occur once" in written(asked, "stg_sivigila_dengue__cases")
    assert "occur once" not in written(asked, "dim_patients")
    assert "patient_id is known" in written(asked, "dim_patients")
