"""A FHIR record says where and when its patient is, and is answered as a request that says it."""

import json
import warnings
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from api.bundle.service import Models
from api.fhir.assess import assess_bundle
from api.fhir.where import Visit, that_counts
from api.log.entries import Asker, assessment_row
from ml.serving.bundle import Bundle
from tests.api.test_cds_hooks import SERVICE, asked
from tests.api.test_fhir import ENCOUNTER, PATIENT, ask, condition, resources

with warnings.catch_warnings():
    # The library still asks pydantic for an alias that pydantic has renamed.
    warnings.simplefilter("ignore")
    from fhir.resources.R4B.bundle import Bundle as FhirBundle
    from fhir.resources.R4B.encounter import Encounter
    from fhir.resources.R4B.location import Location
    from fhir.resources.R4B.patient import Patient

RDA = "https://fhir.minsalud.gov.co/rda"
EXTENSION = f"{RDA}/StructureDefinition/ExtensionDivipolaMunicipality"
CODED_STRING = "http://hl7.org/fhir/StructureDefinition/iso21090-SC-coding"
SYSTEM = f"{RDA}/CodeSystem/DIVIPOLA"
JOINTS = condition("joint_pain")


def address(
    code: object = "68001", url: str = EXTENSION, system: str = SYSTEM, **more: object
) -> dict[str, Any]:
    coding = {"system": system, "code": code}
    coded = {"extension": [{"url": url, "valueCoding": coding}]}
    return {"city": "Bucaramanga", "_city": coded, **more}


def living(*addresses: dict[str, Any]) -> dict[str, Any]:
    return {**PATIENT, "address": list(addresses)}


def seen(start: str, **more: object) -> dict[str, Any]:
    return {**ENCOUNTER, "period": {"start": start}, **more}


def at(name: str) -> list[dict[str, Any]]:
    return [{"location": {"reference": name}}]


def clinic(code: str = "68001", name: str = "1") -> dict[str, Any]:
    return {"resourceType": "Location", "id": name, "address": address(code)}


SOON = (datetime.now(UTC) + timedelta(days=14)).date().isoformat()
SEEN = seen("2026-02-16T08:00:00-05:00")


def own(client: httpx.Client, **more: object) -> dict[str, Any]:
    """The answer of the service's own request about a woman of the same age with sore joints."""
    request = {
        "age_years": 49.29,
        "sex": "female",
        "evidence": [{"code": "joint_pain", "state": "present"}],
        "problems": ["arbovirus"],
        "language": "en",
        **more,
    }
    found: dict[str, Any] = client.post("/v1/assessments", json=request).json()
    return found


def told(answer: httpx.Response) -> dict[str, float]:
    """The probabilities of the arboviruses, by what they are called."""
    FhirBundle.model_validate(answer.json())
    (risk,) = (
        risk
        for risk in resources(answer, "RiskAssessment")
        if risk["method"]["coding"][0]["code"] == "arbovirus"
    )
    return {p["outcome"]["text"]: p["probabilityDecimal"] for p in risk["prediction"]}


def shares(found: dict[str, Any]) -> dict[str, float]:
    (answer,) = found["answers"]
    return {option["label"]: round(option["probability"], 6) for option in answer["ranked"]}


def said(answer: httpx.Response) -> list[str]:
    (outcome,) = resources(answer, "OperationOutcome")
    return [issue["details"]["text"] for issue in outcome["issue"]]


@pytest.mark.parametrize("url", [EXTENSION, CODED_STRING])
def test_a_coded_home_and_the_start_of_the_encounter_are_a_place_and_week(
    client: httpx.Client, url: str
) -> None:
    patient = living(address(url=url, use="home"))
    Patient.model_validate(patient)
    Encounter.model_validate(SEEN)
    answer = ask(client, patient, SEEN, JOINTS)
    there = own(client, place={"municipality": "68001", "week": "2026-W07"})
    assert there["place"]["status"] == "used"
    assert told(answer) == shares(there) != shares(own(client))
    assert any("about 4 times as often as usual" in text for text in said(answer))


def test_the_order_of_the_entries_does_not_matter(client: httpx.Client) -> None:
    patient = living(address())
    assert told(ask(client, SEEN, JOINTS, patient)) == told(ask(client, patient, SEEN, JOINTS))


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_place_that_is_not_known_is_warned_of_as_in_the_services_own_answer(
    client: httpx.Client, language: str
) -> None:
    answer = ask(client, living(address("05001")), SEEN, JOINTS, language=language)
    there = own(client, place={"municipality": "05001", "week": "2026-W07"}, language=language)
    (warned,) = (w for w in there["warnings"] if w["code"] == "no_local_incidence")
    assert warned["message"] in said(answer)
    assert told(answer) == shares(own(client, language=language))


def test_without_an_encounter_it_is_this_week(client: httpx.Client) -> None:
    answer = ask(client, living(address()), JOINTS)
    there = own(client, place={"municipality": "68001"})
    (warned,) = (
        text
        for text in said(answer)
        if "What was notified in Bucaramanga, Santander (68001)" in text
    )
    assert there["place"]["week"] in warned


def test_where_no_home_is_coded_it_is_where_the_encounter_is(client: httpx.Client) -> None:
    Location.model_validate(clinic())
    visit = seen("2026-02-16", location=at("Location/1"))
    Encounter.model_validate(visit)
    there = own(client, place={"municipality": "68001", "week": "2026-W07"})
    assert told(ask(client, PATIENT, clinic(), visit, JOINTS)) == shares(there)
    elsewhere = ask(client, living(address("05001")), clinic(), visit, JOINTS)
    assert told(elsewhere) == shares(own(client))
    pharmacy = ask(client, PATIENT, clinic(name="2"), visit, JOINTS)
    assert told(pharmacy) == shares(own(client))


