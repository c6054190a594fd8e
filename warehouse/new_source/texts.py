"""The files of a new source as texts: its record, staging model, descriptions and test."""

import json
from collections.abc import Sequence
from dataclasses import fields
from datetime import date

from warehouse.new_source.columns import Column, Kind
from warehouse.new_source.look import Found
from warehouse.sources.imitate import Shape, Words

# What a staging column is made by, and of which type it then is.
_CLEANED: dict[Kind, tuple[str, str]] = {
    "age": ("{{{{ clean_age_years(clean_number('source.{name}')) }}}}", "double precision"),
    "number": ("{{{{ clean_number('source.{name}') }}}}", "double precision"),
    "whole": ("cast({{{{ clean_number('source.{name}') }}}} as integer)", "integer"),
    "flag": ("cast({{{{ clean_number('source.{name}') }}}} as smallint)", "smallint"),
    "answer": ("{{{{ yes_no('source.{name}') }}}}", "boolean"),
    "day": ("{{{{ safe_date('source.{name}') }}}}", "date"),
    "word": ("{{{{ clean_text('source.{name}') }}}}", "text"),
    "text": ("{{{{ clean_text('source.{name}') }}}}", "text"),
    "person": ("{{{{ clean_text('source.{name}') }}}}", "text"),
}
_HELD: dict[Kind, str] = {
    "age": "Age in years; everybody over 89 is 90.",
    "day": "A day; it may not go beyond staging.",
    "text": "Text, persons taken out; it may not go beyond staging.",
    "person": "Keyed hash of what says whose row it is.",
}
# Our own, and PostgreSQL's reserved words: a column called so gets `_given` behind its name.
_TAKEN = frozenset(
    "encounter_id origin known_at loaded_at all analyse analyze and any array as asc asymmetric "
    "authorization binary both case cast check collate collation column concurrently constraint "
    "create cross current_date current_role current_time current_timestamp current_user default "
    "deferrable desc distinct do else end except false fetch for foreign freeze from full grant "
    "group having ilike in initially inner intersect into is isnull join lateral leading left "
    "like limit localtime localtimestamp natural not notnull null offset on only or order outer "
    "overlaps placing primary references returning right select session_user similar some "
    "symmetric table tablesample then to trailing true union unique user using variadic verbose "
    "when where window with".split()
)


def record_text(name: str, found: Found) -> str:
    """The module that describes the source; `SHAPES` imitates it without a row of it."""
    shapes = "".join(
        f"    {_quoted(column.published)}: {_call(column.shape)},\n" for column in found.columns
    )
    written = f"{_quoted(found.separator)}, {_quoted(found.encoding)}"
    nothing = f", {_listed(found.nothing, 12)}" if found.nothing else ""
    return f'''"""{name} as a source: its columns as published, and how to imitate it."""

from warehouse.sources.imitate import {", ".join(_imitated_by(found))}
from warehouse.sources.readers import delimited
from warehouse.sources.source import Source, Table

# As {found.rows:,} rows showed them: ranges without their ends, words of ten rows or more.
SHAPES: dict[str, Shape] = {{
{shapes}}}

SOURCE = Source(
    name="{name}",
    title="{name}: say here what one row is",
    homepage="",
    licence="unknown: ask whoever gave the file",
    citation="",
    tables=(
        Table(
            "{name}_rows",
            {_quoted(found.file)},
            {_listed([column.name for column in _landing(found)], 12)},
            delimited({written}{nothing}),
{_guards(found)}        ),
    ),
    synthesise=imitation({_quoted(found.file)}, SHAPES, {written}),
    synthetic_rows=500,
)
'''


def _imitated_by(found: Found) -> list[str]:
    """What the module imports to imitate the columns."""
    shapes = {type(column.shape).__name__ for column in found.columns}
    return [*sorted(shapes | {"Shape"}), "imitation"]


def _guards(found: Found) -> str:
    """The table's arguments that name the columns of persons, of free text, and those left out."""
    guards: dict[str, Kind] = {
        "identifiers": "person",
        "free_text": "text",
        "withheld": "withheld",
    }
    return "".join(
        f"            {argument}={_listed(names, 12)},\n"
        for argument, kind in guards.items()
        if (names := _of_kind(found, kind))
    )


def sources_text(name: str, found: Found) -> str:
    """The yml of the raw table: its columns as published, and how old it may become."""
    columns = "".join(
        f"          - name: {column.name}\n            description: {_quoted(_published(column))}\n"
        for column in _landing(found)
    )
    return f"""sources:
  - name: raw
    description: The published files as landed, every column text.
    schema: raw
    tables:
      - name: {name}_rows
        description: {_quoted(f"{found.file} as published. Say here what one row is.")}
        config:
          loaded_at_query: "{{{{ landed_at(this) }}}}"
          freshness:
            warn_after: {{count: 366, period: day}}
        columns:
{columns}          - name: _origin
            description: "{{{{ doc('origin') }}}}"
            data_tests:
              - not_null
              - accepted_values:
                  arguments: {{values: [public, synthetic]}}
          - name: _row_number
            description: "Row of the file, 1 is the first after the header."
          - name: _loaded_at
            description: "{{{{ doc('loaded_at') }}}}"
"""


