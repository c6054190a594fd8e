"""Assess what can be read of a record, and say what could not."""

import re
from collections.abc import Sequence
from typing import Any

from api.bundle.service import Models
from api.fhir.assess import Assessed, assess_bundle
from api.fhir.outcome import FhirRefused, Issue
from api.fhir.record import Context
from api.words.language import Language

_ENTRY = re.compile(r"Bundle\.entry\[(\d+)\]")
_LEFT_OUT = frozenset({"Observation", "Condition"})


def assess_readable(
    models: Models, record: dict[str, Any], language: Language, context: Context
) -> tuple[Assessed, Sequence[Issue]]:
    """The assessment of a record without the values that are no such thing, and what they were.

    Nobody wrote a hook's record for it: one measurement in an odd unit must not silence the red
    flags of all others. Raises `FhirRefused` for any other fault, or where nothing is left.
    """
    unread: list[Issue] = []
    while True:
        try:
            return assess_bundle(models, record, language, context), unread
        except FhirRefused as refused:
            faulty = _values(record["entry"], refused.issues)
            if not faulty:
                raise
            unread += refused.issues
            rest = [one for number, one in enumerate(record["entry"]) if number not in faulty]
            record = {**record, "entry": rest}


def _values(entries: Sequence[Any], issues: Sequence[Issue]) -> set[int]:
    """The entries with a value that cannot be; none where anything else is wrong."""
    found = set()
    for one in issues:
        named = _ENTRY.match(one.place or "") if one.code == "value" else None
        number = int(named[1]) if named else -1
        if number < 0 or entries[number]["resource"].get("resourceType") not in _LEFT_OUT:
            return set()
        found.add(number)
    return found
