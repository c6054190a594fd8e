"""No schema, raw included, holds an identifier, and what identifies together is generalised.

The rules are those of HIPAA Safe Harbor (45 CFR 164.514(b)(2)), asked of the catalogue of a built
warehouse: a new table or column is held to them by being there.
"""

import re
from typing import Any

import pytest

from warehouse.connection import connect
from warehouse.settings import Settings
from warehouse.sources.registry import SOURCES

pytestmark = pytest.mark.database

OURS = "('raw','reference','staging','intermediate','marts','analyst','features','monitoring')"
# Where a row may be one person's, once staging has cleaned it.
CLEANED = "('intermediate','marts','features','analyst')"
# A name is a person's unless it says whose: a disease or a quarter has one too.
IDENTIFYING = (
    r"(^|_)(apellidos?|surname|e?mail|correo|phone|telefono|celular|address|direccion|cedula|"
    r"documento|nuip|passport|pasaporte|mrn|ssn|birthdate|birth_date|nacimiento|dob|ip)(_|$)|"
    r"^(primer_|segundo_)?nombres?(_paciente|_completo)?$|^(patient_|first_|last_|full_)name$"
)
FINE_PLACES = (
    r"(^|_)(municipality|municipio|divipola|zip|postcode|postal|barrio|vereda|city|ciudad)"
)
# Where incidence is counted by municipality, nothing finer may land beside it.
FINER_THAN_A_MUNICIPALITY = r"(^|_)(barrio|bar_ver|vereda|localidad|comuna|latitud|longitud)(_|$)"
# A sign is a 0 or a 1, such as that of living in a big city.
NOT_A_SIGN = "and atttypid <> 'smallint'::regtype"
MOMENTS = {"known_at", "loaded_at", "event_timestamp", "created_at"}
COLUMNS = """
    select attrelid::regclass::text, attname, atttypid::regtype::text
    from pg_attribute
    inner join pg_class on pg_class.oid = attrelid
    inner join pg_namespace on pg_namespace.oid = relnamespace
    where relkind in ('r', 'p', 'v', 'm') and attnum > 0 and not attisdropped and nspname in {}
"""


def ask(settings: Settings, question: str) -> list[tuple[Any, ...]]:
    with connect("semia_owner", settings) as connection:
        return connection.execute(question).fetchall()  # type: ignore[call-overload,no-any-return]


def columns(settings: Settings, schemas: str) -> list[tuple[str, str, str]]:
    """Relation, column and type of every column of these schemas."""
    found = ask(settings, COLUMNS.format(schemas))
    assert len(found) > 50
    return found  # type: ignore[return-value]


def of_persons(settings: Settings) -> list[tuple[str, str, str]]:
    """The columns of relations in which a row is a person's or an encounter's."""
    found = columns(settings, CLEANED)
    personal = {table for table, name, _ in found if name in ("encounter_id", "patient_id")}
    assert len(personal) > 10
    return [column for column in found if column[0] in personal]


def test_no_column_of_any_schema_is_called_like_an_identifier(built: Settings) -> None:
    found = ask(built, f"{COLUMNS.format(OURS)} and attname ~ '{IDENTIFYING}'")
    tables = [table for source in SOURCES.values() for table in source.tables]
    hashed = {name for table in tables for name in table.identifiers}
    assert [(table, name) for table, name, _ in found if name not in hashed] == []


def test_no_place_finer_than_a_municipality_has_landed(built: Settings) -> None:
    table = "raw.sivigila_dengue_notifications"
    published = (built.home / "synthetic/sivigila_dengue/qzc7-jbg3.jsonl").read_text("utf-8")
    assert "nombre_barrio" in published
    found = ask(built, f"{COLUMNS.format(OURS)} and attname ~ '{FINER_THAN_A_MUNICIPALITY}'")
    assert found == []
    keys = ask(built, f"select distinct jsonb_object_keys(cast(record as jsonb)) from {table}")
    assert len(keys) > 10
    assert [key for (key,) in keys if re.search(FINER_THAN_A_MUNICIPALITY, key)] == []


def test_no_value_of_any_schema_looks_like_an_address(built: Settings) -> None:
    for table in sorted({table for table, _, _ in columns(built, OURS)}):
        # The first condition is quick, and true of few rows.
        question = f"""
            select count(*) from {table} as one
            where one::text like '%@%' and one::text ~ '@[a-z0-9-]+[.][a-z]{{2,}}'
        """
        assert ask(built, question) == [(0,)], table


def test_no_free_text_looks_like_a_document(built: Settings) -> None:
    pattern = r"\m(c\.?c\.?|t\.?i\.?|nuip|c[eé]dula)[ :.#]{1,3}[0-9][0-9. ]{5,}"
    texts = {"raw.ktas_visits": "chief_complain", "staging.stg_ktas__visits": "chief_complaint"}
    for table, name in texts.items():
        question = f"select count(*), count(*) filter (where {name} ~* '{pattern}') from {table}"
        rows, suspicious = ask(built, question)[0]
        assert rows > 0
        assert suspicious == 0


def test_the_publisher_s_person_numbers_are_hashed_wherever_they_are(built: Settings) -> None:
    hashed = "^(yale_triage-)?[0-9a-f]{64}$"
    raw = ask(
        built,
        f"select count(*), count(*) filter (where patient_id ~ '{hashed}')"
        " from raw.yale_triage_visits",
    )
    assert raw[0][0] == raw[0][1] > 0
    for table, name, _ in columns(built, CLEANED):
        if name == "patient_id":
            question = f"""
                select count(*) from {table}
                where patient_id !~ '{hashed}' and patient_id !~ '^[a-z_]+-[a-z]+-[0-9]+$'
            """
            assert ask(built, question) == [(0,)], table


def test_everybody_over_89_is_90(built: Settings) -> None:
    ages = [
        (table, name)
        for table, name, kind in columns(built, OURS)
        if name in ("age", "age_years") and not table.startswith("raw.") and kind != "text"
    ]
    assert len(ages) >= 4
    for table, name in ages:
        assert ask(built, f"select coalesce(max({name}), 0) <= 90 from {table}") == [(True,)], table


def test_no_person_s_row_has_a_place_finer_than_a_department(built: Settings) -> None:
    personal = {table for table, _, _ in of_persons(built)}
    found = ask(built, f"{COLUMNS.format(CLEANED)} and attname ~ '{FINE_PLACES}' {NOT_A_SIGN}")
    assert [(table, name) for table, name, _ in found if table in personal] == []


def test_no_person_s_row_has_a_day_of_its_own(built: Settings) -> None:
    """No moment but that of the source's period and that of landing."""
    found = {
        (table, name)
        for table, name, kind in of_persons(built)
        if kind.startswith(("date", "timestamp")) and name not in MOMENTS
    }
    assert found == set()


def test_free_text_never_leaves_staging(built: Settings) -> None:
    """A code or a key is short and has no blank in it; what people write is not so."""
    texts: dict[str, list[str]] = {}
    for table, name, kind in of_persons(built):
        if kind in ("text", "character varying") and name != "unit":
            texts.setdefault(table, []).append(name)
    assert len(texts) > 10
    for table, names in texts.items():
        written = " or ".join(f"strpos({name}, ' ') > 0 or length({name}) > 100" for name in names)
        assert ask(built, f"select {', '.join(names)} from {table} where {written} limit 1") == []
