"""The doctor's own system asks by CDS Hooks 2.0 and gets cards, red flags first."""

from typing import Any

import httpx
import pytest

from tests.api.test_fhir import PATIENT, PRESSURE, condition, observation

SERVICE = "/cds-services/semia-patient-view"


def asked(*resources: object, **more: object) -> dict[str, Any]:
    found = {"resourceType": "Bundle", "entry": [{"resource": one} for one in resources]}
    return {
        "hook": "patient-view",
        "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": {"userId": "Practitioner/1", "patientId": "7"},
        "prefetch": {"patient": PATIENT, "observations": found, "conditions": None},
        **more,
    }


def cards(client: httpx.Client, *resources: object, language: str = "en") -> list[dict[str, Any]]:
    answer = client.post(SERVICE, json=asked(*resources), headers={"Accept-Language": language})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["cards"]
    return found


def test_what_is_offered_can_be_discovered(no_models: httpx.Client) -> None:
    (service,) = no_models.get("/cds-services").json()["services"]
    assert service["hook"] == "patient-view"
    assert no_models.post(f"/cds-services/{service['id']}", json=asked()).status_code == 503
    assert set(service["prefetch"]) == {"patient", "observations", "conditions"}


def test_red_flags_come_first_then_the_answers(client: httpx.Client) -> None:
    found = cards(client, PRESSURE, condition("fever"))
    assert [card["indicator"] for card in found[:2]] == ["critical", "info"]
    assert found[0]["source"]["url"].startswith("https://doi.org/")
    assert "does not replace" in found[1]["detail"]
    assert "SYNTHETIC" in found[1]["detail"]


def test_a_card_is_what_the_specification_asks(client: httpx.Client) -> None:
    found = cards(client, PRESSURE, condition("fever"), language="es")
    assert len({card["uuid"] for card in found}) == len(found)
    for card in found:
        assert 0 < len(card["summary"]) <= 140
        assert card["indicator"] in ("info", "warning", "critical")
        assert card["source"]["label"]
        assert all({"system", "code", "display"} == set(r) for r in card["overrideReasons"])


def test_a_question_nothing_bears_on_has_no_card(client: httpx.Client) -> None:
    body = asked(prefetch={"conditions": condition("cough")})
    found = client.post(SERVICE, json=body).json()["cards"]
    about = {card["uuid"].rsplit("-", 1)[1] for card in found}
    assert "differential" in about
    assert "arbovirus" not in about


@pytest.mark.parametrize(
    ("wrong", "status"),
    [({"hook": "order-sign"}, 422), ({"prefetch": None}, 422), ({"hookInstance": "x" * 201}, 422)],
)
def test_what_is_no_such_hook_is_refused(
    client: httpx.Client, wrong: dict[str, object], status: int
) -> None:
    assert client.post(SERVICE, json=asked(**wrong)).status_code == status


def test_a_fault_in_the_record_is_said(client: httpx.Client) -> None:
    answer = client.post(SERVICE, json=asked(observation("fever", "urn:semia:code")))
    assert answer.status_code == 422
    assert "fever" in answer.json()["detail"]
