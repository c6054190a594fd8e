"""Each red flag is raised by what its source names, by nothing less, and never by silence."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.red_flags.conditions import points
from api.red_flags.rules import Rule, _of_measurements, in_question, rules
from ml.serving.predict import Evidence

ROOT = Path(__file__).resolve().parents[2]

# For each rule: the least that raises it, and the same with one thing short.
CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "no_response": ({"obs": {"consciousness_avpu": 3}}, {"obs": {"consciousness_avpu": 2}}),
    "airway": ({"signs": ["stridor"]}, {"signs": ["cough"]}),
    "low_oxygen": (
        {"obs": {"oxygen_saturation_pct": 89.9}},
        {"obs": {"oxygen_saturation_pct": 90}},
    ),
    "low_pressure": (
        {"age": 4, "obs": {"systolic_bp_mmhg": 77.9}},
        {"age": 4, "obs": {"systolic_bp_mmhg": 78}},
    ),
    "sepsis": (
        {
            "signs": ["fever"],
            "obs": {"respiratory_rate_per_min": 22, "systolic_bp_mmhg": 100},
        },
        {"signs": ["fever"], "obs": {"respiratory_rate_per_min": 22, "systolic_bp_mmhg": 101}},
    ),
    "fever_petechiae": ({"signs": ["fever", "petechiae"]}, {"signs": ["petechiae"]}),
    "young_infant_fever": (
        {"age": 0.2, "obs": {"temperature_c": 38}},
        {"age": 0.25, "obs": {"temperature_c": 38}},
    ),
    "stroke": ({"signs": ["facial_weakness_one_side"]}, {"signs": ["dizziness"]}),
    "acute_coronary": ({"signs": ["chest_pain", "sweating"]}, {"signs": ["chest_pain"]}),
    "aortic_dissection": ({"signs": ["pain_tearing", "back_pain"]}, {"signs": ["back_pain"]}),
    "anaphylaxis": ({"signs": ["hives", "wheezing"]}, {"signs": ["wheezing"]}),
    "bleeding": ({"signs": ["black_stools", "pallor"]}, {"signs": ["black_stools"]}),
    "hypertensive_emergency": (
        {"signs": ["confusion"], "obs": {"diastolic_bp_mmhg": 120}},
        {"signs": ["confusion"], "obs": {"diastolic_bp_mmhg": 119}},
    ),
    "pregnancy_danger": (
        {"signs": ["pregnancy"], "obs": {"systolic_bp_mmhg": 160}},
        {"signs": ["pregnancy"], "obs": {"systolic_bp_mmhg": 159}},
    ),
    "poisoning": ({"signs": ["harmful_ingestion"]}, {"signs": ["vomiting"]}),
    "shock_index": (
        {"age": 40, "obs": {"heart_rate_per_min": 100, "systolic_bp_mmhg": 100}},
        {"age": 40, "obs": {"heart_rate_per_min": 99, "systolic_bp_mmhg": 100}},
    ),
    "dengue_warning": (
        {"signs": ["fever", "myalgia", "vomiting"]},
        {"signs": ["fever", "vomiting"]},
    ),
    "news2_high": (
        {
            "age": 16,
            "obs": {
                "respiratory_rate_per_min": 25,
                "heart_rate_per_min": 111,
                "temperature_c": 39.1,
            },
        },
        {
            "age": 16,
            "obs": {"respiratory_rate_per_min": 25, "heart_rate_per_min": 111, "temperature_c": 39},
        },
    ),
    "news2_medium": (
        {"age": 16, "obs": {"respiratory_rate_per_min": 25, "heart_rate_per_min": 111}},
        {"age": 16, "obs": {"respiratory_rate_per_min": 25, "heart_rate_per_min": 110}},
    ),
    "seizure": ({"signs": ["seizure"]}, {"signs": ["syncope"]}),
    "self_harm": ({"signs": ["suicidal_ideation"]}, {"signs": ["depressive_symptoms"]}),
}
BY_CODE = {rule.code: rule for rule in rules()}


def evidence(
    *,
    age: float | None = None,
    signs: Sequence[str] = (),
    obs: Mapping[str, float] | None = None,
) -> Evidence:
    return Evidence(
        age_years=age, is_female=None, observations=obs or {}, signs=dict.fromkeys(signs, True)
    )


def test_every_rule_has_a_case() -> None:
    assert set(CASES) == set(BY_CODE)


@pytest.mark.parametrize("code", sorted(CASES))
def test_a_rule_is_raised_by_its_criterion_and_not_by_less(code: str) -> None:
    enough, less = CASES[code]
    assert BY_CODE[code].reasons(evidence(**enough))
    assert BY_CODE[code].reasons(evidence(**less)) == ()


@pytest.mark.parametrize("code", sorted(CASES))
def test_an_absent_or_unknown_sign_raises_nothing(code: str) -> None:
    signs = CASES[code][0].get("signs", [])
    absent = Evidence(
        age_years=40, is_female=None, observations={}, signs=dict.fromkeys(signs, False)
    )
    assert BY_CODE[code].reasons(absent) == ()
    assert BY_CODE[code].reasons(evidence()) == ()


def test_a_rule_for_adults_is_not_raised_for_a_child() -> None:
    signs = ["chest_pain", "sweating"]
    assert BY_CODE["acute_coronary"].reasons(evidence(age=8, signs=signs)) == ()
    assert BY_CODE["acute_coronary"].reasons(evidence(age=None, signs=signs))


def test_a_rule_for_infants_needs_the_age() -> None:
    assert BY_CODE["young_infant_fever"].reasons(evidence(obs={"temperature_c": 39})) == ()


@pytest.mark.parametrize(
    ("age", "limit"), [(0.5, 70), (1, 72), (5, 80), (10, 90), (60, 90), (None, 70)]
)
def test_low_pressure_follows_the_age(age: float | None, limit: float) -> None:
    low = BY_CODE["low_pressure"]
    assert low.reasons(evidence(age=age, obs={"systolic_bp_mmhg": limit - 0.1}))
    assert low.reasons(evidence(age=age, obs={"systolic_bp_mmhg": limit})) == ()


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.code)
def test_a_rule_asks_only_for_what_the_vocabulary_can_say(rule: Rule) -> None:
    seeds = ROOT / "dbt_project/seeds/vocabulary"
    known = {
        row["code"]
        for name in ("symptoms.csv", "observations.csv")
        for row in csv.DictReader((seeds / name).read_text("utf-8").splitlines())
    }
    asked = {code for group in rule.groups for part in group.of for code in part.reads}
    assert asked <= known


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.code)
def test_a_rule_is_explained_in_the_reference(rule: Rule) -> None:
    reference = (ROOT / "docs/reference/red-flags.md").read_text(encoding="utf-8")
    for text in (rule.code, rule.label["en"], rule.misleads["en"], rule.source.url):
        assert text in reference


# Least and greatest value with so many points, from chart 1 of the score.
NEWS2 = {
    "respiratory_rate_per_min": [(4, 8, 3), (9, 11, 1), (12, 20, 0), (21, 24, 2), (25, 80, 3)],
    "oxygen_saturation_pct": [(50, 91, 3), (92, 93, 2), (94, 95, 1), (96, 100, 0)],
    "on_supplemental_oxygen": [(0, 0, 0), (1, 1, 2)],
    "systolic_bp_mmhg": [(40, 90, 3), (91, 100, 2), (101, 110, 1), (111, 219, 0), (220, 300, 3)],
    "heart_rate_per_min": [
        (20, 40, 3), (41, 50, 1), (51, 90, 0), (91, 110, 1), (111, 130, 2), (131, 250, 3),
    ],
    "consciousness_avpu": [(0, 0, 0), (1, 3, 3)],
    "temperature_c": [(30, 35, 3), (35.1, 36, 1), (36.1, 38, 0), (38.1, 39, 1), (39.1, 43, 2)],
}  # fmt: skip


@pytest.mark.parametrize("code", NEWS2)
def test_each_vital_sign_has_the_points_of_the_chart(code: str) -> None:
    for least, greatest, expected in NEWS2[code]:
        for value in (least, greatest):
            assert points(code, value) == expected


@given(st.fixed_dictionaries({}, optional={c: st.sampled_from(b) for c, b in NEWS2.items()}))
def test_news2_is_raised_by_the_sum_of_what_is_known(bands: dict[str, Any]) -> None:
    total = sum(expected for *_, expected in bands.values())
    told = evidence(age=60, obs={code: least for code, (least, *_) in bands.items()})
    raised = {rule.code for rule in in_question(told) if rule.reasons(told)}
    assert ("news2_high" in raised) == (total >= 7)
    assert ("news2_medium" in raised) == (5 <= total <= 6)
    because = {code for code, (*_, expected) in bands.items() if expected}
    assert set(BY_CODE["news2_high"].reasons(told)) == (because if total >= 7 else set())


def test_news2_is_not_for_children() -> None:
    fast = {"respiratory_rate_per_min": 40.0, "heart_rate_per_min": 140.0, "temperature_c": 39.5}
    assert BY_CODE["news2_high"].reasons(evidence(age=2, obs=fast)) == ()
    assert BY_CODE["news2_high"].reasons(evidence(age=20, obs=fast))


def test_flags_come_with_the_answer_emergencies_first(client: httpx.Client) -> None:
    asked = {
        "age_years": 50,
        "evidence": [{"code": "fever", "state": "present"}],
        "observations": {
            "heart_rate_per_min": 120,
            "systolic_bp_mmhg": 85,
            "respiratory_rate_per_min": 26,
        },
        "language": "es",
    }
    raised = client.post("/v1/assessments", json=asked).json()["red_flags"]
    assert [flag["code"] for flag in raised] == [
        "low_pressure", "sepsis", "news2_high", "shock_index",
    ]  # fmt: skip
    sepsis = raised[1]
    assert sepsis["level"] == "emergency"
    assert sepsis["because"] == ["Fiebre", "Frecuencia respiratoria", "Presión sistólica"]
    assert sepsis["source"]["url"] == "https://doi.org/10.1001/jama.2016.0287"


def test_without_danger_none_is_raised(client: httpx.Client) -> None:
    asked = {"evidence": [{"code": "cough", "state": "present"}]}
    assert client.post("/v1/assessments", json=asked).json()["red_flags"] == []


def test_the_rules_can_be_read(no_models: httpx.Client) -> None:
    told = no_models.get("/v1/red-flags").json()
    assert {rule["code"] for rule in told} == set(BY_CODE)
    assert all(set(rule["label"]) == {"es", "en"} for rule in told)


READ = sorted({c for rule in rules() for g in rule.groups for one in g.of for c in one.reads})
# What a rule says of a measurement changes at these, and just beyond.
EDGES = sorted({edge for pieces in _of_measurements().values() for edge in pieces.edges})
VALUES = st.floats(0, 250) | st.integers(0, 5).map(float) | st.sampled_from(EDGES)


@given(
    st.none() | st.floats(0, 120),
    st.dictionaries(st.sampled_from(READ), VALUES, max_size=12),
    st.dictionaries(st.sampled_from(READ), st.booleans(), max_size=12),
)
def test_no_rule_that_holds_is_left_unasked(
    age: float | None, numbers: dict[str, float], signs: dict[str, bool]
) -> None:
    evidence = Evidence(age_years=age, observations=numbers, signs=signs)
    asked = {rule.code for rule in in_question(evidence)}
    assert {rule.code for rule in rules() if rule.reasons(evidence)} <= asked
