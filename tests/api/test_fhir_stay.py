"""What is of the same stay is of now, whichever of its encounters says so and in whichever zone."""

from datetime import timedelta
from typing import Any

import pytest

from api.fhir.record import Context
from tests.api.test_fhir import condition, measured, observation
from tests.api.test_fhir_now import ACTIVE, AGO, NOW, TODAY, category, entry, read, values
from tests.api.test_fhir_place import seen

OF_ONE_VISIT = {"clinicalStatus": ACTIVE, "category": category("encounter-diagnosis")}
DAYS_AGO = [(NOW - timedelta(days=ago)).date().isoformat() for ago in range(4)]


def of(name: str, **more: object) -> dict[str, Any]:
    return {"encounter": {"reference": name}, **more}


def part(name: str, start: str, whole: str = "stay", **more: object) -> dict[str, Any]:
    return seen(start, id=name, partOf={"reference": f"Encounter/{whole}"}, **more)


def pulse(**more: object) -> dict[str, Any]:
    return measured("8867-4", 120, "/min", **more)


STAY = seen(DAYS_AGO[3], id="stay")
EMERGENCY = part("er", DAYS_AGO[3])
WARD = part("ward", DAYS_AGO[0])
ROOM = part("room", DAYS_AGO[0], "ward")
ALONE = seen(DAYS_AGO[3], id="alone")


@pytest.mark.parametrize("visits", [[STAY, EMERGENCY, WARD], [WARD, EMERGENCY, STAY]])
@pytest.mark.parametrize(
    ("more", "is_used"),
    [
        (of("Encounter/ward", effectiveDateTime=DAYS_AGO[3]), True),
        (of("Encounter/stay", effectiveDateTime=DAYS_AGO[3]), True),
        (of("Encounter/er", effectiveDateTime=DAYS_AGO[0]), True),
        (of("Encounter/er", effectiveDateTime=DAYS_AGO[1]), True),
        (of("Encounter/er", effectiveDateTime=DAYS_AGO[3]), False),
        (of("Encounter/er"), True),
        (of("Encounter/alone", effectiveDateTime=TODAY), False),
        (of("Encounter/not-sent", effectiveDateTime=TODAY), True),
        (of("Encounter/not-sent", effectiveDateTime=AGO), False),
        (of("Encounter/not-sent"), False),
    ],
)
def test_encounters_of_one_stay_belong_together(
    visits: list[dict[str, Any]], more: dict[str, Any], is_used: bool
) -> None:
    record = read(ALONE, *visits, pulse(**more))
    assert bool(values(record)) is is_used
    assert record.count_not_now == (not is_used)


def test_a_part_counts_when_its_whole_began_as_late_and_is_listed_first() -> None:
    stay = seen(DAYS_AGO[0], id="stay")
    for name in ("ward", "room", "stay"):
        assert values(read(stay, WARD, ROOM, pulse(**of(f"Encounter/{name}"))))


def test_parts_know_their_whole_by_its_address_and_where_it_was_not_sent() -> None:
    whole = entry(seen(DAYS_AGO[3]), "urn:uuid:1")
    ward, er = (
        {**one, "partOf": {"reference": "urn:uuid:1"}} for one in (part("w", TODAY), EMERGENCY)
    )
    for sent in ([whole], []):
        assert values(read(*sent, er, ward, pulse(**of("Encounter/er", effectiveDateTime=TODAY))))
        assert values(read(*sent, er, ward, pulse(**of("urn:uuid:1", effectiveDateTime=AGO))))


def test_encounters_that_are_part_of_each_other_are_read_all_the_same() -> None:
    round_about = [part("a", TODAY, "b"), part("b", TODAY, "a"), part("c", TODAY, "c")]
    assert values(read(*round_about, pulse(**of("Encounter/b"))))
    deep = [part(str(n), TODAY, str(n + 1)) for n in range(500)]
    assert values(read(*deep, *[pulse(**of("Encounter/1"))] * 400))


def test_a_hook_opened_on_a_stay_takes_the_vital_signs_of_its_wards() -> None:
    stay = Context(encounter=frozenset({"Encounter/stay"}))
    for sent in ([STAY], []):
        assert values(
            read(*sent, pulse(**of("Encounter/ward", effectiveDateTime=TODAY)), context=stay)
        )
        assert not values(
            read(*sent, pulse(**of("Encounter/ward", effectiveDateTime=AGO)), context=stay)
        )
        assert not values(read(*sent, pulse(**of("Encounter/ward")), context=stay))


