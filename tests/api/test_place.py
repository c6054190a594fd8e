"""A place and a week re-weight the questions about what is notified there, and say so."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from api.answer.assessment import assess
from api.answer.place import placed
from api.batch.tables import CSV, NDJSON
from api.bundle.service import Models
from api.log.entries import Asker, assessment_row
from api.schemas.asked import AssessmentRequest
from api.words.departments import DEPARTMENTS, called
from api.words.errors import BadRequestData
from ml.serving import epi_weeks
from ml.serving.bundle import Bundle
from tests.api.conftest import client_of
from tests.api.refusals import details, refuse
from tests.api.test_assessments import PATIENT, ask, one
from tests.api.test_certainty import JOINTS, RARE, warned
from warehouse.settings import Settings

PLACE = {"municipality": "68001", "week": "2026-W07"}


def probabilities(answer: dict[str, Any]) -> dict[str, float]:
    return {option["code"]: option["probability"] for option in answer["ranked"]}


def test_what_is_notified_is_taken_into_account_and_said(client: httpx.Client) -> None:
    learned, there = ask(client, JOINTS), ask(client, {**JOINTS, "place": PLACE})
    told = there["place"]
    assert (told["status"], told["municipality"]) == ("used", "68001")
    assert (told["week"], told["known_in"], told["source"]) == (
        "2026-W07", "2026-W07", "sivigila_dengue",
    )  # fmt: skip
    assert {n["code"]: n["times_usual"] for n in told["notified"]} == {
        "dengue": 4, "chikungunya": 0.5,
    }  # fmt: skip
    before, after = one(learned, "arbovirus"), one(there, "arbovirus")
    assert probabilities(after)["dengue"] > probabilities(before)["dengue"]
    assert sum(probabilities(after).values()) == pytest.approx(1)
    # Two thirds are usually parted four to one; then dengue is four times and the other half that.
    shares = {"dengue": 32 / 38, "chikungunya": 1 / 38, "other_disease": 5 / 38}
    assert after["prevalence"] == pytest.approx(shares)
    assert set(after["set"]["codes"]) == set(before["set"]["codes"])
    assert not after["is_confident"]
    assert warned(there, "local_prior") == ["arbovirus"]
    assert warned(there, "artificial_balance") == []
    assert learned["place"] is None


def test_the_places_of_which_something_is_known_are_listed_with_their_names(
    client: httpx.Client,
) -> None:
    listed = client.get("/v1/places").json()
    assert (listed["source"], listed["newest_week"]) == ("sivigila_dengue", "2026-W07")
    names = {place["code"]: place["name"] for place in listed["places"]}
    assert {place["department"] for place in listed["places"]} == {"Santander"}
    assert names == {
        "68001": "Bucaramanga", "68276": "Floridablanca", "68307": "Girón", "68547": None,
    }  # fmt: skip
    there = ask(client, {**JOINTS, "place": PLACE})["place"]
    assert (there["municipality"], there["name"]) == ("68001", "Bucaramanga")
    nameless = ask(client, {**JOINTS, "place": {**PLACE, "municipality": "68547"}})
    assert nameless["place"]["name"] is None
    (said,) = (w["message"] for w in nameless["warnings"] if w["code"] == "local_prior")
    assert " 68547 (Santander) " in said
    assert there["department"] == nameless["place"]["department"] == "Santander"


def test_a_municipality_is_called_so_that_no_other_is_meant() -> None:
    assert called("05664", "San Pedro") == "San Pedro, Antioquia (05664)"
    assert called("70717", "San Pedro") == "San Pedro, Sucre (70717)"
    assert called("70717", None) == "70717 (Sucre)"
    assert called("11001", "Bogotá") == "Bogotá (11001)"
    assert called("34001", None) == "34001"
    # Bogotá aside there are 32 departments, and none is called as another.
    assert len(DEPARTMENTS) == len(set(DEPARTMENTS.values())) == 32


def test_a_bundle_without_the_table_lists_no_place(
    bundle: Bundle, api_settings: Settings, way: str
) -> None:
    with client_of(way, api_settings, replace(bundle, local=None)) as client:
        listed = client.get("/v1/places").json()
    assert listed == {"source": None, "newest_week": None, "places": []}


def test_only_questions_about_what_is_notified_change(client: httpx.Client) -> None:
    learned, there = ask(client, PATIENT), ask(client, {**PATIENT, "place": PLACE})
    for name in ("severity", "admission", "differential"):
        assert one(there, name)["ranked"] == one(learned, name)["ranked"]
        assert one(there, name)["prevalence"] is None


def test_a_stated_prevalence_is_the_usual_one_there(client: httpx.Client) -> None:
    given = {**JOINTS, "prevalence": {"arbovirus": RARE}, "place": PLACE}
    shares = one(ask(client, given), "arbovirus")["prevalence"]
    odds = shares["dengue"] / shares["other_disease"]
    assert odds == pytest.approx(4 * RARE["dengue"] / RARE["other_disease"])


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_level_is_said_in_words(client: httpx.Client, language: str) -> None:
    found = ask(client, {**JOINTS, "place": PLACE, "language": language})
    (said,) = [w["message"] for w in found["warnings"] if w["code"] == "local_prior"]
    expected = {
        "es": ("unas 4 veces lo habitual", "50 % de lo habitual", "prevalencia habitual"),
        "en": ("about 4 times as often as usual", "50% of what is usual", "usual prevalence"),
    }
    for words in expected[language]:
        assert words in said
    given = {**JOINTS, "place": PLACE, "language": language, "prevalence": {"arbovirus": RARE}}
    (said,) = [w["message"] for w in ask(client, given)["warnings"] if w["code"] == "local_prior"]
    assert expected[language][2] not in said


@pytest.mark.parametrize(
    "place", [{"municipality": "05001", "week": "2026-W07"}, {**PLACE, "week": "2026-W12"}]
)
def test_a_place_or_week_without_notifications_changes_nothing_and_says_so(
    client: httpx.Client, place: dict[str, str]
) -> None:
    learned, there = ask(client, JOINTS), ask(client, {**JOINTS, "place": place})
    assert one(there, "arbovirus")["ranked"] == one(learned, "arbovirus")["ranked"]
    assert one(there, "arbovirus")["prevalence"] is None
    assert there["place"]["status"] == "not_known"
    assert (there["place"]["known_in"], there["place"]["notified"]) == (None, [])
    assert warned(there, "no_local_incidence") == [None]
    assert warned(there, "artificial_balance") == ["arbovirus"]


def test_a_bundle_without_the_table_changes_nothing_and_says_so(
    bundle: Bundle, api_settings: Settings, way: str
) -> None:
    with client_of(way, api_settings, replace(bundle, local=None)) as client:
        found = ask(client, {**JOINTS, "place": PLACE})
    assert found["place"]["status"] == "not_known"
    assert warned(found, "no_local_incidence") == [None]


@pytest.mark.parametrize(
    ("place", "where", "code"),
    [
        ({"municipality": "6800"}, "#/place/municipality", "not_municipality"),
        ({"municipality": "Cali"}, "#/place/municipality", "not_municipality"),
        ({"municipality": "٦٨٠٠١"}, "#/place/municipality", "not_municipality"),
        ({"municipality": 68001}, "#/place/municipality", "not_text"),
        ({"week": "2026-W07"}, "#/place/municipality", "missing"),
        ({**PLACE, "week": "2026-W53"}, "#/place/week", "not_week"),
        ({**PLACE, "week": "last"}, "#/place/week", "not_week"),
        ({**PLACE, "week": "2099-W01"}, "#/place/week", "week_to_come"),
        ({**PLACE, "weeks": "2026-W07"}, "#/place/weeks", "unknown_field"),
        ("68001", "#/place", "not_object"),
    ],
)
@pytest.mark.parametrize("language", ["es", "en"])
def test_a_place_that_cannot_be_says_why(
    client: httpx.Client, place: object, where: str, code: str, language: str
) -> None:
    problem = refuse(client, {**JOINTS, "place": place, "language": language}, 422)
    assert [(e["pointer"], e["code"]) for e in problem["errors"]] == [(where, code)]
    assert details(problem)


@pytest.mark.parametrize(
    ("today", "week"),
    [
        (date(2026, 1, 3), "2025-W53"),
        (date(2026, 1, 4), "2026-W01"),
        (date(2021, 1, 2), "2020-W53"),
        (date(2026, 11, 30), "2026-W48"),
    ],
)
def test_without_a_week_it_is_this_one(bundle: Bundle, today: date, week: str) -> None:
    request = AssessmentRequest.model_validate({"place": {"municipality": "68001"}})
    found = placed(request, Models.of(bundle), {}, "en", today)
    assert found is not None
    assert found.told.week == week


def test_a_week_is_to_come_until_its_sunday(bundle: Bundle) -> None:
    sunday = date(2026, 2, 15)
    request = AssessmentRequest.model_validate({"place": PLACE})
    assert placed(request, Models.of(bundle), {}, "en", sunday) is not None
    with pytest.raises(BadRequestData, match="2026-W06"):
        placed(request, Models.of(bundle), {}, "en", sunday - timedelta(days=1))
    assert epi_weeks.read(PLACE["week"]) == sunday


def test_lines_of_a_file_have_a_place_of_their_own(client: httpx.Client) -> None:
    asked = [JOINTS, {**JOINTS, "place": PLACE}, {**JOINTS, "place": {"municipality": "?"}}]
    answer = client.post(
        "/v1/assessments/batch",
        content="\n".join(json.dumps(one) for one in asked),
        headers={"Content-Type": NDJSON, "Accept": NDJSON},
    )
    plain, there, refused = [json.loads(line) for line in answer.text.splitlines()]
    assert plain["assessment"]["place"] is None
    assert there["assessment"]["place"]["status"] == "used"
    assert refused["refused"]["errors"][0]["code"] == "not_municipality"


def test_a_table_may_name_a_place_though_a_spreadsheet_dropped_its_first_digit(
    client: httpx.Client,
) -> None:
    table = "joint_pain,municipality,week\nyes,68001,2026-W07\nyes,5001,\nyes,,\n"
    headers = {"Content-Type": CSV, "Accept": NDJSON}
    answer = client.post("/v1/assessments/batch", content=table, headers=headers)
    found = [json.loads(line)["assessment"]["place"] for line in answer.text.splitlines()]
    assert (found[0]["status"], found[1]["municipality"], found[2]) == ("used", "05001", None)


def test_the_log_keeps_the_shares_and_not_the_place(bundle: Bundle) -> None:
    request = AssessmentRequest.model_validate({**JOINTS, "place": PLACE})
    found = assess(Models.of(bundle), request, "en")
    row = assessment_row(request, found, Asker())
    (answer,) = row["answer"]["answers"]
    assert sum(answer["prevalence"].values()) == pytest.approx(1)
    assert "68001" not in json.dumps(row)
