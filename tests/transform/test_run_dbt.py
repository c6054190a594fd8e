"""How a run of dbt is told about: what was done, and what failed, where and what to do next."""

import pytest

from warehouse.building.transform import (
    PROJECT,
    fingerprint,
    profile_environment,
    run_dbt,
    target_folder,
)
from warehouse.connection import connect
from warehouse.errors import BuildFailed, DatabaseAway
from warehouse.landing.land import land
from warehouse.progress import Silent
from warehouse.settings import Settings
from warehouse.sources.registry import get_source

pytestmark = pytest.mark.database


class Listener(Silent):
    def __init__(self) -> None:
        self.started: list[tuple[str, int | None]] = []
        self.advanced = 0

    def start(self, text: str, total: int | None = None) -> None:
        self.started.append((text, total))

    def advance(self, amount: int = 1) -> None:
        self.advanced += amount


def test_progress_counts_every_finished_node(scratch: Settings) -> None:
    listener = Listener()
    result = run_dbt(["seed"], scratch, listener)
    ((text, total),) = listener.started
    assert text == "dbt seed"
    assert total == listener.advanced == result.nodes == len(list(PROJECT.glob("seeds/**/*.csv")))


def test_a_failed_model_is_named_with_its_file_and_the_next_step(scratch: Settings) -> None:
    with pytest.raises(BuildFailed) as caught:
        # Nothing is landed here, so there is no raw table to read.
        run_dbt(["run", "--select", "stg_ddxplus__conditions"], scratch)
    assert "stg_ddxplus__conditions" in caught.value.what
    assert 'relation "raw.ddxplus_conditions" does not exist' in caught.value.what
    assert caught.value.where.endswith("staging/ddxplus/stg_ddxplus__conditions.sql")
    assert caught.value.next_step == (
        "run semia land ddxplus, then run semia build --select stg_ddxplus__conditions"
    )


def test_a_failed_test_is_named_with_the_rows_to_look_at(scratch: Settings) -> None:
    source = get_source("ktas")
    folder = scratch.home / "ktas"
    folder.mkdir()
    source.synthesise(folder, 50, 1, 0.0)
    land(source, folder, "synthetic", scratch, Silent())
    with connect("semia_ingest", scratch) as connection:
        connection.execute("update raw.ktas_visits set ktas_expert = '9'")
    with pytest.raises(BuildFailed) as caught:
        run_dbt(["build", "--select", "stg_ktas__visits"], scratch)
    assert "rows_are_sound_stg_ktas__visits" in caught.value.what
    assert caught.value.where.endswith("staging/ktas/stg_ktas__visits.yml")
    assert "compiled" in caught.value.next_step
    assert caught.value.next_step.endswith("run semia build --select stg_ktas__visits")


def test_a_project_that_cannot_be_read_says_why(scratch: Settings) -> None:
    with pytest.raises(BuildFailed, match="nowhere"):
        run_dbt(["run", "--target", "nowhere"], scratch)


def test_a_selection_that_matches_nothing_is_refused(scratch: Settings) -> None:
    with pytest.raises(BuildFailed, match="feat_encounter__nothing"):
        run_dbt(["build", "--select", "feat_encounter__nothing"], scratch)


def test_a_project_that_was_edited_is_read_whole(scratch: Settings) -> None:
    run_dbt(["parse"], scratch)
    parsed = target_folder(scratch) / "partial_parse.msgpack"
    kept = parsed.stat().st_mtime_ns
    run_dbt(["list", "--select", "dim_icd10"], scratch)
    assert parsed.stat().st_mtime_ns == kept
    edited = scratch.model_copy(update={"k_anonymity": scratch.k_anonymity + 1})
    run_dbt(["list", "--select", "dim_icd10"], edited)
    assert parsed.stat().st_mtime_ns > kept


def test_without_a_database_nothing_is_run(tmp_path_factory: pytest.TempPathFactory) -> None:
    lonely = Settings(home=tmp_path_factory.mktemp("no-database"), offline=True)
    with pytest.raises(DatabaseAway):
        run_dbt(["build"], lonely)


def test_dbt_writes_under_the_state_folder_and_calls_nobody(scratch: Settings) -> None:
    environment = profile_environment(scratch)
    assert environment["DBT_TARGET_PATH"] == str(scratch.home.resolve() / "dbt")
    assert environment["DBT_SEND_ANONYMOUS_USAGE_STATS"] == "false"
    assert "jit=off" in environment["PGOPTIONS"]


def test_the_fingerprint_follows_what_is_landed(scratch: Settings) -> None:
    before = fingerprint(scratch)
    assert fingerprint(scratch) == before
    source = get_source("sinan_arbovirus")
    folder = scratch.home / "sinan_arbovirus"
    folder.mkdir()
    source.synthesise(folder, 50, 1, 0.0)
    land(source, folder, "synthetic", scratch, Silent())
    landed = fingerprint(scratch)
    assert landed != before
    land(source, folder, "synthetic", scratch, Silent())
    assert fingerprint(scratch) == landed
