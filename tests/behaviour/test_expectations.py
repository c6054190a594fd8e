"""What a doctor expects of any model: same patient same answer, and signs that work as they do.

Invariance, direction and minimum function (Ribeiro et al. 2020, ACL, "Beyond accuracy").
Averages over many patients are compared, since a single answer may rest on something else.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from ml.problems import PROBLEMS
from ml.serving.bundle import Bundle
from ml.serving.explain import explain
from ml.serving.predict import Evidence, Prediction, predict

pytestmark = [pytest.mark.database, pytest.mark.slow]

CALM: Mapping[str, float] = {
    "heart_rate_per_min": 76,
    "systolic_bp_mmhg": 126,
    "diastolic_bp_mmhg": 78,
    "respiratory_rate_per_min": 16,
    "temperature_c": 36.8,
    "oxygen_saturation_pct": 98,
}
SHOCK: Mapping[str, float] = {
    **CALM,
    "heart_rate_per_min": 138,
    "systolic_bp_mmhg": 76,
    "diastolic_bp_mmhg": 44,
    "respiratory_rate_per_min": 32,
    "oxygen_saturation_pct": 86,
}
AGES = range(20, 90, 10)
COMPLAINTS = ("chest_pain", "dyspnea", "abdominal_pain", "headache", "fever", "back_pain")


def patients(observations: Mapping[str, float]) -> list[Evidence]:
    """People of many ages and complaints, otherwise alike."""
    return [
        Evidence(age, bool(i % 2), dict(observations), {complaint: True})
        for i, age in enumerate(AGES)
        for complaint in COMPLAINTS
    ]


def mean(bundle: Bundle, problem: str, people: list[Evidence], code: str) -> float:
    return float(np.mean([predict(bundle, problem, one).probabilities[code] for one in people]))


def mean_level(bundle: Bundle, people: list[Evidence]) -> float:
    """Expected triage level, 1 the most urgent."""
    levels = []
    for person in people:
        chances = predict(bundle, "severity", person).probabilities
        levels.append(sum(int(code[-1]) * chance for code, chance in chances.items()))
    return float(np.mean(levels))


@pytest.mark.parametrize("problem", PROBLEMS)
def test_the_order_of_evidence_changes_nothing(bundle: Bundle, problem: str) -> None:
    signs = {"fever": True, "headache": False, "vomiting": True, "diabetes": True}
    one = Evidence(50, True, dict(SHOCK), signs)
    other = Evidence(50, True, dict(reversed(SHOCK.items())), dict(reversed(signs.items())))
    assert predict(bundle, problem, one) == predict(bundle, problem, other)


@pytest.mark.parametrize("problem", PROBLEMS)
def test_a_sign_the_model_does_not_know_changes_nothing(bundle: Bundle, problem: str) -> None:
    one = Evidence(50, True, dict(CALM), {"fever": True})
    other = replace(one, signs={"fever": True, "sign_of_another_world": True})
    assert predict(bundle, problem, one) == predict(bundle, problem, other)


@pytest.mark.parametrize("problem", PROBLEMS)
def test_nothing_known_is_answered_with_doubt(bundle: Bundle, problem: str) -> None:
    answer: Prediction = predict(bundle, problem, Evidence())
    assert sum(answer.probabilities.values()) == pytest.approx(1, abs=1e-5)
    assert not answer.is_confident


@pytest.mark.parametrize("problem", PROBLEMS)
def test_absent_is_not_unknown_only_where_the_data_know_absence(
    bundle: Bundle, problem: str
) -> None:
    unknown = Evidence(50, True, dict(CALM), {})
    absent = replace(unknown, signs={"chest_pain": False, "fever": False})
    same = predict(bundle, problem, unknown).probabilities == pytest.approx(
        predict(bundle, problem, absent).probabilities, abs=1e-6
    )
    assert same == (problem in {"severity", "admission"})


def test_shock_does_not_lower_the_urgency(bundle: Bundle) -> None:
    assert mean_level(bundle, patients(SHOCK)) < mean_level(bundle, patients(CALM)) - 0.2


def test_shock_makes_a_bed_likelier(bundle: Bundle) -> None:
    calm = mean(bundle, "admission", patients(CALM), "admitted")
    assert mean(bundle, "admission", patients(SHOCK), "admitted") > calm + 0.02


def test_age_makes_a_bed_likelier(bundle: Bundle) -> None:
    young, old = ([replace(one, age_years=age) for one in patients(CALM)] for age in (22, 85))
    assert mean(bundle, "admission", old, "admitted") > mean(bundle, "admission", young, "admitted")


def test_hiding_every_vital_does_not_by_itself_ask_for_a_bed(bundle: Bundle) -> None:
    about = bundle.problems["admission"].about
    assert about.asking is not None
    anybody = about.asking.prior[about.classes.index("admitted")]
    # Calm vitals reassure; none at all leave somebody who is like anybody else.
    assert mean(bundle, "admission", patients({}), "admitted") < anybody + 0.02
    assert about.metrics["shift_without_vitals"] < 0.05


@pytest.mark.parametrize("sign", ["joint_pain", "arthritis", "rash"])
def test_joints_and_rash_speak_for_chikungunya(bundle: Bundle, sign: str) -> None:
    without = [Evidence(age, True, {}, {"fever": True}) for age in AGES]
    with_it = [replace(one, signs={**one.signs, sign: True}) for one in without]
    before = mean(bundle, "arbovirus", without, "chikungunya")
    assert mean(bundle, "arbovirus", with_it, "chikungunya") > before


@pytest.mark.parametrize(
    ("signs", "expected"),
    [
        (("fever", "joint_pain", "arthritis", "rash"), "chikungunya"),
        (("fever", "headache", "retro_orbital_pain", "myalgia", "petechiae"), "dengue"),
    ],
)
def test_a_classical_picture_is_not_called_another_disease(
    bundle: Bundle, signs: tuple[str, ...], expected: str
) -> None:
    people = [Evidence(age, bool(age % 20), {}, dict.fromkeys(signs, True)) for age in AGES]
    chances = {code: mean(bundle, "arbovirus", people, code) for code in ("dengue", "chikungunya")}
    other = mean(bundle, "arbovirus", people, "other_disease")
    assert max(chances, key=chances.__getitem__) == expected
    assert chances[expected] > other


def test_reasons_for_chikungunya_name_the_joints(bundle: Bundle) -> None:
    signs = {"fever": True, "joint_pain": True, "arthritis": True, "rash": True, "vomiting": False}
    reasons = explain(bundle, "arbovirus", Evidence(40, True, {}, signs))
    assert reasons.answer == "chikungunya"
    assert {"joint_pain", "arthritis"} & {reason.code for reason in reasons.for_[:3]}
