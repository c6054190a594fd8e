"""No leak reaches a feature: shuffle every column that must not, and nothing changes.

The leaks are those the data page names for each file, and the answers themselves.
"""

import csv
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.support.compiled import make_again
from warehouse.building.transform import PROJECT, run_dbt
from warehouse.connection import connect
from warehouse.landing.land import land
from warehouse.progress import Silent
from warehouse.settings import Settings
from warehouse.sources.registry import SOURCES

pytestmark = [pytest.mark.database, pytest.mark.slow]

ROWS = 400
FILES = {
    "ktas": "data.csv",
    "sinan_arbovirus": "data_set.csv",
    "ddxplus": "release_test_patients.csv",
    "yale_triage": "ed_triage.parquet",
}
DIALECTS = {"ktas": (";", "latin-1"), "sinan_arbovirus": (";", "utf-8"), "ddxplus": (",", "utf-8")}
LEAKS = {
    "ktas": [
        "KTAS_RN",
        "mistriage",
        "Error_group",
        "Disposition",
        "Length of stay_min",
        "KTAS duration_min",
        "Diagnosis in ED",
    ],
    "sinan_arbovirus": ["CS_RACA", "CS_ZONA", "CS_GESTANT"],
    "ddxplus": ["DIFFERENTIAL_DIAGNOSIS"],
    "yale_triage": ["dep_name", "arrivalmonth", "arrivalday", "arrivalhour_bin"],
}
LABELS = {
    "ktas": ["KTAS_expert"],
    "sinan_arbovirus": ["CLASSI_FIN"],
    "ddxplus": ["PATHOLOGY"],
    "yale_triage": ["esi", "disposition"],
}
# A row holds the same whatever the moment it was landed at.
ROW = "to_jsonb(feature) - 'created_at'"


def is_forbidden(source: str, column: str) -> bool:
    medication = source == "yale_triage" and column.startswith("meds_")
    return medication or column in LEAKS[source] or column in LABELS[source]


def shuffled(column: Sequence[object], seed: str) -> list[object]:
    values = list(column)
    random.Random(seed).shuffle(values)
    return values


def rewrite_csv(
    source: str, path: Path, change: Callable[[str, list[object]], list[object]]
) -> None:
    separator, encoding = DIALECTS[source]
    with path.open(encoding=encoding, newline="") as file:
        header, *rows = csv.reader(file, delimiter=separator)
    allowed = [i for i, name in enumerate(header) if not is_forbidden(source, name)]
    # A row typed twice is found by its forbidden columns too, so each row here is another.
    unlike = {tuple(row[i] for i in allowed): row for row in rows if len(row) == len(header)}
    columns = [
        change(name, list(values))
        for name, values in zip(header, zip(*unlike.values(), strict=True), strict=True)
    ]
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=separator)
        writer.writerows([header, *zip(*columns, strict=True)])


def rewrite_parquet(path: Path, change: Callable[[str, list[object]], list[object]]) -> None:
    table = pq.read_table(path)
    columns = {
        name: pa.array(change(name, table[name].to_pylist()), table.schema.field(name).type)
        for name in table.column_names
    }
    pq.write_table(pa.table(columns), path)


def land_changed(
    settings: Settings, change: Callable[[str, str, list[object]], list[object]]
) -> None:
    for name, source in SOURCES.items():
        folder = settings.home / "leaks" / name
        folder.mkdir(parents=True, exist_ok=True)
        source.synthesise(folder, ROWS, 3, 0.0)

        def of_source(column: str, values: list[object], name: str = name) -> list[object]:
            return change(name, column, values)

        if name == "yale_triage":
            rewrite_parquet(folder / FILES[name], of_source)
        # No model learns from the sources that FILES leaves out.
        elif name in FILES:
            rewrite_csv(name, folder / FILES[name], of_source)
        land(source, folder, "synthetic", settings, Silent())


def feature_hashes(settings: Settings) -> dict[str, str]:
    """A hash of each feature table of encounters, made of what has landed."""
    # A person's history holds earlier answers; it is asked for as of the next visit.
    names = [path.stem for path in PROJECT.glob("models/features/feat_encounter__*.sql")]
    with connect("semia_dbt", settings) as connection:
        make_again(connection, settings, names)
        hashes = {}
        for name in names:
            statement = (
                f"select count(*) || md5(string_agg(cast({ROW} as text), '' order by encounter_id))"
                f" from pg_temp.{name} as feature"
            )
            (hashes[name],) = connection.execute(statement).fetchone() or ("",)
        connection.rollback()
    return hashes


def keep(source: str, column: str, values: list[object]) -> list[object]:
    return values


def shuffle_forbidden(source: str, column: str, values: list[object]) -> list[object]:
    return shuffled(values, column) if is_forbidden(source, column) else values


def shuffle_pulse(source: str, column: str, values: list[object]) -> list[object]:
    return shuffled(values, column) if column in {"HR", "triage_vital_hr"} else values


def test_no_leak_and_no_answer_reaches_a_feature(scratch: Settings) -> None:
    land_changed(scratch, keep)
    run_dbt(["seed"], scratch)
    # Its own words: whoever last ran dbt elsewhere may have compiled but a part of the project.
    run_dbt(["compile"], scratch)
    honest = feature_hashes(scratch)
    assert len(honest) == 9

    land_changed(scratch, shuffle_forbidden)
    assert feature_hashes(scratch) == honest

    land_changed(scratch, shuffle_pulse)
    found = feature_hashes(scratch)
    changed = {name for name in found if found[name] != honest[name]}
    assert changed == {"feat_encounter__triage_vitals", "feat_encounter__clinical_scores"}
