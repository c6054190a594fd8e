"""The table of a bundle from a built warehouse, and when a bundle goes without it."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from ml.export.local_levels import local_levels, local_of
from ml.serving.epi_weeks import WEEK
from tests.support.bundles import make_about
from warehouse.connection import connect
from warehouse.progress import Silent
from warehouse.settings import Settings

pytestmark = pytest.mark.database


class Noted(Silent):
    """Keeps every sentence it is told."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        self.notes.append(text)


def test_the_table_is_of_the_feature_rows(built: Settings) -> None:
    table = local_levels(built)
    assert table is not None
    assert (table.origin, table.source) == ("synthetic", "sivigila_dengue")
    with connect("semia_ml", built) as connection:
        counted = connection.execute(
            "select distinct municipality_id from features.feat_municipality__incidence"
        ).fetchall()
        newest = connection.execute(
            "select cast(max(event_timestamp) at time zone 'UTC' as date)"
            " from features.feat_municipality__incidence"
        ).fetchone()
    assert newest is not None
    assert set(table.places) == {code for (code,) in counted}
    assert table.newest == newest[0] - 8 * WEEK
    told = [table.at(code, table.newest) for code in table.places]
    assert {one.level["dengue"] for one in told if one is not None} - {1}


def test_places_are_called_as_their_notifications_call_them(built: Settings) -> None:
    table = local_of([make_about("arbovirus")], built)
    assert table is not None
    assert table.names == {
        "68001": "Bucaramanga", "68276": "Floridablanca", "68307": "Giron", "68547": "Piedecuesta",
    }  # fmt: skip
    assert set(table.names) == set(table.places)


@pytest.mark.parametrize(("origin", "goes"), [("synthetic", True), ("public", False)])
def test_made_up_cases_never_reweight_what_real_patients_taught(
    built: Settings, origin: str, goes: bool
) -> None:
    abouts = [
        make_about("severity").model_copy(update={"origin": "public"}),
        make_about("arbovirus").model_copy(update={"origin": origin}),
    ]
    progress = Noted()
    assert (local_of(abouts, built, progress) is not None) == goes
    assert (progress.notes == []) == goes


def test_without_a_database_a_bundle_goes_without_it(tmp_path: Path) -> None:
    away = Settings(home=tmp_path, database_url=SecretStr("postgresql://nobody@127.0.0.1:1/none"))
    progress = Noted()
    assert local_of([make_about("arbovirus")], away, progress) is None
    assert progress.notes