def model_text(name: str, found: Found, until: date) -> str:
    """The staging model: each column of one type, unknown as null."""
    columns = "".join(
        f"        {_CLEANED[column.kind][0].format(name=column.name)} as {staged(column)},\n"
        for column in _landing(found)
    )
    return f"""-- Meaning: one row per row of the file, each column of one type, unknown as null.
--   `known_at` is the last day of the period in which the rows were collected.
with

source as (

    select * from {{{{ source('raw', '{name}_rows') }}}}

),

final as (

    select
        {{{{ encounter_key('{name}') }}}} as encounter_id,
        source._origin as origin,
{columns}        cast('{until.isoformat()}' as timestamp with time zone) as known_at,
        source._loaded_at as loaded_at
    from source
    where {{{{ prefer_public('source') }}}}

)

select * from final
"""


def model_yml_text(name: str, found: Found) -> str:
    """The model's yml: type, how often unknown, and the tests that follow from both."""
    columns = "".join(
        f"      - name: {staged(column)}\n"
        f"        data_type: {_CLEANED[column.kind][1]}\n"
        f"        description: {_quoted(_described(column))}\n{_tests(column)}"
        for column in _landing(found)
    )
    return f"""models:
  - name: stg_{name}__rows
    description: >
      One row per row of {found.file}, each column of one type. Say here what one row is.
    columns:
      - name: encounter_id
        description: "{{{{ doc('encounter_id') }}}}"
        data_tests: [unique, not_null]
      - name: origin
        description: "{{{{ doc('origin') }}}}"
        data_tests: [not_null]
{columns}      - name: known_at
        description: "{{{{ doc('known_at') }}}}"
        data_tests: [not_null]
      - name: loaded_at
        description: "{{{{ doc('loaded_at') }}}}"
        data_tests: [not_null]
"""


def test_text(name: str, found: Found) -> str:
    """The test of the record: the generated file is read completely, and no identifier lands."""
    return f'''"""The source {name}: its imitation is read whole, and persons are guarded."""

from pathlib import Path

from warehouse.sources.registry import get_source

LANDING = {_listed([column.name for column in _landing(found)])}
HASHED = {_listed(_of_kind(found, "person"))}
WITHHELD = {_listed(_of_kind(found, "withheld"))}


def test_the_made_up_file_is_read_whole(tmp_path: Path) -> None:
    source = get_source("{name}")
    source.synthesise(tmp_path, 300, 7, 0.0)
    (table,) = source.tables
    chunks = list(table.read(tmp_path / table.file))
    assert sum(chunk.rows.num_rows for chunk in chunks) == 300
    assert not [reject for chunk in chunks for reject in chunk.rejects]
    assert set(chunks[0].rows.schema.names) == {{*LANDING, *WITHHELD}}


def test_what_names_a_person_is_hashed_or_never_lands() -> None:
    (table,) = get_source("{name}").tables
    assert table.columns == LANDING
    assert set(table.identifiers) == set(HASHED)
    assert set(table.withheld) == set(WITHHELD)
'''


def staged(column: Column) -> str:
    """The column's name in staging."""
    if column.kind == "age":
        return "age_years"
    return f"{column.name}_given" if column.name in _TAKEN else column.name


def _described(column: Column) -> str:
    held = _HELD.get(column.kind, "Say here what it means, and its unit.")
    return f"{_published(column)}. {held} Unknown in {100 * column.unknown:.1f} % of the rows seen."


def _tests(column: Column) -> str:
    """Tests that the rows seen would pass and a wrong file would not."""
    tests = [] if column.unknown else ["not_null"]
    if column.kind == "flag":
        tests.append("accepted_values: {arguments: {values: [0, 1], quote: false}}")
    if column.kind == "word" and isinstance(column.shape, Words):
        words = ", ".join(map(_quoted, column.shape.words))
        tests.append(f"accepted_values: {{arguments: {{values: [{words}]}}}}")
    if column.kind == "age":
        tests.append("in_range: {arguments: {minimum: 0, maximum: 90}}")
    if not tests:
        return ""
    return "        data_tests:\n" + "".join(f"          - {test}\n" for test in tests)


def _published(column: Column) -> str:
    return f"Published as {column.published or 'a column without a name'}"


def _of_kind(found: Found, kind: Kind) -> list[str]:
    return [column.name for column in found.columns if column.kind == kind]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _landing(found: Found) -> list[Column]:
    return [column for column in found.columns if column.kind != "withheld"]


def _call(shape: Shape) -> str:
    """The shape as Python writes it, one argument a line."""
    given = ((one.name, getattr(shape, one.name)) for one in fields(shape))
    lines = "".join(
        f"        {name}={_listed(value, 8) if isinstance(value, tuple) else json.dumps(value)},\n"
        for name, value in given
    )
    return f"{type(shape).__name__}(\n{lines}    )"


def _listed(texts: Sequence[str], indent: int = 0) -> str:
    """A tuple of texts as Python writes it; more than one stand on a line each."""
    if len(texts) < 2:
        return f"({_quoted(texts[0])},)" if texts else "()"
    lines = "".join(f"{' ' * indent}    {_quoted(text)},\n" for text in texts)
    return f"(\n{lines}{' ' * indent})"
