"""A FHIR R4 bundle gets the same answer as a request of the service's own, as valid FHIR."""

import json
import warnings
from typing import Any

import httpx
import pytest

with warnings.catch_warnings():
    # The library still asks pydantic for an alias that pydantic has renamed.
    warnings.simplefilter("ignore")
    from fhir.resources.R4B.bundle import Bundle
    from fhir.resources.R4B.operationoutcome import OperationOutcome

LOINC = "http://loinc.org"
OWN = "urn:semia:code"


def observation(code: str, system: str = LOINC, **more: object) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": system, "code": code}]},
        **more,
    }


def measured(code: str, value: float, unit: str, **more: object) -> dict[str, Any]:
    return observation(code, valueQuantity={"value": value, "code": unit}, **more)


def condition(code: str, **more: object) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "code": {"coding": [{"system": OWN, "code": code}]},
        "subject": {"reference": "Patient/7"},
        **more,
    }


def status(system: str, code: str) -> dict[str, Any]:
    address = f"http://terminology.hl7.org/CodeSystem/condition-{system}"
    return {"coding": [{"system": address, "code": code}]}


PATIENT = {"resourceType": "Patient", "id": "7", "gender": "female", "birthDate": "1976-11-01"}
ENCOUNTER = {
    "resourceType": "Encounter",
    "status": "in-progress",
    "class": {"code": "EMER"},
    "period": {"start": "2026-11-01T08:00:00Z"},
}
PRESSURE = observation(
    "85354-9",
    component=[
        {
            "code": {"coding": [{"system": LOINC, "code": code}]},
            "valueQuantity": {"value": value, "code": "mm[Hg]"},
        }
        for code, value in (("8480-6", 85), ("8462-4", 50))
    ],
)


def ask(client: httpx.Client, *resources: object, language: str = "en") -> httpx.Response:
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": resource} for resource in resources],
    }
    return client.post("/v1/fhir/assess", json=bundle, headers={"Accept-Language": language})


def resources(answer: httpx.Response, kind: str) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    found = [entry["resource"] for entry in answer.json()["entry"]]
    return [resource for resource in found if resource["resourceType"] == kind]


def faults(answer: httpx.Response) -> list[tuple[str, str]]:
    """Place and sentence of each issue of a refusal, which must itself be valid FHIR."""
    assert answer.status_code == 422, answer.text
    OperationOutcome.model_validate(answer.json())
    return [
        (issue["expression"][0], issue["details"]["text"])
        for issue in answer.json()["issue"]
        if issue["severity"] == "error"
    ]


def test_a_patient_unlike_any_learned_from_is_a_risk_with_a_doubt_and_no_condition(
    client: httpx.Client,
) -> None:
    who = {"resourceType": "Patient", "id": "7"}
    fast = observation("respiratory_rate_per_min", OWN, valueQuantity={"value": 79, "code": "/min"})
    strange = ask(client, who, measured("8867-4", 249, "/min"), fast)
    Bundle.model_validate(strange.json())
    (severity,) = (
        risk
        for risk in resources(strange, "RiskAssessment")
        if risk["method"]["coding"][0]["code"] == "severity"
    )
    assert any("unlike any the model learned from" in note["text"] for note in severity["note"])
    assert not resources(strange, "Condition")
    (outcome,) = resources(strange, "OperationOutcome")
    told = [issue["details"]["text"] for issue in outcome["issue"]]
    assert any(text.startswith("severity: This patient is unlike any") for text in told)
    usual = ask(client, PATIENT, measured("8867-4", 80, "/min"))
    notes = [note["text"] for risk in resources(usual, "RiskAssessment") for note in risk["note"]]
    assert not any("unlike any" in note for note in notes)


