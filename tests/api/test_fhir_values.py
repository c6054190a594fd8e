"""The values of FHIR Observations as records really write them."""

from typing import Any

import httpx
import pytest

from api.fhir.units import UCUM, converted
from tests.api.test_fhir import (
    LOINC,
    PATIENT,
    PRESSURE,
    OperationOutcome,
    ask,
    faults,
    measured,
    observation,
)
from tests.api.test_fhir_now import read, values
from tests.api.test_fhir_place import said

ABSENT = {
    "coding": [
        {"system": "http://terminology.hl7.org/CodeSystem/data-absent-reason", "code": "unknown"}
    ]
}
SYSTOLIC = {"code": PRESSURE["component"][0]["code"]}


@pytest.mark.parametrize(
    ("value", "unit", "ours", "expected"),
    [
        (90, "{beats}/min", "/min", 90),
        (90, "/min{beats}", "/min", 90),
        (90, "1/min", "/min", 90),
        (90, "beats/min", "/min", 90),
        (18, "breaths/minute", "/min", 18),
        (90, "/h", "/min", None),
        (16, "kPa", "mmHg", 120.0),
        (120, "mmHg", "mmHg", 120),
        (120, "mm Hg", "mmHg", 120),
        (38.5, "C", "°C", 38.5),
        (101.3, "°F", "°C", 38.5),
        (101.3, "degF", "°C", 38.5),
        (311.65, "K", "°C", 38.5),
        (38.5, "{score}", "°C", None),
        (97, "%{oxygen}", "%", 97),
        (0.97, "1", "%", None),
        (48, "h", "days", 2),
        (2, "wk", "days", 14),
        (34, "a", "years", 34),
        (34, "años", "years", 34),
        (18, "mo", "years", 1.5),
        (6, "weeks", "years", 0.11),
        (10, "d", "years", 0.03),
        (7, "kg", "years", None),
        (7, "{score}", "0-10", 7),
        (7, "1", "0-10", 7),
        (7, "", "0-10", 7),
        (7, "mm", "0-10", None),
        (38.5, "", "°C", 38.5),
    ],
)
def test_a_unit_is_understood_as_it_is_written(
    value: float, unit: str, ours: str, expected: float | None
) -> None:
    assert converted(value, unit, ours) == pytest.approx(expected)


@pytest.mark.parametrize(
    "part",
    [
        observation("8867-4"),
        observation("8867-4", dataAbsentReason=ABSENT),
        observation("fever", "urn:semia:code"),
        observation("fever", "urn:semia:code", dataAbsentReason=ABSENT),
        {**PRESSURE, "component": [{**SYSTOLIC, "dataAbsentReason": ABSENT}]},
    ],
)
def test_what_was_not_measured_is_unknown_and_said_and_refuses_nothing(
    client: httpx.Client, part: dict[str, Any]
) -> None:
    answer = ask(client, PATIENT, measured("8310-5", 38.9, "Cel"), part)
    assert "Not used: it holds no value." in said(answer)


def test_half_a_panel_counts() -> None:
    diastolic = {"code": PRESSURE["component"][1]["code"], "dataAbsentReason": ABSENT}
    half = [PRESSURE["component"][0], diastolic]
    assert values(read({**PRESSURE, "component": half})) == {"systolic_bp_mmhg": 85}


def test_a_value_that_is_only_a_limit_is_refused(client: httpx.Client) -> None:
    low = observation("8867-4", valueQuantity={"value": 40, "code": "/min", "comparator": "<"})
    ((_, text),) = faults(ask(client, PATIENT, low))
    assert text == "heart_rate_per_min: with '<' it is no exact value."


@pytest.mark.parametrize(
    ("code", "level"), [("LA9340-6", 0), ("LA17108-4", 1), ("LA17107-6", 2), ("LA9343-0", 3)]
)
def test_consciousness_comes_as_loinc_answers_it(code: str, level: int) -> None:
    answered = {"coding": [{"system": LOINC, "code": code}]}
    record = read(observation("67775-7", valueCodeableConcept=answered))
    assert values(record) == {"consciousness_avpu": level}


@pytest.mark.parametrize(
    "body", ["", "{", "[]", "7", '{"entry":[],"entry":[]}', "[" * 5000, "\ud800"]
)
def test_what_is_no_json_is_refused_in_the_form_of_fhir(client: httpx.Client, body: str) -> None:
    headers = {"Content-Type": "application/fhir+json", "Accept-Language": "en"}
    sent = body.encode("utf-8", "surrogatepass")
    answer = client.post("/v1/fhir/assess", content=sent, headers=headers)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/fhir+json"
    assert answer.headers["content-language"] == "en"
    outcome = OperationOutcome.model_validate(answer.json())
    assert outcome.issue[0].details.text


@pytest.mark.parametrize(
    ("quantity", "expected"),
    [
        ({"value": 101.3, "system": "urn:local", "code": "17", "unit": "degF"}, 38.5),
        ({"value": 101.3, "system": "urn:local", "code": "[degF]"}, 38.5),
        ({"value": 101.3, "system": UCUM, "code": "[degF]", "unit": "Cel"}, 38.5),
        ({"value": 101.3, "code": "[degF]", "unit": "Fahrenheit"}, 38.5),
    ],
)
def test_a_code_of_another_system_is_no_unit(quantity: dict[str, Any], expected: float) -> None:
    record = read(observation("8310-5", valueQuantity=quantity))
    assert values(record) == {"temperature_c": expected}


def test_an_age_that_was_observed_counts_where_no_birth_date_is_known() -> None:
    age = measured("30525-0", 18, "mo")
    unborn = {"resourceType": "Patient", "id": "7"}
    request = read(unborn, age).request("en")
    assert (request.age_years, request.observations) == (1.5, {})
    record = read(PATIENT, age)
    assert (record.request("en").age_years or 0) > 50
    assert [one.text for one in record.issues] == [
        "Not used: the age is that of the date of birth (birthDate)."
    ]
    (wrong,) = read(unborn, measured("30525-0", 900, "a")).unread
    assert wrong.text.startswith("Age: 900 is not possible")
