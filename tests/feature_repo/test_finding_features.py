"""What registering would change is said before, and every feature can be found with its facts."""

from collections.abc import Iterator

import pytest

from feature_repo import store
from feature_repo.catalogue import catalogue
from feature_repo.changes import Change, changes
from tests.feature_repo.manifests import feature_model, write_manifest
from warehouse import connection
from warehouse.errors import ContractBroken, UnknownName
from warehouse.settings import Settings

pytestmark = pytest.mark.database

VITALS = feature_model("feat_encounter__found", {"pulse": "double precision", "fever": "smallint"})
TIMES = "event_timestamp timestamptz not null, created_at timestamptz not null"


@pytest.fixture
def small(database: Settings) -> Iterator[Settings]:
    write_manifest(database.home, VITALS)
    with connection.connect("semia_dbt", database) as dbt:
        dbt.execute(
            f"create table features.feat_encounter__found (encounter_id text primary key, {TIMES},"
            " pulse double precision, fever smallint)"
        )
        dbt.execute(
            "insert into features.feat_encounter__found select i::text, now(), now(), i,"
            " case when mod(i, 4) = 0 then 1 end from generate_series(1, 101) as i"
        )
    yield database
    with connection.connect("semia_dbt", database) as dbt:
        dbt.execute("drop table features.feat_encounter__found")
    (database.home / "dbt" / "manifest.json").unlink(missing_ok=True)


def test_what_would_change_is_said_and_not_done(small: Settings) -> None:
    store.apply(small)
    assert changes(small) == ()
    changed = feature_model(
        "feat_encounter__found", {"pulse": "integer", "cough": "smallint"}, ttl_days=2
    )
    other = feature_model("feat_encounter__other", {"rash": "smallint"}, services=["admission"])
    write_manifest(small.home, changed, other)
    expected = {
        Change("added", "view feat_encounter__other"),
        Change("added", "service admission"),
        Change("changed", "view feat_encounter__found: ttl", "for ever", "2 days, 0:00:00"),
        Change("changed", "view feat_encounter__found: feature pulse", "Float64", "Int32"),
        Change("added", "view feat_encounter__found: feature cough", "", "Int32"),
        Change("removed", "view feat_encounter__found: feature fever", "Int32", ""),
    }
    for _ in range(2):
        found = changes(small)
        assert expected <= set(found)
        assert {one for one in found if "description" not in one.what} == expected
    write_manifest(small.home, other)
    assert Change("removed", "view feat_encounter__found") in changes(small)


def test_a_contract_that_feast_cannot_carry_is_named_before_it_is_applied(small: Settings) -> None:
    write_manifest(small.home, feature_model("feat_encounter__found", {"pulse": "numeric(5,1)"}))
    with pytest.raises(ContractBroken, match="Column pulse is numeric"):
        changes(small)


def test_every_feature_is_found_with_its_facts(small: Settings) -> None:
    pulse, fever = catalogue(small)
    assert (pulse.view, pulse.feature, pulse.type) == ("feat_encounter__found", "pulse", "Float64")
    assert pulse.description == "pulse of feat_encounter__found"
    assert (pulse.rows, pulse.null_rate) == (101, 0.0)
    assert (pulse.low, pulse.median, pulse.high) == (6.0, 51.0, 96.0)
    assert fever.null_rate == pytest.approx(76 / 101)
    assert fever.services == ("severity",)


def test_an_empty_view_has_no_facts_and_an_unknown_one_is_refused(small: Settings) -> None:
    with connection.connect("semia_dbt", small) as dbt:
        dbt.execute("truncate features.feat_encounter__found")
    assert [one.null_rate for one in catalogue(small, "feat_encounter__found")] == [None, None]
    with pytest.raises(UnknownName, match="feat_encounter__found"):
        catalogue(small, "feat_encounter__lost")
