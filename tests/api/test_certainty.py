"""What is said of how sure an answer is: the set, strange patients, another prevalence."""

from dataclasses import replace
from typing import Any

import httpx
import pytest

from ml.serving.bundle import Bundle
from tests.api.conftest import client_of
from tests.api.refusals import details, refuse
from tests.api.test_assessments import PATIENT, ask, one
from tests.api.test_fhir import ask as ask_fhir
from tests.api.test_fhir import condition, measured
from warehouse.settings import Settings

RARE = {"dengue": 0.05, "chikungunya": 0.01, "other_disease": 0.94}
JOINTS: dict[str, Any] = {
    "evidence": [
        {"code": code, "state": "present"} for code in ("joint_pain", "arthritis", "rash", "fever")
    ],
    "problems": ["arbovirus"],
}
BEYOND = {"observations": {"heart_rate_per_min": 249, "respiratory_rate_per_min": 79}}


def warned(answer: dict[str, Any], code: str) -> list[str]:
    return [w["problem"] for w in answer["warnings"] if w["code"] == code]


def test_every_answer_has_the_set_that_cannot_be_ruled_out(client: httpx.Client) -> None:
    for answer in ask(client, PATIENT)["answers"]:
        ranked = [option["code"] for option in answer["ranked"]]
        told = answer["set"]
        assert told["codes"] == [code for code in ranked if code in told["codes"]]
        assert told["coverage"] == 0.9
        (rare,) = told["never_ruled_out"]
        assert rare in told["codes"]


def test_a_strange_patient_is_said_so_and_never_answered_confidently(client: httpx.Client) -> None:
    very_ill = {"consciousness_avpu": 3, "systolic_bp_mmhg": 60}
    familiar = ask(client, {"observations": very_ill})
    strange = ask(client, {"observations": {**very_ill, **BEYOND["observations"]}})
    assert one(familiar, "severity")["is_confident"]
    assert not one(familiar, "severity")["is_strange"]
    assert not warned(familiar, "strange")
    severity = one(strange, "severity")
    assert severity["ranked"][0]["probability"] > severity["model"]["confident"]["threshold"]
    assert severity["is_strange"]
    assert severity["strangeness"]["score"] > severity["strangeness"]["limit"]
    assert severity["strangeness"]["false_alarms"] == 0.02
    assert (severity["is_confident"], severity["answer"]) == (False, None)
    assert warned(strange, "strange") == ["severity"]


def test_nothing_that_a_model_reads_is_not_strange_to_it(client: httpx.Client) -> None:
    told = one(ask(client, {"evidence": [{"code": "heartburn", "state": "present"}]}), "severity")
    assert (told["is_strange"], told["strangeness"]["score"]) == (False, 0)


def test_another_prevalence_reweights_the_answer_and_takes_its_confidence(
    client: httpx.Client,
) -> None:
    learned = one(ask(client, JOINTS), "arbovirus")
    rare = one(ask(client, {**JOINTS, "prevalence": {"arbovirus": RARE}}), "arbovirus")
    assert learned["prevalence"] is None
    assert learned["is_confident"]
    assert rare["prevalence"] == RARE
    assert not rare["is_confident"]
    before, after = ({o["code"]: o["probability"] for o in a["ranked"]} for a in (learned, rare))
    assert after["chikungunya"] < before["chikungunya"]
    assert sum(after.values()) == pytest.approx(1)
    # Nine in ten of each answer's own patients, however many they are.
    assert set(rare["set"]["codes"]) == set(learned["set"]["codes"])


def test_the_reasons_are_those_of_the_answer_that_is_first_there(client: httpx.Client) -> None:
    told = one(ask(client, {**JOINTS, "prevalence": {"arbovirus": RARE}}), "arbovirus")
    reasons = [*told["reasons_for"], *told["reasons_against"]]
    total = told["log_odds_start"] + sum(reason["log_odds"] for reason in reasons)
    assert total == pytest.approx(told["log_odds"], abs=1e-9)


def test_rounded_shares_are_made_to_add_up(client: httpx.Client) -> None:
    thirds = dict.fromkeys(RARE, 0.333)
    told = one(ask(client, {**JOINTS, "prevalence": {"arbovirus": thirds}}), "arbovirus")
    assert sum(told["prevalence"].values()) == pytest.approx(1)
    same = {o["code"]: o["probability"] for o in one(ask(client, JOINTS), "arbovirus")["ranked"]}
    found = {o["code"]: o["probability"] for o in told["ranked"]}
    assert found == pytest.approx(same, abs=1e-5)


