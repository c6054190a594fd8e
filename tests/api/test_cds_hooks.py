"""The doctor's own system asks by CDS Hooks 2.0 and gets cards, red flags first."""

import json
from typing import Any

import httpx
import pytest

from tests.api.test_fhir import PATIENT, PRESSURE, condition, measured, observation
from warehouse.settings import Settings

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
    assert set(service["prefetch"]) == {"patient", "encounter", "observations", "conditions"}


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
    [
        ({"hook": "order-sign"}, 422),
        ({"prefetch": []}, 422),
        ({"prefetch": None}, 412),
        ({"prefetch": {}}, 412),
        ({"prefetch": {"patient": None, "observations": None}}, 412),
        ({"prefetch": {"patient": {"resourceType": "OperationOutcome", "issue": []}}}, 412),
        ({"hookInstance": "x" * 201}, 422),
        ({"prefetch": {"conditions": {"resourceType": "Bundle", "entry": 5}}}, 422),
    ],
)
def test_what_is_no_such_hook_is_refused(
    client: httpx.Client, wrong: dict[str, object], status: int
) -> None:
    assert client.post(SERVICE, json=asked(**wrong)).status_code == status


def test_what_became_of_the_cards_is_kept(client: httpx.Client, api_settings: Settings) -> None:
    shown = [card["uuid"] for card in cards(client, PRESSURE, condition("fever"))]
    flag = next(uuid for uuid in shown if "-flag-" in uuid)
    first, second = [uuid for uuid in shown if uuid != flag][:2]
    reason = {"reason": {"code": "other_evidence", "system": "urn:semia:override"}}
    said = [
        {"card": flag, "outcome": "accepted", "outcomeTimestamp": "2026-11-30T07:00:00Z"},
        {"card": first, "outcome": "accepted", "acceptedSuggestions": [{"id": "x"}]},
        {"card": second, "outcome": "overridden", "overrideReason": reason},
        {"card": second, "outcome": "overridden", "overrideReason": {"userComment": "Mrs Secret"}},
    ]
    answer = client.post(f"{SERVICE}/feedback", json={"feedback": said})
    assert (answer.status_code, answer.json()) == (200, {})
    text = "".join(f.read_text() for f in (api_settings.home / "spool").glob("*.ndjson"))
    rows = [json.loads(line)["row"] for line in text.splitlines() if '"log":"feedback"' in line]
    found = [(f"{r['assessment_id']}-{r['problem']}", r["verdict"], r["reason"]) for r in rows]
    assert found == [
        (first, "accepted", None),
        (second, "overridden", "other_evidence"),
        (second, "overridden", None),
    ]
    assert "Secret" not in text


@pytest.mark.parametrize(
    "card",
    [
        "",
        "x",
        "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea-",
        "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea-weather",
        "z1577c69-dfbe-44ad-ba6d-3e05e953b2ea-arbovirus",
        "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea-" + "x" * 150,
    ],
)
def test_what_is_no_card_is_refused_and_nothing_kept(
    client: httpx.Client, api_settings: Settings, card: str
) -> None:
    good = {"card": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea-arbovirus", "outcome": "accepted"}
    said = {"feedback": [good, {"card": card, "outcome": "accepted"}]}
    answer = client.post(f"{SERVICE}/feedback", json=said)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "#/feedback/1/card"
    assert not list((api_settings.home / "spool").glob("*.ndjson"))


def test_what_cannot_be_read_of_the_record_silences_nothing(client: httpx.Client) -> None:
    no_answer = observation("fever", "urn:semia:code", valueString="maybe")
    odd = [measured("8867-4", 900, "/min"), measured("8867-4", 90, "furlong"), no_answer]
    found = cards(client, *odd, PRESSURE)
    flag, unread, *answers = found
    assert (flag["indicator"], unread["indicator"]) == ("critical", "warning")
    assert unread["summary"].endswith("do not count: 3")
    for part in ("900", "furlong", "fever: whether it is present"):
        assert part in unread["detail"]
    assert answers
    told = {"card": unread["uuid"], "outcome": "accepted"}
    assert client.post(f"{SERVICE}/feedback", json={"feedback": [told]}).status_code == 200


def test_a_record_that_contradicts_itself_is_refused(client: httpx.Client) -> None:
    yes, no = (observation("fever", "urn:semia:code", valueBoolean=one) for one in (True, False))
    answer = client.post(SERVICE, json=asked(yes, no), headers={"Accept-Language": "en"})
    assert answer.status_code == 422
    assert "fever" in answer.json()["detail"]


def test_a_red_flags_card_says_why_and_when_it_misleads(client: httpx.Client) -> None:
    (flag, *_) = cards(client, PRESSURE)
    assert "Because of: Systolic pressure." in flag["detail"]
    assert "When it misleads: " in flag["detail"]
