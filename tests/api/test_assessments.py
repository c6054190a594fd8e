"""What a doctor asks and what comes back, the same directly and through Lambda."""

import math
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from ml.serving.bundle import Bundle
from tests.api.conftest import client_of
from warehouse.settings import Settings

PATIENT: dict[str, Any] = {
    "age_years": 34,
    "sex": "female",
    "observations": {"temperature_c": 38.9, "heart_rate_per_min": 104},
    "evidence": [
        {"code": "fever", "state": "present"},
        {"code": "retro_orbital_pain", "state": "present"},
        {"code": "cough", "state": "absent"},
    ],
}


def ask(client: httpx.Client, body: dict[str, Any], **headers: str) -> dict[str, Any]:
    response = client.post("/v1/assessments", json=body, headers=headers)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def one(answer: dict[str, Any], problem: str) -> dict[str, Any]:
    return next(a for a in answer["answers"] if a["problem"] == problem)


def test_answers_every_question_the_bundle_knows(client: httpx.Client) -> None:
    answer = ask(client, PATIENT)
    assert [a["problem"] for a in answer["answers"]] == [
        "severity",
        "arbovirus",
        "differential",
        "admission",
    ]
    assert uuid.UUID(answer["id"]).version == 4
    age = datetime.now(UTC) - datetime.fromisoformat(answer["created_at"])
    assert timedelta(0) <= age < timedelta(minutes=1)


def test_probabilities_are_ranked_and_add_up_to_one(client: httpx.Client) -> None:
    for answer in ask(client, PATIENT)["answers"]:
        shares = [option["probability"] for option in answer["ranked"]]
        assert shares == sorted(shares, reverse=True)
        assert sum(shares) == pytest.approx(1, abs=1e-5)


def test_only_a_confident_answer_is_given_as_the_answer(client: httpx.Client) -> None:
    unsure = one(ask(client, PATIENT), "severity")
    assert not unsure["is_confident"]
    assert unsure["answer"] is None
    very_ill = {"observations": {"consciousness_avpu": 3, "systolic_bp_mmhg": 60}}
    sure = one(ask(client, very_ill), "severity")
    assert sure["is_confident"]
    assert sure["answer"] == sure["ranked"][0]
    assert sure["answer"]["code"] == "level_1"
    assert sure["answer"]["severity"] == 1


def test_reasons_say_what_was_given_and_which_way_it_works(client: httpx.Client) -> None:
    answer = one(ask(client, PATIENT), "arbovirus")
    assert answer["ranked"][0]["code"] == "dengue"
    reasons = {reason["code"]: reason for reason in answer["reasons_for"]}
    eyes = reasons["retro_orbital_pain"]
    assert (eyes["state"], eyes["value"]) == ("present", None)
    assert eyes["log_odds"] > 0
    age = reasons["age_years"]
    assert (age["state"], age["value"], age["unit"]) == (None, 34, "años")
    assert all(reason["log_odds"] < 0 for reason in answer["reasons_against"])


def test_the_reasons_of_every_answer_add_up(client: httpx.Client) -> None:
    for answer in ask(client, PATIENT)["answers"]:
        reasons = [*answer["reasons_for"], *answer["reasons_against"]]
        told = sum(reason["log_odds"] for reason in reasons)
        assert reasons
        assert answer["log_odds_start"] + told == pytest.approx(answer["log_odds"], abs=1e-9)
        shown = answer["ranked"][0]["probability"]
        assert answer["log_odds"] == pytest.approx(math.log(shown / (1 - shown)), abs=0.01)


def test_every_answer_says_what_to_ask_next(client: httpx.Client) -> None:
    answers = ask(client, {**PATIENT, "language": "en"})["answers"]
    given = {item["code"] for item in PATIENT["evidence"]} | set(PATIENT.get("observations", {}))
    for answer in answers:
        questions = answer["ask_next"]
        assert len(questions) <= 3
        assert not {question["code"] for question in questions} & given
        bits = [question["bits"] for question in questions]
        assert bits == sorted(bits, reverse=True)
    first = one({"answers": answers}, "differential")["ask_next"][0]
    assert not first["is_measured"]
    assert first["label"] != first["code"]


