"""Dates that are none, or of days to come, and references that mean nobody: nothing is guessed."""

from datetime import timedelta
from typing import Any

import pytest

from api.fhir.names import name_in
from tests.api.test_fhir import PATIENT, condition, measured, status
from tests.api.test_fhir_now import (
    ACTIVE,
    NEW,
    NOW,
    OF_OLD,
    OLD,
    TODAY,
    category,
    entry,
    read,
    values,
)
from tests.api.test_fhir_place import seen
from tests.api.test_fhir_stay import WARD, pulse


def without_any(part: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in part.items() if not name.startswith("value")}


def test_what_is_dated_in_days_to_come_is_not_of_now() -> None:
    later = (NOW + timedelta(days=400)).date().isoformat()
    for sign in ("hypertension", "fever"):
        record = read(condition(sign, recordedDate=later, clinicalStatus=ACTIVE))
        assert record.signs == {}
        assert "still to come" in record.issues[-1].text


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"clinicalStatus": ACTIVE, "verificationStatus": status("ver-status", "refuted")},
        {"verificationStatus": status("ver-status", "refuted")},
    ],
    ids=["no status", "active and refuted", "refuted"],
)
def test_of_another_encounter_only_what_is_said_to_go_on_does(more: dict[str, Any]) -> None:
    other = {**OF_OLD, "category": category("problem-list-item"), **more}
    assert read(OLD, NEW, condition("fever", **other)).signs == {}


def test_a_date_that_is_none_hides_what_is_older_and_says_of_what_it_is() -> None:
    old, bad = pulse(effectiveDateTime=TODAY), pulse(effectiveDateTime="x")
    for given in ((old, bad), (bad, old)):
        record = read(WARD, *given)
        assert values(record) == {}
        assert record.unread[0].text.startswith("heart_rate_per_min")


def test_what_cannot_be_read_may_be_of_the_end_of_its_day() -> None:
    early = pulse(effectiveDateTime=f"{TODAY}T00:00:01Z")
    for given in ({"effectiveDateTime": TODAY}, {}):
        odd = measured("8867-4", 90, "/fortnight", **given)
        assert values(read(WARD, odd, early)) == values(read(WARD, early, odd)) == {}


def test_a_bad_date_of_what_nobody_asks_for_is_no_fault() -> None:
    unknown = {**pulse(effectiveDateTime="x"), "code": {"text": "shoe size"}}
    assert read(WARD, unknown).unread == []


def test_a_second_more_than_a_minute_has_is_a_time() -> None:
    told = pulse(effectiveDateTime=f"{TODAY}T00:00:60Z")
    assert read(WARD, told).unread == []


def test_a_reference_that_asks_a_server_says_nothing() -> None:
    assert name_in({"reference": "Patient?identifier=1"}) is None


@pytest.mark.parametrize(
    ("period", "is_over"),
    [({"start": "2020-01-01"}, True), ({"start": "2020-01-01", "end": "2999"}, False)],
)
def test_a_period_of_ending_is_over_when_it_ends(period: dict[str, str], is_over: bool) -> None:
    told = condition("fever", clinicalStatus=ACTIVE, abatementPeriod=period)
    assert (read(WARD, told).signs == {}) is is_over


def test_a_focus_that_is_the_patient_is_none() -> None:
    themselves = {"reference": "Patient/p"}
    assert values(read(WARD, pulse(subject=themselves, focus=[themselves])))
    assert not values(read(WARD, pulse(subject=themselves, focus=[{"reference": "Patient/x"}])))


def test_components_that_are_none_are_no_value_and_said() -> None:
    record = read(WARD, {**without_any(pulse()), "component": ["x"]})
    assert len(record.issues) == 1


def test_an_odd_age_is_left_aside_where_the_birth_is_known() -> None:
    record = read(PATIENT, measured("30525-0", 36, "Jahre"))
    assert record.unread == []


def test_a_whole_that_nobody_sent_is_known_by_its_address() -> None:
    ward = entry(seen(TODAY, id="1", partOf={"reference": "Encounter/9"}), "https://h/Encounter/1")
    told = measured("8867-4", 90, "/min", encounter={"reference": "https://h/Encounter/9"})
    assert values(read(ward, told))


def test_the_sex_is_the_patients_whatever_else_says_so() -> None:
    told = measured("46098-0", 1, "1")
    for value in ({"valueCodeableConcept": {"text": "female"}}, {"valueInteger": 1}):
        record = read(PATIENT, {**without_any(told), **value})
        assert (record.unread, record.sex) == ([], "female")
        assert record.issues[-1].text.startswith("Not used: the sex")
