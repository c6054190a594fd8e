"""What a Condition of a record says of one sign or past illness, or why it is left out."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from api.bundle.vocabulary import Vocabulary
from api.fhir import icd10
from api.fhir.codes import Table, codings, meaning
from api.fhir.when import is_after, is_long_before
from api.fhir.where import objects

NOT_MEANT = frozenset({"entered-in-error", "cancelled"})
_UNSURE = frozenset({"unconfirmed", "provisional", "differential"})
_ACTIVE = frozenset({"active", "recurrence", "relapse"})
_OVER = frozenset({"inactive", "remission", "resolved"})
# HL7: a diagnosis of one point in time, and an item that is managed over time.
_OF_ONE_VISIT, _GOES_ON = "encounter-diagnosis", "problem-list-item"
# Past illnesses count for ever; these stand among them and end.
_ENDS = frozenset({"pregnancy", "smoker", "dialysis"})


class Told(NamedTuple):
    """A sign, and whether it is present or was ruled out."""

    code: str
    present: bool


class LeftOut(NamedTuple):
    """Nothing is used of it; `why` is the sentence of `api.fhir.words` that says so."""

    why: str


class _Meant(NamedTuple):
    """The sign that a code stands for; `is_whole` unless the code is narrower than the sign."""

    code: str
    is_whole: bool


class Conditions:
    """Reads Conditions by the codes of one vocabulary."""

    def __init__(self, vocabulary: Vocabulary, table: Table) -> None:
        self._vocabulary, self._table = vocabulary, table

    @cached_property
    def _begins(self) -> icd10.Begins:
        return icd10.begins_of(self._vocabulary.symptoms)

    def read(
        self, resource: Mapping[str, Any], day: date, is_here: bool | None = None
    ) -> Told | LeftOut:
        """What it says of a patient seen on `day`; `is_here` whether it is of that encounter, None
        where only its date may tell.
        """
        meant = self._meant(resource.get("code"))
        if meant is None or meant.code not in self._vocabulary.symptom:
            return LeftOut("code_unknown")
        sure = _first_code(resource.get("verificationStatus"))
        if sure in NOT_MEANT | _UNSURE:
            return LeftOut("not_meant")
        if ends(self._vocabulary, meant.code):
            is_refuted = sure == "refuted"
            if is_here is False and (is_refuted or not _goes_on(resource)):
                return LeftOut("elsewhere")
            if not is_refuted and _has_ended(resource, day):
                return LeftOut("over")
            if not is_here and _is_of_before(resource, day, is_refuted=is_refuted):
                return LeftOut("over")
        if sure == "refuted":
            # Not this kind of diabetes is not no diabetes.
            return Told(meant.code, False) if meant.is_whole else LeftOut("narrower")
        return Told(meant.code, True)

    def _meant(self, concept: object) -> _Meant | None:
        code = meaning(concept, self._table)
        if code is not None:
            return _Meant(code, is_whole=True)
        for system, given in codings(concept):
            code = icd10.meaning(given, self._begins) if system in icd10.SYSTEMS else None
            if code is not None:
                known = self._vocabulary.symptom[code].icd10_codes
                return _Meant(code, is_whole=known == [icd10.plain(given)])
        return None


def ends(vocabulary: Vocabulary, code: str) -> bool:
    """Whether a sign may be over: a past illness counts for ever."""
    return code in _ENDS or vocabulary.symptom[code].kind == "symptom"


def _goes_on(resource: Mapping[str, Any]) -> bool:
    """Whether it is said to last beyond the encounter that it was first told in."""
    return _first_code(resource.get("clinicalStatus")) in _ACTIVE and _is(resource, _GOES_ON)


def _has_ended(resource: Mapping[str, Any], day: date) -> bool:
    return _first_code(resource.get("clinicalStatus")) in _OVER or _has_abated(resource, day)


def _is_of_before(resource: Mapping[str, Any], day: date, *, is_refuted: bool) -> bool:
    """Whether it was recorded more than a day before `day` and is not said to go on.

    What was ruled out then may have come since.
    """
    if not is_long_before(resource.get("recordedDate"), day):
        return False
    is_said = bool(_first_code(resource.get("clinicalStatus")))
    return is_refuted or not is_said or _is(resource, _OF_ONE_VISIT)


def _has_abated(resource: Mapping[str, Any], day: date) -> bool:
    """Whether it is written when, at which age or in which words it ended; a day to come does not
    say so.
    """
    written = [_end(one) for key, one in resource.items() if key.startswith("abatement")]
    return any(not is_after(one, day) for one in written if one is not None)


def _end(written: object) -> object:
    """Of a period its end, or else its beginning; anything else as it is."""
    if not isinstance(written, dict):
        return written
    return written.get("end", written.get("start", written))


def _is(resource: Mapping[str, Any], category: str) -> bool:
    return any(
        code == category for one in objects(resource.get("category")) for _, code in codings(one)
    )


def _first_code(concept: object) -> str:
    return next((code for _, code in codings(concept)), "")
