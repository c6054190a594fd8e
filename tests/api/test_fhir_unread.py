"""What cannot be read of a hook's record goes alone, and nothing older takes its place."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from api.bundle.service import Models
from api.fhir import hooks, readable
from api.fhir.assess import Assessed
from api.fhir.outcome import FhirRefused, Issue
from api.fhir.reading import NO_CONTEXT, Reader
from api.fhir.record import Record
from api.words.language import Language
from ml.serving.bundle import Bundle
from tests.api.test_cds_hooks import cards
from tests.api.test_fhir import PATIENT, PRESSURE, ask, condition, faults, measured

NOW = datetime.now(UTC)
TODAY, YESTERDAY = ((NOW - timedelta(days=ago)).date().isoformat() for ago in (0, 1))
SYSTOLIC, DIASTOLIC = (
    {**part, "valueQuantity": {"value": value, "code": "mm[Hg]"}}
    for part, value in zip(PRESSURE["component"], (70, 50), strict=True)
)


def panel(*parts: dict[str, Any], **more: object) -> dict[str, Any]:
    return {**PRESSURE, "component": list(parts), **more}


def without_value(part: dict[str, Any], **more: object) -> dict[str, Any]:
    return {"code": part["code"], **more}


def quantity(value: float, code: str) -> dict[str, Any]:
    return {"valueQuantity": {"value": value, "code": code}}


def read(bundle: Bundle, *given: dict[str, Any]) -> tuple[dict[str, float], list[str | None]]:
    """The measurements that are used of a hook's record, and where those stand that cannot be."""
    record = {
        "resourceType": "Bundle",
        "entry": [{"resource": one} for one in (PATIENT, condition("cough"), *given)],
    }
    found, unread = readable.assess_readable(Models.of(bundle), record, "en", NO_CONTEXT)
    return dict(found.request.observations), [one.place for one in unread]


@pytest.mark.parametrize(
    "odd",
    [
        quantity(4, "cmH2O"),
        quantity(900, "mm[Hg]"),
        {"valueString": "palp"},
        {"valueQuantity": {"value": 40, "code": "mm[Hg]", "comparator": "<"}},
    ],
)
def test_one_odd_component_leaves_the_other(bundle: Bundle, odd: dict[str, Any]) -> None:
    half = panel(SYSTOLIC, without_value(DIASTOLIC, **odd))
    place = "Bundle.entry[2].resource.component[1]"
    assert read(bundle, half) == ({"systolic_bp_mmhg": 70}, [place])


def test_a_shock_with_half_a_reading_beside_an_older_pressure_is_a_red_flag(
    client: httpx.Client,
) -> None:
    odd = without_value(DIASTOLIC, valueString="palp")
    now = panel(SYSTOLIC, odd, effectiveDateTime=TODAY)
    older = panel({**SYSTOLIC, **quantity(120, "mm[Hg]")}, effectiveDateTime=YESTERDAY)
    flag, unread, *_ = cards(client, now, older)
    assert (flag["indicator"], unread["indicator"]) == ("critical", "warning")
    assert "diastolic_bp_mmhg" in unread["detail"]


@pytest.mark.parametrize("odd", [quantity(900, "/min"), quantity(80, "furlong")])
@pytest.mark.parametrize("is_first", [True, False])
def test_an_older_value_does_not_stand_in_for_one_that_cannot_be_read(
    bundle: Bundle, odd: dict[str, Any], is_first: bool
) -> None:
    now = {**measured("8867-4", 0, ""), **odd, "effectiveDateTime": f"{TODAY}T00:00:01Z"}
    older = measured("8867-4", 80, "/min", effectiveDateTime=YESTERDAY)
    later = measured("8867-4", 99, "/min", effectiveDateTime=f"{TODAY}T00:00:02Z")
    order = [now, older] if is_first else [older, now]
    place = f"Bundle.entry[{2 if is_first else 3}].resource"
    assert read(bundle, *order) == ({}, [place])
    assert read(bundle, *order, later) == ({"heart_rate_per_min": 99}, [place])


def test_pressures_in_the_wrong_order_lose_only_the_one_that_is_named(bundle: Bundle) -> None:
    crossed = panel(SYSTOLIC, {**DIASTOLIC, **quantity(90, "mm[Hg]")})
    place = "Bundle.entry[2].resource.component[1]"
    assert read(bundle, crossed) == ({"systolic_bp_mmhg": 70}, [place])


def test_a_thousand_impossible_values_are_read_once_and_assessed_once(
    bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads, rounds = [], []
    read_all, assess = Reader.read, readable.assess_record

    def counted(self: Reader, entries: list[Any]) -> Record:
        reads.append(len(entries))
        return read_all(self, entries)

    def assessed(models: Models, record: Record, language: Language) -> Assessed:
        rounds.append(record)
        return assess(models, record, language)

    monkeypatch.setattr(Reader, "read", counted)
    monkeypatch.setattr(readable, "assess_record", assessed)
    _, places = read(bundle, *[measured("8867-4", 900 + n, "/min") for n in range(998)])
    assert len(places) == 998
    assert (reads, len(rounds)) == ([1000], 1)


def test_where_nothing_is_left_it_is_said_what_could_not_be_read(bundle: Bundle) -> None:
    given = {"resourceType": "Bundle", "entry": [{"resource": measured("8867-4", 900, "/min")}]}
    with pytest.raises(FhirRefused) as refused:
        readable.assess_readable(Models.of(bundle), given, "en", NO_CONTEXT)
    assert "900" in str(refused.value)


def test_an_issue_that_names_no_measurement_sets_nothing_aside() -> None:
    assert not Record().set_aside(Issue("error", "value", "", None))


def test_a_bundle_that_is_sent_to_be_assessed_names_every_impossible_value(
    client: httpx.Client,
) -> None:
    pulses = [measured("8867-4", value, "/min") for value in (900, 901)]
    found = faults(ask(client, condition("fever"), *pulses))
    assert [place for place, _ in found] == [f"Bundle.entry[{n}].resource" for n in (1, 2)]


def test_what_was_left_out_has_a_card_of_its_own_where_no_answer_has_one(bundle: Bundle) -> None:
    given = {"resourceType": "Bundle", "entry": [{"resource": condition("cough")}]}
    found, _ = readable.assess_readable(Models.of(bundle), given, "en", NO_CONTEXT)
    silent = found.assessment.model_copy(update={"answers": []})
    (card,) = hooks.cards(silent, hooks.OfTheRecord(["observations"], 2))
    assert card["indicator"] == "warning"
    assert card["detail"] == (
        "Not received of the record, and counted as unknown: vital signs.\n\n"
        "Items of the record that were not used, being of another encounter or day: 2."
    )
    word = {"card": card["uuid"], "outcome": "accepted"}
    assert hooks.feedback_on(hooks.CardFeedback.model_validate(word)) is None
    assert hooks.cards(silent) == []