def test_what_is_left_out_is_unknown_never_absent(client: httpx.Client) -> None:
    fever = {"code": "fever", "state": "present"}
    base = {"age_years": 34, "evidence": [fever]}
    unknown = {"age_years": 34, "evidence": [fever, {"code": "rash", "state": "unknown"}]}
    absent = {"age_years": 34, "evidence": [fever, {"code": "rash", "state": "absent"}]}
    ranked = [one(ask(client, body), "arbovirus")["ranked"] for body in (base, unknown, absent)]
    assert ranked[0] == ranked[1]
    assert ranked[0] != ranked[2]


def test_ages_over_89_count_as_90_as_in_training(client: httpx.Client) -> None:
    at = {age: one(ask(client, {"age_years": age}), "admission")["ranked"] for age in (89, 90, 104)}
    assert at[90] == at[104]
    assert at[89] != at[90]


def test_the_model_behind_each_answer_is_named(client: httpx.Client) -> None:
    model = one(ask(client, PATIENT), "severity")["model"]
    assert model["origin"] == "synthetic"
    assert model["sources"] == ["ktas", "yale_triage"]
    assert model["metrics"]["auc_roc"] == 0.8
    assert model["confident"]["precision"] == 0.9


@pytest.mark.parametrize(("language", "word"), [("es", "SINTÉTICOS"), ("en", "SYNTHETIC")])
def test_synthetic_data_are_said_so_in_the_language_asked(
    client: httpx.Client, language: str, word: str
) -> None:
    answer = ask(client, {**PATIENT, "language": language})
    warned = {w["problem"] for w in answer["warnings"] if w["code"] == "synthetic"}
    assert warned == {"severity", "arbovirus", "differential", "admission"}
    assert all(word in w["message"] for w in answer["warnings"] if w["code"] == "synthetic")


def test_public_data_of_simulated_patients_are_said_so(
    way: str, api_settings: Settings, bundle: Bundle
) -> None:
    problems = {
        name: replace(p, about=p.about.model_copy(update={"origin": "public"}))
        for name, p in bundle.problems.items()
    }
    with client_of(way, api_settings, replace(bundle, problems=problems)) as client:
        warnings = ask(client, PATIENT)["warnings"]
    assert [(w["code"], w["problem"]) for w in warnings if w["problem"]] == [
        ("artificial_balance", "arbovirus"),
        ("simulated", "differential"),
    ]


def test_a_question_nothing_bears_on_is_warned_of(client: httpx.Client) -> None:
    answer = ask(client, {"evidence": [{"code": "heartburn", "state": "present"}]})
    warned = {w["problem"] for w in answer["warnings"] if w["code"] == "nothing_used"}
    assert warned == {"severity", "arbovirus", "admission"}


def test_what_no_model_uses_is_named(client: httpx.Client) -> None:
    answer = ask(client, {"age_years": 5, "sex": "male", "observations": {"temperature_c": 37}})
    (warning,) = [w for w in answer["warnings"] if w["code"] == "not_used"]
    assert warning["message"].endswith("Temperatura, Sexo.")
    assert warning["problem"] is None


def test_only_the_questions_asked_are_answered(client: httpx.Client) -> None:
    asked = {**PATIENT, "problems": ["admission", "arbovirus", "admission"]}
    answer = ask(client, asked)
    assert [a["problem"] for a in answer["answers"]] == ["admission", "arbovirus"]


@pytest.mark.parametrize(
    ("header", "body", "expected"),
    [
        (None, None, "es"),
        ("en", None, "en"),
        ("en-GB,es;q=0.5", None, "en"),
        ("fr,es;q=0.2,en;q=0.9", None, "en"),
        ("en;q=0, es;q=0.1", None, "es"),
        ("de", None, "es"),
        ("en", "es", "es"),
        ("es", "en", "en"),
        (";;q=,", None, "es"),
    ],
)
def test_the_body_decides_the_language_then_the_header_then_the_setting(
    client: httpx.Client, header: str | None, body: str | None, expected: str
) -> None:
    headers = {"Accept-Language": header} if header else {}
    given = {"age_years": 30, **({"language": body} if body else {})}
    response = client.post("/v1/assessments", json=given, headers=headers)
    assert response.json()["language"] == expected
    assert response.headers["content-language"] == expected
    assert ("does not replace" in response.json()["disclaimer"]) == (expected == "en")


def test_an_assessment_is_never_kept_by_a_cache(client: httpx.Client) -> None:
    response = client.post("/v1/assessments", json=PATIENT)
    assert response.headers["cache-control"] == "no-store"