def test_the_answer_is_the_one_the_services_own_request_gets(client: httpx.Client) -> None:
    fhir = ask(
        client,
        PATIENT,
        ENCOUNTER,
        PRESSURE,
        measured("8310-5", 102.2, "[degF]"),
        condition("fever"),
        condition("cough", verificationStatus=status("ver-status", "refuted")),
    )
    own = client.post(
        "/v1/assessments",
        json={
            "age_years": 50,
            "sex": "female",
            "observations": {
                "systolic_bp_mmhg": 85,
                "diastolic_bp_mmhg": 50,
                "temperature_c": 39,
            },
            "evidence": [
                {"code": "fever", "state": "present"},
                {"code": "cough", "state": "absent"},
            ],
            "language": "en",
        },
    ).json()
    told = {
        risk["method"]["coding"][0]["code"]: [
            (p["outcome"]["text"], p["probabilityDecimal"]) for p in risk["prediction"]
        ]
        for risk in resources(fhir, "RiskAssessment")
    }
    assert told == {
        answer["problem"]: [(o["label"], round(o["probability"], 6)) for o in answer["ranked"]]
        for answer in own["answers"]
    }
    flags = [flag["code"]["coding"][0]["code"] for flag in resources(fhir, "Flag")]
    assert flags == [flag["code"] for flag in own["red_flags"]] == ["low_pressure"]


def test_the_answer_is_valid_fhir_about_that_patient(client: httpx.Client) -> None:
    answer = ask(client, PATIENT, PRESSURE, condition("fever"))
    assert answer.headers["content-type"] == "application/fhir+json"
    Bundle.model_validate(answer.json())
    subjects = [
        r["subject"] for kind in ("RiskAssessment", "Flag") for r in resources(answer, kind)
    ]
    assert subjects
    assert all(subject == {"reference": "Patient/7"} for subject in subjects)
    notes = [risk["note"][0]["text"] for risk in resources(answer, "RiskAssessment")]
    assert all("does not replace" in note for note in notes)


def test_a_confident_answer_becomes_a_provisional_condition(client: httpx.Client) -> None:
    signs = ("fever", "retro_orbital_pain", "headache", "myalgia", "joint_pain", "nausea")
    answer = ask(client, PATIENT, *(condition(sign) for sign in signs))
    confident = {
        risk["prediction"][0]["outcome"]["coding"][0]["code"]
        for risk in resources(answer, "RiskAssessment")
        if risk["prediction"][0]["probabilityDecimal"] >= 0.8
    }
    conditions = resources(answer, "Condition")
    assert {c["code"]["coding"][0]["code"] for c in conditions} <= confident
    assert all(c["verificationStatus"]["coding"][0]["code"] == "provisional" for c in conditions)


def test_what_is_not_used_is_said(client: httpx.Client) -> None:
    answer = ask(
        client,
        PATIENT,
        condition("fever"),
        observation("718-7", valueQuantity={"value": 12, "code": "g/dL"}),
        {"resourceType": "Medication"},
        condition("cough", verificationStatus=status("ver-status", "unconfirmed")),
        condition("headache", clinicalStatus=status("clinical", "resolved")),
        measured("8867-4", 400, "/min", status="entered-in-error"),
    )
    (outcome,) = resources(answer, "OperationOutcome")
    places = {i["expression"][0] for i in outcome["issue"] if "expression" in i}
    assert places == {f"Bundle.entry[{position}].resource" for position in (2, 3, 4, 5, 6)}


def test_the_documentation_names_every_resource_that_is_read(client: httpx.Client) -> None:
    bare = ("Location", "MedicationRequest", "AllergyIntolerance", "DiagnosticReport", "Procedure")
    given = [PATIENT, ENCOUNTER, measured("8867-4", 80, "/min"), condition("fever")]
    given += [{"resourceType": kind} for kind in bare]
    (outcome,) = resources(ask(client, *given), "OperationOutcome")
    said = " ".join(i["details"]["text"] for i in outcome["issue"] if i["code"] == "not-supported")
    read = {one["resourceType"] for one in given if one["resourceType"] not in said}
    told = client.get("/openapi.json").json()["paths"]["/v1/fhir/assess"]["post"]["description"]
    assert read == {one["resourceType"] for one in given if one["resourceType"] in told}


