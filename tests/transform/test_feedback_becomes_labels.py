"""What a doctor says proved right comes back from the service as a label with its evidence."""

from collections.abc import Iterator

import httpx
import pytest
from psycopg.rows import dict_row
from pydantic import SecretStr

from api.log.entries import SpooledLog
from ml.serving.bundle import Bundle
from tests.api.conftest import client_of
from tests.support.bundles import make_tiny_bundle
from tests.support.warehouses import HASH_KEY, a_home, running_warehouse
from warehouse.building.changed import build_all, build_changed
from warehouse.connection import connect
from warehouse.landing.land import land
from warehouse.progress import Silent
from warehouse.recovery.contents import Content, contents, schemas_of
from warehouse.settings import Settings
from warehouse.sources.registry import SOURCES

pytestmark = [pytest.mark.database, pytest.mark.slow]

ASKED = {
    "age_years": 34,
    "sex": "female",
    "observations": {"heart_rate_per_min": 96},
    "evidence": [
        {"code": "fever", "state": "present"},
        {"code": "headache", "state": "absent"},
        {"code": "vomiting", "state": "unknown"},
    ],
}
LABELS = """
    select problem, label, role from marts.fct_labels
    where source = 'consultations' order by problem
"""
EVIDENCE = """
    select s.symptom_code as code, cast(s.is_present as integer) as value
    from marts.fct_symptoms as s inner join marts.fct_encounters as e using (encounter_id)
    where e.source = 'consultations'
    union all
    select o.observation_code as code, o.value
    from marts.fct_observations as o inner join marts.fct_encounters as e using (encounter_id)
    where e.source = 'consultations'
    order by code
"""
FEATURES = """
    select f.fever, f.headache from features.feat_encounter__arbovirus_signs as f
    inner join marts.fct_encounters as e using (encounter_id)
    where e.source = 'consultations'
"""
PERSONS = """
    select age_years, is_female, known_at <= loaded_at as in_order from marts.fct_encounters
    where source = 'consultations'
"""
RIGHT = """
    select problem, count_confirmed, count_right from monitoring.mon_confirmed_answers
    order by problem
"""
SPINES = "select count(*) as learned from features.spine_arbovirus where source = 'consultations'"


@pytest.fixture(scope="module")
def own() -> Iterator[Settings]:
    """A warehouse with a few rows of every source, built whole, of which nobody has asked yet."""
    with a_home() as home:
        settings = Settings(home=home, offline=True, hash_key=SecretStr(HASH_KEY))
        with running_warehouse(settings) as own:
            for name in SOURCES:
                land_rows(own, name, 200)
            build_all(own, Silent())
            yield own


def land_rows(own: Settings, name: str, rows: int) -> None:
    """Land so many synthetic rows of a source; of more, the first are the same."""
    folder = own.home / "files" / name
    folder.mkdir(parents=True, exist_ok=True)
    SOURCES[name].synthesise(folder, rows, 7, 0.0)
    land(SOURCES[name], folder, "synthetic", own)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return make_tiny_bundle(tmp_path_factory.mktemp("bundle"))


def ask(own: Settings, question: str) -> list[dict[str, object]]:
    with connect("semia_owner", own) as connection:
        cursor = connection.cursor(row_factory=dict_row)
        return list(cursor.execute(question))  # type: ignore[call-overload]


def everything(own: Settings) -> dict[str, Content]:
    """Every row of every table but the note of what was built."""
    with connect("semia_owner", own) as connection:
        found = contents(connection, schemas_of(connection))
    return {name: one for name, one in found.items() if name != "monitoring._built"}


def say(client: httpx.Client, assessment: str, **word: str) -> None:
    answer = client.post(f"/v1/assessments/{assessment}/feedback", json=word)
    assert answer.status_code == 202, answer.text


def test_what_proved_right_is_a_label_and_its_evidence_features(
    own: Settings, bundle: Bundle
) -> None:
    log = SpooledLog(own)
    with client_of("asgi", own, bundle, log) as client:
        right, corrected, accepted = (
            client.post("/v1/assessments", json=ASKED).json()["id"] for _ in range(3)
        )
        say(client, right, problem="arbovirus", verdict="confirmed", answer_code="dengue")
        say(client, accepted, problem="arbovirus", verdict="accepted")
        log.carry()
    result = build_changed(own, Silent())
    assert result.nodes > 0
    assert ask(own, LABELS) == [{"problem": "arbovirus", "label": "dengue", "role": "validation"}]
    assert ask(own, EVIDENCE) == [
        {"code": "fever", "value": 1},
        {"code": "headache", "value": 0},
        {"code": "heart_rate_per_min", "value": 96},
    ]
    assert ask(own, FEATURES) == [{"fever": 1, "headache": 0}]
    assert ask(own, PERSONS) == [{"age_years": 34, "is_female": True, "in_order": True}]
    # A model does not learn from words on its own answers unless somebody decides that it should.
    assert ask(own, SPINES) == [{"learned": 0}]
    assert build_changed(own, Silent()).nodes == 0

    with client_of("asgi", own, bundle, log) as client:
        say(
            client, right, problem="arbovirus", verdict="overridden", answer_code="chikungunya",
            reason="other_evidence",
        )  # fmt: skip
        say(client, corrected, problem="severity", verdict="confirmed", answer_code="level_2")
        log.carry()
    build_changed(own, Silent())
    assert [(row["problem"], row["label"]) for row in ask(own, LABELS)] == [
        ("arbovirus", "chikungunya"),
        ("severity", "level_2"),
    ]
    # Visits that came meanwhile leave what was asked here as it is.
    land_rows(own, "ktas", 260)
    build_changed(own, Silent())
    counted = {row["problem"]: row["count_confirmed"] for row in ask(own, RIGHT)}
    assert counted == {"arbovirus": 1, "severity": 1}
    changed = everything(own)
    build_all(own, Silent())
    assert everything(own) == changed
