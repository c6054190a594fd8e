"""A named patient brings history along; what the doctor says wins; nobody is kept by name."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.access import keys
from api.access.check import key_file
from api.history.rows import DatabaseReader
from api.log.entries import SpooledLog
from ml.serving.bundle import Bundle
from ml.serving.serving_plan import Row, ServedView, ServingPlan
from tests.api.conftest import client_of
from warehouse.errors import DatabaseAway
from warehouse.hash_key import hash_key, token, write_secret
from warehouse.hash_key import key_file as hash_key_file
from warehouse.settings import Settings

WHO = "CC 1.098.765.432"
PATIENT = {"source": "north", "identifier": WHO}
SEEN = datetime(2026, 1, 31, 12, 0, 0, 1, tzinfo=UTC)
PLAN = ServingPlan(
    service="history",
    key="patient_id",
    views=(
        ServedView(
            name="conditions",
            relation=("features", "conditions"),
            event_time="event_timestamp",
            created="created_at",
            ttl_seconds=0,
            columns={"heart_failure": "heart_failure"},
        ),
    ),
)
ROWS = {
    "conditions": Row(SEEN, {"heart_failure": 1, "diabetes": 0, "asthma": None}),
    "vitals": Row(SEEN, {"heart_rate_per_min": 88.0, "diastolic_bp_mmhg": 70.0}),
    "visits": Row(SEEN, {"visits_30_days": 2, "last_severity_level": None}),
}


class Known:
    """A store that remembers one patient, by the hash of the identifier alone."""

    def __init__(self, patient_id: str, rows: Mapping[str, Row] | None) -> None:
        self.patient_id = patient_id
        self.rows = rows

    async def read(self, plan: ServingPlan, patient_id: str) -> Mapping[str, Row]:
        assert plan is PLAN
        if self.rows is None:
            raise DatabaseAway("The database does not answer")
        return self.rows if patient_id == self.patient_id else {}

    def close(self) -> None:
        pass


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", offline=True)


@pytest.fixture
def known(settings: Settings) -> Known:
    return Known(f"north-{token(WHO, hash_key(settings))}", ROWS)


@pytest.fixture
def asked(
    way: str, settings: Settings, bundle: Bundle, known: Known
) -> Iterator[tuple[httpx.Client, SpooledLog]]:
    log = SpooledLog(settings)
    with client_of(way, settings, replace(bundle, history=PLAN), log, known) as client:
        yield client, log


def batch(client: httpx.Client, *given: Mapping[str, object]) -> list[dict[str, Any]]:
    sent = "".join(json.dumps(one) + "\n" for one in given)
    headers = {"Content-Type": "application/x-ndjson"}
    answer = client.post("/v1/assessments/batch", content=sent, headers=headers)
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


def ask(asked: tuple[httpx.Client, SpooledLog], **given: object) -> dict[str, Any]:
    answer = asked[0].post("/v1/assessments", json={"language": "en", **given})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def probabilities(answer: Mapping[str, Any]) -> list[dict[str, float]]:
    return [{o["code"]: o["probability"] for o in one["ranked"]} for one in answer["answers"]]


def test_history_counts_as_if_the_doctor_had_typed_it(
    asked: tuple[httpx.Client, SpooledLog],
) -> None:
    told = ask(asked, age_years=70, patient=PATIENT)
    assert told["history"]["status"] == "found"
    assert {(one["code"], one["state"], one["value"]) for one in told["history"]["evidence"]} == {
        ("heart_failure", "present", None),
        ("diabetes", "absent", None),
        ("heart_rate_per_min", None, 88.0),
        ("diastolic_bp_mmhg", None, 70.0),
    }
    assert {one["known_at"] for one in told["history"]["evidence"]} == {"2026-01-31T12:00:00Z"}
    assert told["history"]["features"] == {"visits_30_days": 2.0, "last_severity_level": None}
    typed = ask(
        asked,
        age_years=70,
        observations={"heart_rate_per_min": 88.0, "diastolic_bp_mmhg": 70.0},
        evidence=[
            {"code": "heart_failure", "state": "present"},
            {"code": "diabetes", "state": "absent"},
        ],
    )
    assert typed["history"] is None
    assert probabilities(told) == probabilities(typed)
    assert probabilities(told) != probabilities(ask(asked, age_years=70))


def test_what_the_doctor_gives_wins(asked: tuple[httpx.Client, SpooledLog]) -> None:
    given = {
        "observations": {"heart_rate_per_min": 130, "systolic_bp_mmhg": 60},
        "evidence": [{"code": "heart_failure", "state": "absent"}],
    }
    told = ask(asked, patient=PATIENT, **given)
    # The other half of a pressure that was measured today is not that of another day.
    assert [one["code"] for one in told["history"]["evidence"]] == ["diabetes"]
    given["evidence"].append({"code": "diabetes", "state": "absent"})  # type: ignore[attr-defined]
    assert probabilities(told) == probabilities(ask(asked, **given))


def test_a_patient_alone_is_enough_if_something_is_remembered(
    asked: tuple[httpx.Client, SpooledLog], known: Known
) -> None:
    assert ask(asked, patient=PATIENT)["history"]["status"] == "found"
    known.rows = {}
    refused = asked[0].post("/v1/assessments", json={"patient": PATIENT})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["code"] == "nothing_given"


def test_somebody_else_has_no_history(asked: tuple[httpx.Client, SpooledLog]) -> None:
    told = ask(asked, age_years=70, patient={**PATIENT, "identifier": WHO + "1"})
    assert told["history"] == {"status": "not_found", "evidence": [], "features": {}}
    assert "no_history" not in [one["code"] for one in told["warnings"]]


def test_with_the_store_away_the_answer_is_given_and_says_so(
    asked: tuple[httpx.Client, SpooledLog], known: Known
) -> None:
    known.rows = None
    told = ask(asked, age_years=70, patient=PATIENT)
    assert told["history"]["status"] == "away"
    assert "no_history" in [one["code"] for one in told["warnings"]]
    assert probabilities(told) == probabilities(ask(asked, age_years=70))


def test_a_column_that_became_text_is_named_and_nothing_of_it_is_used(
    asked: tuple[httpx.Client, SpooledLog], known: Known, caplog: pytest.LogCaptureFixture
) -> None:
    known.rows = {**ROWS, "vitals": Row(SEEN, {"heart_rate_per_min": "88"})}
    told = ask(asked, age_years=70, patient=PATIENT)
    assert told["history"] == {"status": "away", "evidence": [], "features": {}}
    assert "vitals.heart_rate_per_min holds str and should hold a number" in caplog.text


def test_the_hash_does_as_well_as_the_number(
    asked: tuple[httpx.Client, SpooledLog], known: Known
) -> None:
    hashed = {"source": "north", "identifier": known.patient_id.removeprefix("north-")}
    assert ask(asked, patient=hashed)["history"] == ask(asked, patient=PATIENT)["history"]


def test_neither_number_nor_hash_is_kept_or_given_back(
    asked: tuple[httpx.Client, SpooledLog],
    known: Known,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level("DEBUG")
    answers = [ask(asked, age_years=70, patient=PATIENT)]
    known.rows = None
    answers.append(ask(asked, age_years=70, patient=PATIENT))
    asked[0].post("/v1/assessments", json={"patient": {**PATIENT, "identifer": WHO}})
    asked[1].spool.finish()
    kept = "".join(
        path.read_text("utf-8") for path in settings.home.rglob("*") if path.suffix != ".key"
        and path.is_file()
    )  # fmt: skip
    printed = capfd.readouterr()
    said = [kept, caplog.text, printed.out, printed.err, json.dumps(answers)]
    for secret in (WHO, known.patient_id, known.patient_id.removeprefix("north-")):
        assert not [text for text in said if secret in text]
    assert "assessments" in kept


def test_a_clinic_s_key_opens_its_own_patients_alone(
    way: str, settings: Settings, bundle: Bundle, known: Known
) -> None:
    guarded = settings.model_copy(update={"access": "keys"})
    whole = replace(bundle, history=PLAN)
    for clinic, status in (("north", 200), ("south", 422)):
        text = keys.issue(key_file(guarded), clinic, ["assess"], 1)[1]
        with client_of(way, guarded, whole, reader=known) as client:
            answer = client.post(
                "/v1/assessments",
                json={"age_years": 70, "patient": PATIENT},
                headers={"Authorization": f"Bearer {text}"},
            )
        assert answer.status_code == status
        if status == 422:
            (error,) = answer.json()["errors"]
            assert (error["pointer"], error["code"]) == ("#/patient/source", "not_own_patient")


def test_the_patients_of_a_file_are_remembered_too(
    asked: tuple[httpx.Client, SpooledLog],
) -> None:
    named = {"age_years": 70, "language": "en", "patient": PATIENT}
    alone = ask(asked, **named)
    lines = batch(asked[0], named, {"age_years": 70}, named)
    assert lines[0]["assessment"]["history"] == alone["history"]
    assert lines[0]["assessment"]["answers"] == alone["answers"]
    assert lines[1]["assessment"]["history"] is None
    assert lines[2]["assessment"]["history"] == alone["history"]


def test_a_file_waits_for_a_store_that_is_away_once(
    asked: tuple[httpx.Client, SpooledLog], known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[str] = []

    async def away(plan: ServingPlan, patient_id: str) -> Mapping[str, Row]:
        waited.append(patient_id)
        raise DatabaseAway("The database does not answer")

    monkeypatch.setattr(known, "read", away)
    lines = batch(asked[0], *[{"age_years": 70, "patient": PATIENT}] * 3)
    assert [one["assessment"]["history"]["status"] for one in lines] == ["away"] * 3
    assert len(waited) == 1


def test_a_line_that_names_another_clinic_s_patient_is_refused(
    way: str, settings: Settings, bundle: Bundle, known: Known
) -> None:
    guarded = settings.model_copy(update={"access": "keys"})
    text = keys.issue(key_file(guarded), "south", ["assess"], 1)[1]
    with client_of(way, guarded, replace(bundle, history=PLAN), reader=known) as client:
        client.headers["Authorization"] = f"Bearer {text}"
        refused, answered = batch(client, {"age_years": 70, "patient": PATIENT}, {"age_years": 70})
    assert refused["refused"]["errors"][0]["code"] == "not_own_patient"
    assert "assessment" in answered


def test_a_bundle_without_a_plan_and_a_home_without_a_key_are_no_reason_to_refuse(
    way: str, tmp_path: Path, bundle: Bundle, known: Known
) -> None:
    bare = Settings(home=tmp_path / "bare", offline=True)
    for history in (None, PLAN):
        with client_of(way, bare, replace(bundle, history=history), reader=known) as client:
            told = client.post("/v1/assessments", json={"age_years": 70, "patient": PATIENT})
        assert told.json()["history"]["status"] == "away"
    assert not (bare.home / "hash.key").exists()


def test_a_rotated_key_is_taken_up_while_serving(
    asked: tuple[httpx.Client, SpooledLog], settings: Settings, known: Known
) -> None:
    assert ask(asked, age_years=70, patient=PATIENT)["history"]["status"] == "found"
    rotated, place = hash_key(settings) + b"\nanother line", hash_key_file(settings)
    write_secret(place.with_name("next"), rotated)
    place.with_name("next").replace(place)
    assert ask(asked, age_years=70, patient=PATIENT)["history"]["status"] == "not_found"
    known.patient_id = f"north-{token(WHO, rotated)}"
    assert ask(asked, age_years=70, patient=PATIENT)["history"]["status"] == "found"


def test_a_database_that_never_was_is_away(tmp_path: Path) -> None:
    async def twice() -> None:
        reader = DatabaseReader(Settings(home=tmp_path / "nowhere", offline=True))
        for _ in range(2):
            with pytest.raises(DatabaseAway):
                await reader.read(PLAN, "north-0")

    asyncio.run(twice())
