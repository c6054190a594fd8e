"""A bundle in which anything may stand anywhere is answered or refused, and never a fault."""

import copy
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from api.bundle.service import Models
from api.fhir.assess import assess_bundle
from api.fhir.hooks import HookRequest, OfTheRecord, bundle_of, cards, context_of, not_sent
from api.fhir.outcome import FhirRefused
from api.fhir.readable import assess_readable
from ml.serving.bundle import Bundle
from tests.api.test_cds_hooks import asked
from tests.api.test_fhir import PRESSURE, condition, measured, status
from tests.api.test_fhir_icd10 import coded
from tests.api.test_fhir_place import address, at, clinic, living, seen

Path = tuple[str | int, ...]
Changes = list[tuple[Path, Any]]
RECORD = [
    living(address(use="home", period={"end": "2090"})),
    seen(
        "2026-02-16",
        id="1",
        location=at("Location/1"),
        partOf={"reference": "Encounter/2"},
        period={"start": "2026-02-16", "end": "2026-02-17T08:00:00-05:00"},
    ),
    clinic(),
    {
        **PRESSURE,
        "subject": {"reference": "Patient/7/_history/1"},
        "encounter": {"reference": "urn:x"},
        "effectivePeriod": {"start": "2026-02-16", "end": "2026-02-16T09:00:00Z"},
    },
    measured("8310-5", 38.9, "Cel", effectiveDateTime="2026-01-01"),
    measured("8867-4", 90, "/min", effectiveTiming={"event": ["2026-02-16", "2026-02-17"]}),
    condition("fever", verificationStatus=status("ver-status", "confirmed")),
    coded("E11.9"),
]
WHOLE = {"resourceType": "Bundle", "entry": [{"fullUrl": "urn:x", "resource": r} for r in RECORD]}
HOOK = asked(prefetch={"patient": RECORD[0], "encounter": RECORD[1], "conditions": WHOLE})
ODD = st.sampled_from(
    [
        None, True, 0, -1, 1.5, 10**30, 10**400, float("inf"), "", "x", "2026", "0001-01-01",
        "9999-12-31T00:00:00Z", "2026-13-40", [], {}, [[]], [None], [{}],
        {"coding": 5}, {"coding": [5]}, {"extension": [[]]}, {"start": []}, ["68001"],
    ]
)  # fmt: skip


def _paths(document: object, path: Path = ()) -> Iterator[Path]:
    """Where something stands in a document, from the outside in."""
    inner: Iterable[tuple[str | int, object]] = ()
    if isinstance(document, dict):
        inner = document.items()
    elif isinstance(document, list):
        inner = enumerate(document)
    for key, value in inner:
        yield (*path, key)
        yield from _paths(value, (*path, key))


def _with(document: dict[str, Any], changes: Changes) -> dict[str, Any]:
    """The document with something else in these places, as far as they are still there."""
    changed = copy.deepcopy(document)
    for path, value in changes:
        place: Any = changed
        try:
            for key in path[:-1]:
                place = place[key]
            place[path[-1]] = copy.deepcopy(value)
        except (KeyError, IndexError, TypeError):
            continue
    return changed


def _changes(document: dict[str, Any]) -> st.SearchStrategy[Changes]:
    return st.lists(st.tuples(st.sampled_from(list(_paths(document))), ODD), min_size=1, max_size=3)


def _told(bundle: Bundle, record: object) -> Sequence[object]:
    """The entries of the answer, or why there is none."""
    try:
        found = assess_bundle(Models.of(bundle), record, "en")
    except FhirRefused as refused:
        return refused.issues
    entries: list[object] = found.bundle["entry"]
    return entries


def _shown(bundle: Bundle, given: HookRequest, record: dict[str, Any]) -> Sequence[object]:
    """The cards, or why there are none."""
    try:
        found, unread = assess_readable(Models.of(bundle), record, "en", context_of(given))
    except FhirRefused as refused:
        return refused.issues
    return cards(found.assessment, OfTheRecord(not_sent(given), found.count_not_now, unread))


@given(changes=_changes(WHOLE))
@settings(max_examples=400, deadline=None)
def test_a_bundle_is_answered_or_refused(bundle: Bundle, changes: Changes) -> None:
    assert _told(bundle, _with(WHOLE, changes))


@given(changes=_changes({key: HOOK[key] for key in ("context", "prefetch")}))
@settings(max_examples=400, deadline=None)
def test_a_hook_is_answered_or_refused(bundle: Bundle, changes: Changes) -> None:
    try:
        given = HookRequest.model_validate(_with(HOOK, changes))
    except ValidationError:
        # The service refuses it before it is read.
        return
    record = bundle_of(given)
    assert record is None or _shown(bundle, given, record) is not None