@pytest.mark.parametrize(
    ("visits", "more", "is_used"),
    [
        (
            [seen("2026-03-02T01:00:00Z", id="e")],
            of("Encounter/e", recordedDate="2026-03-01T20:05:00-05:00"),
            True,
        ),
        ([], {"recordedDate": f"{DAYS_AGO[1]}T20:00:00-05:00"}, True),
        ([], {"recordedDate": DAYS_AGO[2]}, False),
        ([STAY, WARD], of("Encounter/stay", recordedDate=DAYS_AGO[2]), True),
        ([STAY, WARD], of("Encounter/ward", recordedDate=DAYS_AGO[2]), True),
        ([STAY, WARD, EMERGENCY], of("Encounter/er", recordedDate=DAYS_AGO[1]), True),
        ([STAY, WARD, EMERGENCY], of("Encounter/er", recordedDate=DAYS_AGO[2]), False),
        ([STAY, WARD], of("Encounter/not-sent", recordedDate=TODAY), True),
        ([STAY, WARD], of("Encounter/not-sent", recordedDate=AGO), False),
        ([STAY, WARD], of("Encounter/not-sent"), False),
    ],
)
def test_a_symptom_of_this_very_visit_counts(
    visits: list[dict[str, Any]], more: dict[str, Any], is_used: bool
) -> None:
    record = read(*visits, condition("fever", **OF_ONE_VISIT, **more))
    assert record.signs == ({"fever": True} if is_used else {})
    assert record.count_not_now == (not is_used)


def test_an_active_symptom_of_an_encounter_that_was_not_sent_counts_only_if_it_is_new() -> None:
    for recorded, signs in ((TODAY, {"fever": True}), (AGO, {})):
        told = of("Encounter/not-sent", clinicalStatus=ACTIVE, recordedDate=recorded)
        assert read(WARD, condition("fever", **told)).signs == signs


@pytest.mark.parametrize("words", ["last week", "two days ago", "2 days ago", "ayer", ""])
def test_what_ended_in_words_is_over(words: str) -> None:
    record = read(WARD, condition("fever", clinicalStatus=ACTIVE, abatementString=words))
    assert (record.signs, record.count_not_now) == ({}, 1)


def test_a_past_illness_of_somebody_else_or_of_a_day_to_come_is_left_out_and_said() -> None:
    told = observation("diabetes", "urn:semia:code", valueBoolean=True)
    mother = {**told, "focus": [{"reference": "RelatedPerson/mother"}]}
    later = {**told, "effectiveDateTime": "2099-01-01"}
    for one, sentence in ((mother, "not about the patient"), (later, "still to come")):
        record = read(one)
        assert record.signs == {}
        assert sentence in record.issues[0].text
    assert read(told).signs == {"diabetes": True}


@pytest.mark.parametrize(
    ("timing", "is_used"),
    [
        ({"event": [AGO]}, False),
        ({"event": [TODAY, AGO]}, True),
        ({"event": [f"{AGO}T08:00:00Z", None, f"{TODAY}T00:00:01Z"]}, True),
        ({"repeat": {"frequency": 3}}, False),
        ({"event": []}, False),
        ("daily", False),
    ],
)
def test_a_timing_is_of_its_last_event(timing: object, is_used: bool) -> None:
    record = read(WARD, pulse(effectiveTiming=timing))
    assert bool(values(record)) is is_used
    assert record.count_not_now == (not is_used)


def test_an_event_that_is_no_date_is_a_fault() -> None:
    for events in (["daily"], [TODAY, 7], [[]]):
        record = read(WARD, pulse(effectiveTiming={"event": events}))
        assert "is no FHIR date" in record.unread[0].text


@pytest.mark.parametrize(
    ("end", "day", "is_used"),
    [
        ("2026-03-02", "2026-03-02", True),
        ("2026-03-02", "2026-03-03", True),
        ("2026-03-02", "2026-03-04", False),
        ("2026-03-02T23:30:00-05:00", "2026-03-03T23:00:00-05:00", True),
        ("2026-03-02T23:30:00-05:00", "2026-03-04T00:00:00-05:00", False),
        ("2026-03-02", "2026-03-03T23:00:00-05:00", True),
        ("2026-03", "2026-03-20", True),
        ("2026-03", "2026-05-01", False),
        ("2026-03-02", None, True),
        ("soon", "2026-05-01", True),
        (None, "2026-05-01", True),
    ],
)
def test_what_was_measured_long_after_a_visit_ended_is_not_of_it(
    end: str | None, day: str | None, is_used: bool
) -> None:
    visit = seen("", id="e", period={"start": "2026-03-01", "end": end})
    record = read(visit, pulse(effectiveDateTime=day))
    assert bool(values(record)) is is_used
    assert record.count_not_now == (not is_used)
    assert values(read(visit, pulse(**of("Encounter/e", effectiveDateTime=day))))