@pytest.mark.parametrize("left", [{"use": "old"}, {"period": {"end": "2019-03"}}])
def test_a_home_that_was_left_is_not_one(client: httpx.Client, left: dict[str, object]) -> None:
    there = own(client, place={"municipality": "68001", "week": "2026-W07"})
    moved = living(address("05001", **left), address(period={"end": str(datetime.now(UTC).year)}))
    assert told(ask(client, moved, SEEN, JOINTS)) == shares(there)


def test_of_several_encounters_the_last_that_has_begun_counts(client: httpx.Client) -> None:
    there = own(client, place={"municipality": "68001", "week": "2026-W07"})
    others = (seen("2020-01-01"), seen(SOON, status="planned"), {**ENCOUNTER, "period": {}})
    cancelled = seen("2026-03-01", status="cancelled")
    for order in ((SEEN, *others, cancelled), (cancelled, *others, SEEN)):
        assert told(ask(client, living(address()), *order, JOINTS)) == shares(there)


def test_of_one_day_the_later_encounter_counts() -> None:
    early, late = (
        Visit(date(2026, 11, 30), f"2026-11-30T{hour}:00:00Z", "", {}) for hour in ("08", "16")
    )
    for visits in ([early, late], [late, early]):
        assert that_counts(visits, date(2026, 11, 30)) is late
        assert that_counts(visits, date(2026, 11, 29)) is early


def test_a_place_that_nobody_named_is_not_taken(client: httpx.Client) -> None:
    nowhere = {**ENCOUNTER, "location": [{"location": {"reference": None}}, {"location": {}}]}
    unnamed = {"resourceType": "Location", "address": address()}
    answer = ask(client, PATIENT, nowhere, unnamed, JOINTS)
    assert answer.status_code == 200
    assert "68001" not in answer.text


def test_an_encounter_without_a_day_is_of_this_week_and_where_it_was(client: httpx.Client) -> None:
    undated = {**ENCOUNTER, "period": {}, "location": at("Location/1")}
    answer = ask(client, PATIENT, clinic(), undated, JOINTS)
    assert any(
        "What was notified in Bucaramanga, Santander (68001)" in text for text in said(answer)
    )


@pytest.mark.parametrize(
    ("patient", "encounter", "sentence"),
    [
        (living(address("6800")), SEEN, "DIVIPOLA's five digits"),
        (living(address(68001)), SEEN, "DIVIPOLA's five digits"),
        (living(address("٦٨٠٠١")), SEEN, "DIVIPOLA's five digits"),
        (living(address("68001", system="urn:ibge")), SEEN, "DIVIPOLA's five digits"),
        (living(address(), address("05001")), SEEN, "more than one"),
        (living(address()), seen("2026-02"), "names no day"),
        (living(address()), seen(SOON), "not begun"),
        (living(address()), seen("1985-02-16"), "names no day"),
    ],
)
def test_a_place_that_cannot_be_used_is_left_out_and_said(
    client: httpx.Client, patient: dict[str, Any], encounter: dict[str, Any], sentence: str
) -> None:
    answer = ask(client, patient, encounter, JOINTS)
    assert answer.status_code == 200, answer.text
    (text,) = (text for text in said(answer) if sentence in text)
    assert "not used" in text
    assert not any("What was notified" in text for text in said(answer))


@pytest.mark.parametrize(
    "patient",
    [
        PATIENT,
        {**PATIENT, "address": {"city": "Bucaramanga"}},
        {**PATIENT, "address": [None, 1, {"city": "Bucaramanga"}]},
        living({"_city": []}),
        living({"_city": {"extension": {}}}),
        living({"_city": {"extension": [{"url": EXTENSION}, None, {"url": []}]}}),
        living(address(use="old")),
    ],
)
def test_an_address_without_a_code_says_nothing(
    client: httpx.Client, patient: dict[str, Any]
) -> None:
    odd = seen("2026-02-16", location=[None, {}, {"location": "1"}, {"location": {}}])
    answer = ask(client, patient, odd, {"resourceType": "Location"}, JOINTS)
    assert told(answer) == shares(own(client))
    assert not any("municipality" in text for text in said(answer))


@pytest.mark.parametrize("start", ["0001-01-01", "9999-12-31", 5, None, {}, "2026-02-30"])
def test_no_date_of_an_encounter_is_a_fault_of_the_service(
    client: httpx.Client, start: object
) -> None:
    answer = ask(client, living(address()), {**ENCOUNTER, "period": {"start": start}}, JOINTS)
    assert answer.status_code in (200, 422)


def test_a_hook_with_the_patient_and_encounter_prefetched_takes_the_place(
    client: httpx.Client,
) -> None:
    def detail(patient: dict[str, Any], name: str) -> str:
        found = {"patient": patient, "encounter": SEEN, "conditions": JOINTS}
        headers = {"Accept-Language": "en"}
        answer = client.post(SERVICE, json=asked(prefetch=found), headers=headers)
        cards = {card["uuid"].rsplit("-", 1)[1]: card["detail"] for card in answer.json()["cards"]}
        return str(cards[name] if name else next(iter(cards.values())))

    assert "4 times as often as usual" in detail(living(address()), "arbovirus")
    assert "What was notified in 05001" in detail(living(address("05001")), "")


def test_the_log_keeps_neither_place_nor_week(bundle: Bundle) -> None:
    entries = [{"resource": one} for one in (living(address()), SEEN, JOINTS)]
    given = {"resourceType": "Bundle", "entry": entries}
    found = assess_bundle(Models.of(bundle), given, "en")
    assert found.request.place is not None
    row = json.dumps(assessment_row(found.request, found.assessment, Asker()))
    assert "68001" not in row
    assert "2026-W07" not in row
