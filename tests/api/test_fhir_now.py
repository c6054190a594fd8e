"""What a FHIR record says of another time, of another encounter or of somebody else is not taken
for the patient as they are.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from api.bundle.vocabulary import parse
from api.fhir.names import is_meant, name_in
from api.fhir.reading import NO_CONTEXT, Reader
from api.fhir.record import Context, Record
from tests.api.test_cds_hooks import SERVICE, asked
from tests.api.test_fhir import (
    PATIENT,
    PRESSURE,
    ask,
    condition,
    faults,
    measured,
    observation,
    resources,
    status,
)
from tests.api.test_fhir_place import said, seen
from warehouse.vocabulary import as_bundle_vocabulary, load_vocabulary

NOW = datetime.now(UTC)
TODAY = NOW.date().isoformat()
AGO = (NOW - timedelta(days=400)).date().isoformat()
ACTIVE, RESOLVED = status("clinical", "active"), status("clinical", "resolved")
OLD, NEW = seen(AGO, id="old"), seen(TODAY, id="new")
OF_OLD = {"encounter": {"reference": "Encounter/old"}}
URN, OTHER_URN = "urn:uuid:7f1c8a5e-0000-4000-8000-000000000001", "urn:uuid:0"
SERVER = "https://ehr.example/fhir/Encounter/new"
OF_NEW = {"encounter": {"reference": "Encounter/new"}}


def entry(resource: dict[str, Any], address: str | None = None) -> dict[str, Any]:
    return {"resource": resource, **({"fullUrl": address} if address else {})}


def read(*given: dict[str, Any], context: Context = NO_CONTEXT) -> Record:
    vocabulary = parse(as_bundle_vocabulary(load_vocabulary()))
    entries = [one if "resource" in one else entry(one) for one in given]
    return Reader(vocabulary, "en", context).read(entries)


def values(record: Record) -> dict[str, float]:
    return {code: value for code, (_, value) in record.observations.items()}


def category(code: str) -> list[dict[str, Any]]:
    system = "http://terminology.hl7.org/CodeSystem/condition-category"
    return [{"coding": [{"system": system, "code": code}]}]


def test_an_old_shock_is_no_red_flag_of_today(client: httpx.Client) -> None:
    for old in ({"effectiveDateTime": AGO}, OF_OLD):
        answer = ask(client, PATIENT, OLD, NEW, {**PRESSURE, **old})
        assert not resources(answer, "Flag")
        assert sum("Not used: it is of" in text for text in said(answer)) == 2
    assert resources(ask(client, PATIENT, OLD, NEW, {**PRESSURE, **OF_NEW}), "Flag")
    assert resources(ask(client, PATIENT, OLD, NEW, PRESSURE), "Flag")


@pytest.mark.parametrize(
    ("when", "is_used"),
    [
        ({}, True),
        ({"effectiveDateTime": TODAY}, True),
        ({"effectiveDateTime": AGO}, False),
        ({"effectiveInstant": f"{AGO}T08:00:00Z"}, False),
        ({"effectivePeriod": {"start": AGO, "end": TODAY}}, True),
        ({"effectivePeriod": {"start": AGO}}, False),
        ({"effectivePeriod": {"end": AGO}}, False),
        ({"effectiveDateTime": AGO[:4]}, False),
        ({"effectiveDateTime": TODAY[:4]}, True),
        ({"effectiveDateTime": (NOW - timedelta(days=1)).isoformat()}, True),
        ({"effectiveDateTime": (NOW + timedelta(days=30)).isoformat()}, False),
        ({"issued": f"{AGO}T08:00:00Z"}, False),
        ({"effectiveDateTime": AGO, **OF_NEW}, True),
        ({"effectiveDateTime": TODAY, **OF_OLD}, False),
        ({"encounter": {"reference": "Encounter/of-nowhere"}}, False),
        ({"encounter": {"identifier": {"value": "7"}}}, True),
    ],
)
def test_a_measurement_counts_if_it_is_of_now(when: dict[str, Any], is_used: bool) -> None:
    record = read(OLD, measured("8867-4", 120, "/min", **when), NEW)
    assert values(record) == ({"heart_rate_per_min": 120} if is_used else {})
    assert record.count_not_now == (0 if is_used else 1)
    assert not [issue for issue in record.issues if issue.severity == "error"]


def test_without_an_encounter_now_is_today() -> None:
    assert values(read(measured("8867-4", 120, "/min", effectiveDateTime=AGO))) == {}
    old_visit = seen(AGO)
    then = measured("8867-4", 120, "/min", effectiveDateTime=AGO)
    assert values(read(old_visit, then)) == {"heart_rate_per_min": 120}


def test_the_latest_is_by_the_clock_and_not_by_its_letters() -> None:
    texts_late_last = ["T08:00:00+02:00", "T07:30:00Z", "T03:00:00-05:00"]
    for order in (texts_late_last, texts_late_last[::-1]):
        given = [
            measured("8867-4", 60 + n, "/min", effectiveDateTime=TODAY + text)
            for n, text in sorted(enumerate(texts_late_last), key=lambda one: order.index(one[1]))
        ]
        assert values(read(NEW, *given)) == {"heart_rate_per_min": 62}


def test_a_date_that_is_none_is_a_fault() -> None:
    for wrong in ("yesterday", "2026-13-01", "20261101", 7, ["2026"]):
        record = read(measured("8867-4", 120, "/min", effectiveDateTime=wrong))
        assert "is no FHIR date" in record.unread[0].text
        assert values(record) == {}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({**OF_NEW, "clinicalStatus": ACTIVE}, True),
        ({**OF_OLD, "clinicalStatus": ACTIVE}, None),
        ({**OF_OLD, "clinicalStatus": ACTIVE, "category": category("problem-list-item")}, True),
        ({**OF_OLD, "category": category("problem-list-item"), "recordedDate": AGO}, None),
        ({"recordedDate": AGO, "clinicalStatus": ACTIVE}, True),
        (
            {
                "recordedDate": AGO,
                "clinicalStatus": ACTIVE,
                "category": category("encounter-diagnosis"),
            },
            None,
        ),
        ({"recordedDate": AGO, "verificationStatus": status("ver-status", "refuted")}, None),
        ({"verificationStatus": status("ver-status", "refuted")}, False),
        ({**OF_OLD, "verificationStatus": status("ver-status", "refuted")}, None),
        ({"abatementDateTime": AGO}, None),
        ({"abatementPeriod": {"end": AGO}}, None),
        ({"abatementDateTime": (NOW + timedelta(days=9)).date().isoformat()}, True),
    ],
)
def test_a_symptom_of_another_encounter_counts_only_if_it_goes_on(
    more: dict[str, Any], expected: bool | None
) -> None:
    record = read(OLD, NEW, condition("fever", **more))
    assert record.signs == ({} if expected is None else {"fever": expected})
    assert record.count_not_now == (1 if expected is None else 0)


def test_a_past_illness_counts_whenever_it_was_told() -> None:
    told = condition("diabetes", **OF_OLD, recordedDate=AGO)
    seen_then = observation("hypertension", "urn:semia:code", valueBoolean=True, **OF_OLD)
    assert read(OLD, NEW, told, seen_then).signs == {"diabetes": True, "hypertension": True}


def test_a_sign_observed_at_another_encounter_is_left_out() -> None:
    fever = observation("fever", "urn:semia:code", valueBoolean=True)
    assert read(OLD, NEW, {**fever, **OF_OLD}).signs == {}
    assert read(OLD, NEW, {**fever, "effectiveDateTime": AGO}).signs == {}
    assert read(OLD, NEW, fever).signs == {"fever": True}


@pytest.mark.parametrize(
    ("reference", "address", "is_used"),
    [
        ("Encounter/new", None, True),
        ("Encounter/new/_history/3", None, True),
        (SERVER, None, True),
        (f"{SERVER}/_history/3", SERVER, True),
        ("https://other.example/Encounter/new", SERVER, False),
        ("Encounter/new", SERVER, True),
        (URN, URN, True),
        (OTHER_URN, URN, False),
        (OTHER_URN, None, False),
        ("#contained", None, True),
        ("", None, True),
        ("Encounter/ward", None, True),
    ],
)
def test_a_reference_means_the_encounter_however_it_is_written(
    reference: str, address: str | None, is_used: bool
) -> None:
    visit = entry({**NEW, "partOf": {"reference": "Encounter/ward"}}, address)
    rate = measured("8867-4", 120, "/min", encounter={"reference": reference})
    assert bool(values(read(visit, rate))) is is_used


def test_what_is_of_somebody_else_is_refused(client: httpx.Client) -> None:
    hers = measured("8867-4", 120, "/min", subject={"reference": "Patient/7"})
    another = measured("8867-4", 120, "/min", subject={"reference": "Patient/8"})
    assert ask(client, PATIENT, hers).status_code == 200
    place = "Bundle.entry[1].resource.subject"
    assert faults(ask(client, PATIENT, another)) == [(place, "This is of another patient.")]
    assert faults(ask(client, another, hers)) == [(place, "This is of another patient.")]
    versioned = {**hers, "subject": {"reference": "https://a.example/Patient/7/_history/2"}}
    assert ask(client, PATIENT, versioned).status_code == 200
    unborn = {**another, "subject": hers["subject"], "focus": [{"reference": "Patient/8"}]}
    assert any("not about the patient" in text for text in said(ask(client, PATIENT, unborn)))


def test_the_same_patient_may_come_twice(client: httpx.Client) -> None:
    assert ask(client, PATIENT, PATIENT, condition("fever")).status_code == 200
    nameless = {key: value for key, value in PATIENT.items() if key != "id"}
    ((_, text),) = faults(ask(client, PATIENT, nameless, condition("fever")))
    assert text == "The Bundle holds more than one patient."


def test_what_changes_its_own_meaning_is_left_out(client: httpx.Client) -> None:
    unlike = [{"url": "https://example.org/not-done", "valueBoolean": True}]
    strange = condition("fever", modifierExtension=unlike)
    by_rules = measured("8867-4", 120, "/min", implicitRules="https://example.org/rules")
    panel = {**PRESSURE, "component": [{**PRESSURE["component"][0], "modifierExtension": unlike}]}
    answer = ask(client, PATIENT, strange, by_rules, panel)
    assert sum("modifierExtension" in text for text in said(answer)) == 3
    assert not resources(answer, "Flag")


def test_a_reference_that_names_nothing_is_no_name() -> None:
    for reference in (None, {}, {"reference": 7}, {"reference": "#p"}, "Patient/7"):
        assert name_in(reference) is None
    assert is_meant("Patient/7", frozenset()) is None
    assert is_meant("Patient/7", frozenset({"urn:uuid:1"})) is None


def details(client: httpx.Client, **more: object) -> str:
    answer = client.post(SERVICE, json=asked(**more), headers={"Accept-Language": "en"})
    assert answer.status_code == 200, answer.text
    return "\n".join(card["detail"] for card in answer.json()["cards"])


def test_a_hook_of_one_patient_with_the_record_of_another_is_refused(client: httpx.Client) -> None:
    for part in ({"patient": PATIENT}, {"conditions": condition("fever")}):
        body = asked(prefetch=part, context={"patientId": "8"})
        answer = client.post(SERVICE, json=body, headers={"Accept-Language": "en"})
        assert answer.status_code == 422
        assert "another patient" in answer.json()["detail"]


def test_a_patient_without_a_name_is_the_one_that_is_open() -> None:
    nameless = {key: value for key, value in PATIENT.items() if key != "id"}
    open_now = Context(frozenset({"Patient/7"}))
    for number, wrong in (("7", []), ("8", ["This is of another patient."])):
        rate = measured("8867-4", 120, "/min", subject={"reference": f"Patient/{number}"})
        record = read(nameless, rate, context=open_now)
        assert [one.text for one in record.issues] == wrong


def test_a_hook_says_what_was_not_sent_and_what_is_of_another_time(client: httpx.Client) -> None:
    failed = {"resourceType": "OperationOutcome", "issue": []}
    found = {"conditions": condition("fever"), "observations": failed, "encounter": failed}
    told = details(client, prefetch=found)
    assert "counted as unknown: patient (age and sex), vital signs." in told
    assert "not used, being" not in told
    empty = {"resourceType": "Bundle", "type": "searchset", "total": 0}
    whole = {"patient": PATIENT, "observations": empty, "conditions": condition("fever")}
    assert "counted as unknown" not in details(client, prefetch=whole)
    older = {**PRESSURE, **OF_OLD}
    told = details(
        client,
        prefetch={**whole, "observations": older},
        context={"patientId": "7", "encounterId": "new"},
    )
    assert "of another encounter or day: 2." in told
