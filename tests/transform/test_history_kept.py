"""What changes its meaning stays traceable, and what has grown old is told."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from semia import care_commands
from warehouse.building.freshness import oldest_allowed, told
from warehouse.building.transform import run_dbt, target_folder
from warehouse.connection import connect
from warehouse.landing.land import land
from warehouse.progress import Silent
from warehouse.settings import Settings
from warehouse.sources.registry import get_source

pytestmark = pytest.mark.database

FILE = "catalogo_minsalud_co.csv"


def land_catalogue(own: Settings, text: str) -> None:
    folder = own.home / "cie10"
    folder.mkdir(exist_ok=True)
    (folder / FILE).write_text(text, encoding="utf-8")
    land(get_source("cie10"), folder, "synthetic", own, Silent())


def catalogue(folder: Path) -> list[str]:
    """The lines of a made-up catalogue of forty codes, its header first."""
    get_source("cie10").synthesise(folder, 40, 3, 0.0)
    return (folder / FILE).read_text(encoding="utf-8").splitlines(keepends=True)


def history(own: Settings) -> list[tuple[str, str, bool]]:
    """Code, name and whether it holds now, the older meaning of a code first."""
    with connect("semia_dbt", own) as connection:
        return connection.execute(
            "select icd10_code, label_es, dbt_valid_to is null from reference.icd10_history"
            " order by icd10_code, dbt_valid_from"
        ).fetchall()


@pytest.fixture(scope="module")
def changed(scratch: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Two builds, between which the catalogue gave one code another name and took one away."""
    header, first, second, *rest = catalogue(tmp_path_factory.mktemp("catalogue"))
    land_catalogue(scratch, "".join([header, first, second, *rest]))
    run_dbt(["build", "--select", "+icd10_history"], scratch)
    renamed = first.replace("diagnóstico inventado", "diagnóstico renombrado")
    land_catalogue(scratch, "".join([header, renamed, *rest]))
    # Not even a full refresh forgets.
    run_dbt(["build", "--select", "+icd10_history", "--full-refresh"], scratch)
    return scratch


def test_a_renamed_code_keeps_its_former_meaning(changed: Settings) -> None:
    kept = history(changed)
    renamed = [row for row in kept if "renombrado" in row[1]]
    ((code, _, holds),) = renamed
    assert holds
    former = [row for row in kept if row[0] == code and row not in renamed]
    assert [(row[1].split()[1], row[2]) for row in former] == [("inventado", False)]


def test_a_code_that_is_gone_is_ended_and_the_rest_has_one_meaning(changed: Settings) -> None:
    kept = history(changed)
    assert len(kept) == 41
    assert sum(holds for _, _, holds in kept) == 39


def test_freshness_is_told_by_dbt_and_by_status(
    changed: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect("semia_ingest", changed) as connection:
        # A catalogue that came again with fewer codes landed later than any of its rows.
        connection.execute("update raw.cie10_codes set _loaded_at = now() - interval '999 days'")
        connection.execute(
            "update raw._loads set finished_at = now() - interval '401 days'"
            " where table_name = 'cie10_codes'"
        )
    run_dbt(["source", "freshness", "--select", "source:raw.cie10_codes"], changed)
    found = json.loads((target_folder(changed) / "sources.json").read_text("utf-8"))
    (told_by_dbt,) = found["results"]
    assert told_by_dbt["status"] == "warn"
    assert int(told_by_dbt["max_loaded_at_time_ago_in_s"] // 86400) == 401
    assert [row[4] for row in care_commands._loads(changed)] == ["no: older than 400 days"]


def test_only_what_is_published_again_and_again_grows_old(changed: Settings) -> None:
    limits = oldest_allowed(changed)
    assert limits["sivigila_dengue_notifications"] == timedelta(days=35)
    assert set(limits) == {
        "sivigila_dengue_notifications",
        "datosgov_diagnoses_consultations",
        "orphanet_disorders",
        "cie10_codes",
    }
    assert told(datetime.now(UTC) - timedelta(days=9999), None) == ""
    assert told(datetime.now(UTC) - timedelta(days=34), timedelta(days=35)) == "yes"
