"""Past illnesses and signs that a record codes by ICD-10, as Colombia's records do."""

from datetime import date

import httpx
import pytest

from api.bundle.vocabulary import parse
from api.fhir import icd10
from api.fhir.codes import table_of
from api.fhir.conditions import Conditions, LeftOut, Told
from tests.api.test_fhir import LOINC, PATIENT, ask, condition, resources, status
from tests.api.test_fhir_place import said
from warehouse.vocabulary import as_bundle_vocabulary, load_vocabulary

WHO = "http://hl7.org/fhir/sid/icd-10"
COLOMBIA = "https://fhir.minsalud.gov.co/rda/CodeSystem/ICD10CO"


def whole_vocabulary() -> icd10.Begins:
    return icd10.begins_of(parse(as_bundle_vocabulary(load_vocabulary())).symptoms)


def coded(code: str, system: str = WHO) -> dict[str, object]:
    return {**condition("x"), "code": {"coding": [{"system": system, "code": code}]}}


@pytest.mark.parametrize(
    ("code", "meant"),
    [
        ("E11.9", "diabetes"),
        ("E119", "diabetes"),
        ("I10X", "hypertension"),
        ("i10", "hypertension"),
        ("I25.2", "previous_heart_attack"),
        ("I25.9", "ischemic_heart_disease"),
        ("E05.0", "hyperthyroidism"),
        ("E03.9", "thyroid_disease"),
        ("C50.9", "cancer_history"),
        ("C78.0", "metastatic_cancer"),
        ("C09.0", "cancer_history"),
        ("R51X", "headache"),
        ("R10.4", "abdominal_pain"),
        ("R10.2", "pelvic_pain"),
        ("G45.9", "transient_ischemic_attack"),
        ("G45.4", None),
        ("D57.1", "sickle_cell_disease"),
        ("D57.3", None),
        ("Z72.0", "smoker"),
        ("F17.211", None),
        ("R11X", None),
        ("A97.0", None),
        ("A90X", None),
        ("", None),
        ("X", None),
    ],
)
def test_the_longest_code_that_fits_says_what_is_meant(code: str, meant: str | None) -> None:
    assert icd10.meaning(code, whole_vocabulary()) == meant


def test_no_arbovirus_is_taken_for_a_sign() -> None:
    begins = whole_vocabulary()
    answers = [(one.problem, one.icd10) for one in load_vocabulary().diagnoses if one.icd10]
    arboviruses = [code for problem, code in answers if problem == "arbovirus"]
    assert arboviruses
    assert [code for code in arboviruses if icd10.meaning(code, begins)] == []


@pytest.mark.parametrize("system", [WHO, COLOMBIA, f"{WHO}-cm"])
def test_a_condition_by_icd10_is_the_same_as_by_our_code(client: httpx.Client, system: str) -> None:
    found = ask(client, PATIENT, coded("R51X", system), coded("E11.9", system))
    ours = ask(client, PATIENT, condition("headache"), condition("diabetes"))
    told = [
        [risk["prediction"] for risk in resources(answer, "RiskAssessment")]
        for answer in (found, ours)
    ]
    assert told[0] == told[1]


def test_a_code_of_another_system_or_of_an_answer_is_left_out_and_said(
    client: httpx.Client,
) -> None:
    answer = ask(client, PATIENT, condition("fever"), coded("E11.9", LOINC), coded("A97.0"))
    assert sum(text.startswith("Not used") for text in said(answer)) == 2


def test_what_is_refuted_or_over_counts_as_for_any_other_code(client: httpx.Client) -> None:
    refuted = {**coded("R51X"), "verificationStatus": status("ver-status", "refuted")}
    over = {**coded("R05X"), "clinicalStatus": status("clinical", "resolved")}
    found = ask(client, PATIENT, refuted, over)
    ours = ask(
        client,
        PATIENT,
        condition("headache", verificationStatus=status("ver-status", "refuted")),
    )
    assert [r["prediction"] for r in resources(found, "RiskAssessment")] == [
        r["prediction"] for r in resources(ours, "RiskAssessment")
    ]
    assert any("over" in text for text in said(found))


REFUTED = status("ver-status", "refuted")
RESOLVED = status("clinical", "resolved")


def read(code: str, day: date = date(2026, 11, 30), **more: object) -> Told | LeftOut:
    vocabulary = parse(as_bundle_vocabulary(load_vocabulary()))
    return Conditions(vocabulary, table_of(vocabulary)).read({**coded(code), **more}, day)


def test_one_form_of_an_illness_ruled_out_is_not_the_illness_ruled_out() -> None:
    assert read("E10.9") == Told("diabetes", True)
    assert read("E10.9", verificationStatus=REFUTED) == LeftOut("narrower")
    assert read("C50.9", verificationStatus=REFUTED) == LeftOut("narrower")
    assert read("R51X", verificationStatus=REFUTED) == Told("headache", False)
    assert read("J45", verificationStatus=REFUTED) == Told("asthma", False)


@pytest.mark.parametrize("code", ["Z34.0", "Z72.0", "Z99.2", "R50.9"])
def test_what_ends_is_not_there_once_it_is_over(code: str) -> None:
    assert isinstance(read(code), Told)
    assert read(code, clinicalStatus=RESOLVED) == LeftOut("over")


def test_a_past_illness_counts_after_it_was_over() -> None:
    assert read("A15.0", clinicalStatus=RESOLVED) == Told("tuberculosis_history", True)


@pytest.mark.parametrize(
    ("recorded", "is_used"),
    [
        ("2019-03-02", False),
        ("2026-11-28T23:00:00Z", False),
        ("2026-11-29T23:00:00Z", True),
        ("2026-11-30", True),
        ("2026-11-30T08:00:00Z", True),
        ("2026-12-01", True),
        ("2025", False),
        ("2026", True),
        ("2026-10", False),
        (7, True),
    ],
)
def test_a_symptom_of_another_day_counts_only_if_it_is_said_to_go_on(
    recorded: object, is_used: bool
) -> None:
    assert isinstance(read("R50.9", recordedDate=recorded), Told) == is_used
    active = status("clinical", "active")
    assert read("R50.9", recordedDate=recorded, clinicalStatus=active) == Told("fever", True)
    assert read("E11.9", recordedDate=recorded) == Told("diabetes", True)