def test_an_artificial_balance_is_said_until_a_prevalence_is_given(client: httpx.Client) -> None:
    assert warned(ask(client, PATIENT), "artificial_balance") == ["arbovirus"]
    stated = {**PATIENT, "prevalence": {"arbovirus": RARE}}
    assert warned(ask(client, stated), "artificial_balance") == []


@pytest.mark.parametrize(
    ("shares", "place", "code"),
    [
        ({"malaria": {"yes": 1}}, "#/prevalence/malaria", "unknown_problem"),
        ({"arbovirus": {}}, "#/prevalence/arbovirus", "missing_share"),
        (
            {"arbovirus": {**RARE, "dengu": 0.1}},
            "#/prevalence/arbovirus/dengu",
            "unknown_share",
        ),
        (
            {"arbovirus": {"dengue": 0.5, "chikungunya": 0.5, "other_disease": 0}},
            "#/prevalence/arbovirus/other_disease",
            "not_share",
        ),
        ({"arbovirus": {**RARE, "dengue": 0.5}}, "#/prevalence/arbovirus", "shares_sum"),
        ({"arbovirus": {**RARE, "dengue": "0.05"}}, "#/prevalence/arbovirus/dengue", "not_number"),
        ({"arbovirus": 0.5}, "#/prevalence/arbovirus", "not_object"),
    ],
)
@pytest.mark.parametrize("language", ["es", "en"])
def test_a_prevalence_that_cannot_be_is_refused_by_name(
    client: httpx.Client, shares: dict[str, Any], place: str, code: str, language: str
) -> None:
    body = {**JOINTS, "prevalence": shares, "language": language}
    problem = refuse(client, body)
    assert place in details(problem)
    assert code in {error["code"] for error in problem["errors"]}


def test_an_older_model_says_nothing_of_it_and_cannot_be_reweighted(
    way: str, api_settings: Settings, bundle: Bundle
) -> None:
    nothing = {"asking": None, "conformal": None, "familiar": None}
    problems = {
        name: replace(
            p, about=p.about.model_copy(update=nothing), familiarity=None, likelihoods=None
        )
        for name, p in bundle.problems.items()
    }
    with client_of(way, api_settings, replace(bundle, problems=problems)) as client:
        told = one(ask(client, JOINTS), "arbovirus")
        refused = refuse(client, {**JOINTS, "prevalence": {"arbovirus": RARE}})
    assert told["is_confident"]
    assert [told[name] for name in ("set", "is_strange", "strangeness")] == [None] * 3
    assert [error["code"] for error in refused["errors"]] == ["no_shares"]


def test_the_record_system_is_told_of_doubts_too(client: httpx.Client) -> None:
    fever = ask_fhir(client, measured("8310-5", 39, "Cel"), condition("fever"))
    resources = [entry["resource"] for entry in fever.json()["entry"]]
    (outcome,) = (one for one in resources if one["resourceType"] == "OperationOutcome")
    said = [issue["details"]["text"] for issue in outcome["issue"]]
    assert [
        text for text in said if text.startswith("arbovirus: The model learned from equally many")
    ]


EITHER: dict[str, Any] = {
    "evidence": [
        {"code": code, "state": "present"}
        for code in ("fever", "joint_pain", "myalgia", "headache")
    ],
}


def test_where_no_disease_can_be_said_ill_or_not_may_be(client: httpx.Client) -> None:
    told = one(ask(client, {**EITHER, "language": "en"}), "arbovirus")
    shares = {option["code"]: option["probability"] for option in told["ranked"]}
    assert (told["is_confident"], told["answer"]) == (False, None)
    assert told["broader"] == {
        "code": "ill",
        "label": "Dengue or chikungunya",
        "classes": ["dengue", "chikungunya"],
        "probability": pytest.approx(shares["dengue"] + shares["chikungunya"]),
        "is_confident": True,
    }
    assert told["model"]["confident_broader"]["precision_by_answer"] == {"ill": 0.88}
    assert told["model"]["confident_broader"]["floors"] == {"not_ill": None}
    assert one(ask(client, EITHER), "severity")["broader"] is None


def test_the_broader_answer_is_in_the_language_asked_for(client: httpx.Client) -> None:
    told = one(ask(client, {**EITHER, "language": "es"}), "arbovirus")
    assert told["broader"]["label"] == "Dengue o chikunguña"


def test_the_risk_in_fhir_says_the_broader_answer_too(client: httpx.Client) -> None:
    answer = ask_fhir(client, *(condition(one["code"]) for one in EITHER["evidence"]))
    risks = [e["resource"] for e in answer.json()["entry"] if "prediction" in e["resource"]]
    notes = [note["text"] for risk in risks for note in risk["note"]]
    assert len([text for text in notes if "Dengue or chikungunya" in text]) == 1