def test_the_latest_of_two_measurements_counts(client: httpx.Client) -> None:
    late = measured("8480-6", 85, "mm[Hg]", effectiveDateTime="2026-11-01T09:00:00Z")
    early = measured("8480-6", 130, "mm[Hg]", effectiveDateTime="2026-11-01T08:00:00Z")
    assert len(resources(ask(client, PATIENT, ENCOUNTER, late, early), "Flag")) == 1
    assert len(resources(ask(client, PATIENT, ENCOUNTER, early, late), "Flag")) == 1


def test_a_sign_may_come_as_an_observation(client: httpx.Client) -> None:
    yes = {"coding": [{"system": "http://snomed.info/sct", "code": "52101004"}]}
    as_words = ask(client, observation("fever", OWN, valueCodeableConcept=yes))
    as_truth = ask(client, observation("fever", OWN, valueBoolean=True))
    as_condition = ask(client, condition("fever"))
    told = [resources(answer, "RiskAssessment") for answer in (as_words, as_truth, as_condition)]
    predictions = [[risk["prediction"] for risk in risks] for risks in told]
    assert predictions[0] == predictions[1] == predictions[2]


@pytest.mark.parametrize(
    ("resource", "place", "sentence"),
    [
        (measured("8867-4", 900, "/min"), "", "Heart rate"),
        (measured("8867-4", 90, "mm[Hg]"), "", "cannot be converted"),
        (observation("8867-4", valueString="fast"), "", "a number is missing"),
        (observation("fever", OWN, valueString="maybe"), "", "whether it is present"),
        ({**PATIENT, "birthDate": "yesterday"}, ".birthDate", "no FHIR date"),
        ({**PATIENT, "birthDate": "2999-01-01"}, ".birthDate", "Age"),
        ({**PATIENT, "birthDate": 10**30}, ".birthDate", "no FHIR date"),
        (measured("8867-4", 10**400, "/min"), "", "a number is missing"),
    ],
)
def test_a_fault_is_named_with_its_place(
    client: httpx.Client, resource: object, place: str, sentence: str
) -> None:
    ((where, text),) = faults(ask(client, condition("cough"), resource))
    assert where == f"Bundle.entry[1].resource{place}"
    assert sentence in text


def test_two_patients_and_contradictions_are_refused(client: httpx.Client) -> None:
    refuted = condition("fever", verificationStatus=status("ver-status", "refuted"))
    another = {**PATIENT, "id": "8"}
    answer = ask(client, PATIENT, another, condition("fever"), refuted, language="es")
    assert [text for _, text in faults(answer)] == [
        "El Bundle trae más de un paciente.",
        "fever: figura como presente y como ausente.",
    ]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"resourceType": "Patient"},
        {"resourceType": "Bundle"},
        {"resourceType": "Bundle", "entry": {}},
        {"resourceType": "Bundle", "entry": [None, 1, {"resource": []}]},
        {"resourceType": "Bundle", "entry": []},
        {"resourceType": "Bundle", "entry": [{"resource": observation("8867-4", status=[])}]},
    ],
)
def test_what_is_no_bundle_is_refused(client: httpx.Client, body: object) -> None:
    answer = client.post(
        "/v1/fhir/assess", json=body, headers={"Content-Type": "application/fhir+json"}
    )
    assert answer.status_code == 422
    assert answer.json()["issue"][0]["severity"] == "error"
    OperationOutcome.model_validate(answer.json())


@pytest.mark.parametrize("number", ["1e999", "-1e999", "NaN"])
def test_a_number_too_large_to_be_held_is_refused(client: httpx.Client, number: str) -> None:
    bundle = {"resourceType": "Bundle", "entry": [{"resource": measured("8867-4", 12345, "/min")}]}
    answer = client.post(
        "/v1/fhir/assess",
        content=json.dumps(bundle).replace("12345", number),
        headers={"Content-Type": "application/fhir+json"},
    )
    assert answer.status_code == 422


def test_another_media_type_is_refused(client: httpx.Client) -> None:
    answer = client.post("/v1/fhir/assess", content="<Bundle/>", headers={"Content-Type": "a/xml"})
    assert answer.status_code == 415
    assert answer.headers["accept-post"] == "application/json, application/fhir+json"
