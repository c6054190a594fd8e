"""Everything the analysts' role can read, found from its real rights, hides every single person.

A new relation that analysts may read is held to these rules by being there.
"""

import json
from typing import Any

import pytest

from warehouse.building.transform import run_dbt, target_folder
from warehouse.connection import connect
from warehouse.errors import BuildFailed
from warehouse.settings import Settings

pytestmark = pytest.mark.database

SMALLEST = 10
# The Ministry's list of diseases: its history may be read, since it is of nobody.
NAMES_NOBODY = {"source.semia.raw.cie10_codes"}
READABLE = """
    select nspname, relname, relkind
    from pg_class inner join pg_namespace on pg_namespace.oid = relnamespace
    where relkind in ('r', 'p', 'v', 'm', 'f')
        and nspname not in ('pg_catalog', 'information_schema') and nspname !~ '^pg_toast'
        and has_schema_privilege(current_user, nspname, 'usage')
        and (
            has_table_privilege(current_user, pg_class.oid, 'select')
            or has_any_column_privilege(current_user, pg_class.oid, 'select')
        )
    order by nspname, relname
"""


def asked(settings: Settings, question: str, role: str = "semia_analyst") -> list[tuple[Any, ...]]:
    with connect(role, settings) as connection:  # type: ignore[arg-type]
        return connection.execute(question).fetchall()  # type: ignore[call-overload,no-any-return]


def readable(settings: Settings) -> dict[str, set[str]]:
    """The relations the role may really read, by schema."""
    found: dict[str, set[str]] = {}
    for schema, name, _ in asked(settings, READABLE):
        found.setdefault(schema, set()).add(name)
    return found


def nodes(settings: Settings) -> dict[str, dict[str, Any]]:
    manifest = json.loads((target_folder(settings) / "manifest.json").read_text())
    return {
        f"{node['schema']}.{node['name']}": node
        for node in manifest["nodes"].values()
        if node["resource_type"] in ("model", "seed", "snapshot")
    }


def columns_of(settings: Settings, relation: str) -> set[str]:
    question = f"select attname from pg_attribute where attrelid = '{relation}'::regclass"
    return {name for (name,) in asked(settings, f"{question} and attnum > 0 and not attisdropped")}


def test_analysts_read_groups_and_the_words_they_are_written_in(built: Settings) -> None:
    assert set(readable(built)) == {"analyst", "reference"}


def landed(unique_id: str, by_id: dict[str, dict[str, Any]]) -> set[str]:
    """The raw tables that a relation is made of, through whatever lies between."""
    if unique_id not in by_id:
        return {unique_id}
    before = by_id[unique_id].get("depends_on", {}).get("nodes", [])
    return {table for one in before for table in landed(one, by_id)}


def test_what_they_read_of_reference_was_written_by_us_or_names_nobody(built: Settings) -> None:
    known = nodes(built)
    by_id = {node["unique_id"]: node for node in known.values()}
    tables = {f"reference.{name}" for name in readable(built)["reference"]}
    assert len(tables) > 5
    found = {table for name in tables for table in landed(known[name]["unique_id"], by_id)}
    assert found == NAMES_NOBODY


def test_no_group_they_read_is_small(built: Settings) -> None:
    relations = sorted(readable(built)["analyst"])
    assert {"anl_encounters", "anl_diagnoses", "anl_symptoms", "anl_observations"} <= {*relations}
    assert asked(built, "select count(*) > 10 from analyst.anl_diagnoses") == [(True,)]
    for name in relations:
        columns = columns_of(built, f"analyst.{name}")
        counts = {column for column in columns if column.startswith("count_")}
        # Surveillance counts cases, one a person; whatever has encounters counts persons too.
        assert {"count_encounters", "count_patients"} <= counts or counts == {"count_cases"}, name
        question = f"select count(*), {', '.join(f'min({c})' for c in sorted(counts))}"
        rows, *least = asked(built, f"{question} from analyst.{name}")[0]
        if rows == 0:
            continue
        smallest = dict(zip(sorted(counts), least, strict=True))
        assert smallest.pop("count_patients", SMALLEST) >= built.k_anonymity, name
        assert all(figure >= SMALLEST for figure in smallest.values()), name


def test_what_they_read_names_nobody(built: Settings) -> None:
    for name in readable(built)["analyst"]:
        columns = columns_of(built, f"analyst.{name}")
        assert not columns & {"encounter_id", "patient_id", "_row_number"}, name
        # Nor a moment or a day, which could be matched with a calendar.
        assert not {column for column in columns if column.endswith(("_at", "_date"))}, name


def test_counts_are_those_of_the_core(built: Settings) -> None:
    shown = asked(
        built, "select source, sum(count_encounters) from analyst.anl_encounters group by 1"
    )
    core = dict(
        asked(built, "select source, count(*) from marts.fct_encounters group by 1", "semia_dbt")
    )
    assert core
    for source, count in shown:
        # A whole source's rest that is too small to be shown is all that may be missing.
        assert core[source] - SMALLEST < count <= core[source]


def test_nothing_hidden_can_be_had_by_subtraction(built: Settings) -> None:
    """In a group that is shown, the answers shown add up to all of its answers, or to none."""
    answered = """
        select source, problem, age_band, sex, count(*)
        from intermediate.int_encounters__grouped
        inner join marts.fct_diagnoses using (encounter_id)
        group by 1, 2, 3, 4
    """
    total = {row[:4]: row[4] for row in asked(built, answered, "semia_dbt")}
    shown = asked(
        built,
        "select source, problem, age_band, sex, sum(count_encounters) "
        "from analyst.anl_diagnoses group by 1, 2, 3, 4",
    )
    assert shown
    differences = {row[:4]: total[row[:4]] - row[4] for row in shown}
    assert {key: rest for key, rest in differences.items() if rest != 0} == {}


@pytest.mark.slow
def test_dbt_refuses_a_group_too_small_for_a_larger_k(built: Settings) -> None:
    stricter = built.model_copy(update={"k_anonymity": 1000})
    with pytest.raises(BuildFailed, match="no_small_group"):
        run_dbt(["test", "--select", "anl_encounters,test_name:no_small_group"], stricter)
