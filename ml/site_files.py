"""An outside site's files, as they are: some absent, some compressed, with fewer columns."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from feature_repo import store
from warehouse.building import transform
from warehouse.connection import connect
from warehouse.errors import BadFile, BuildFailed, WrongSetting
from warehouse.landing.land import land, make_tables
from warehouse.progress import Progress
from warehouse.settings import Settings
from warehouse.sources.registry import SOURCES, get_source
from warehouse.sources.source import Source, Table

# Features, what they are made of, and every test of these. The unit tests judge our SQL, not these
# files, and have been passed before.
_FEATURES = (
    "--select", "+path:models/features", "--indirect-selection", "cautious",
    "--exclude-resource-type", "unit_test",
)  # fmt: skip


@dataclass(frozen=True)
class SiteFiles:
    """The tables of `source` whose files lie in `folder`; `notes` tell what of them is not there.

    Of each table the `columns` are those that its file has.
    """

    source: Source
    folder: Path
    notes: tuple[str, ...]


def found_in(data_dir: Path, source: Source) -> SiteFiles:
    """What a site has of `source`, laid out `<data_dir>/<source>/<file>`, gzip or not.

    A site may lack what a model never reads, above all the columns that give the answer away, and
    every file but the first, which holds the patients. Raises `WrongSetting` without a folder and
    `BadFile` without the patients.
    """
    if not data_dir.is_dir():
        raise WrongSetting(
            "the folder of files is not there",
            where=str(data_dir),
            next_step=f"give --data-dir a folder that holds {source.name}/{source.tables[0].file}",
        )
    folder = data_dir / source.name
    placed = {table.name: _placed(table, folder) for table in source.tables}
    if placed[source.tables[0].name] is None:
        raise _no_patients(source, folder)
    with _own_files(source):
        tables = [_with_its_columns(table, folder) for table in placed.values() if table]
    return SiteFiles(
        source=replace(source, tables=tuple(tables)),
        folder=folder,
        notes=tuple(_notes(source, tables)),
    )


def build(files: SiteFiles, settings: Settings, progress: Progress) -> int:
    """The same road as every other row: raw, dbt with its data tests, the feature store.

    Returns how many rows of patients were landed; whatever the site lacks is unknown.
    """
    for note in files.notes:
        progress.note(note)
    # Before the files, so that a column they lack is there, and empty.
    make_tables(SOURCES.values(), settings)
    with _own_files(files.source):
        patients, *_ = land(files.source, files.folder, "public", settings, progress)
    if patients.rejected:
        progress.note(f"{patients.rejected} rows of {patients.file} could not be read")
    try:
        transform.run_dbt(["build", *_FEATURES], settings, progress)
    except BuildFailed as error:
        raise _broken_by(files, settings) or error from error
    store.apply(settings, progress)
    return patients.rows


def _broken_by(files: SiteFiles, settings: Settings) -> BadFile | None:
    """What the files broke, told while the scratch database can still be asked; None if nothing."""
    results = transform.target_folder(settings) / "run_results.json"
    if not results.exists():
        return None
    failed = [
        one["compiled_code"]
        for one in json.loads(results.read_text("utf-8"))["results"]
        if one["status"] == "fail" and one["unique_id"].startswith("test.") and one["compiled_code"]
    ]
    told: list[str] = []
    with connect("semia_dbt", settings) as connection:
        for query in failed:
            found = connection.execute(query)
            if [column.name for column in found.description or ()] == ["rule", "count_rows"]:
                told += [f"{rule} (not so in {count} rows)" for rule, count in found]
    if not told:
        return None
    there = {table.name for table in files.source.tables}
    whole = get_source(files.source.name).tables
    absent = ", ".join(table.file for table in whole if table.name not in there)
    return BadFile(
        f"the files break what must hold of every row: {'; '.join(told[:5])}",
        where=str(files.folder),
        next_step=f"lay {absent} beside the patients"
        if absent
        else "correct these rows or leave them out, then type the same command again",
    )


@contextmanager
def _own_files(source: Source) -> Iterator[None]:
    """Say of a bad file what a site can do: the published one is not what it wants."""
    try:
        yield
    except BadFile as error:
        raise BadFile(
            error.what,
            where=error.where,
            next_step=f"semia synthesise {source.name} writes files of the right format to compare",
        ) from error


def _placed(table: Table, folder: Path) -> Table | None:
    """The table with the name its file has here, capitals or not."""
    names = [table.file, f"{table.file}.gz"] if table.file.endswith(".csv") else [table.file]
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    there = {path.name.lower(): path.name for path in files if path.is_file()}
    found = [there[name.lower()] for name in names if name.lower() in there]
    return replace(table, file=found[0]) if found else None


def _with_its_columns(table: Table, folder: Path) -> Table:
    """The table with the columns its file has; where most are absent it is another file."""
    found = next(iter(table.read(folder / table.file))).rows.schema.names
    columns = tuple(name for name in table.columns if name in found)
    if 2 * len(columns) < len(table.columns):
        return table
    return replace(
        table,
        columns=columns,
        identifiers=tuple(name for name in table.identifiers if name in found),
        free_text=tuple(name for name in table.free_text if name in found),
    )


def _notes(source: Source, found: list[Table]) -> Iterator[str]:
    there = {table.name: table for table in found}
    for table in source.tables:
        if table.name not in there:
            yield f"{source.name}: there is no {table.file}; what it says is unknown"
            continue
        absent = [name for name in table.columns if name not in there[table.name].columns]
        if absent:
            shown = ", ".join(absent[:5]) + (", …" if len(absent) > 5 else "")
            yield f"{table.file} lacks {len(absent)} columns, which are unknown here: {shown}"


def _no_patients(source: Source, folder: Path) -> BadFile:
    file = source.tables[0].file
    return BadFile(
        f"there is no file {file} of {source.name}",
        where=str(folder / file),
        next_step=f"lay the files out as <folder>/{source.name}/{file}",
    )
