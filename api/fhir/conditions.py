"""What a Condition of a record says of one sign or past illness, or why it is left out."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from api.bundle.vocabulary import Vocabulary
from api.fhir import icd10
from api.fhir.codes import Table, codings, meaning
from api.fhir.where import is_before

NOT_MEANT = frozenset({"entered-in-error", "cancelled"})
_UNSURE = frozenset({"unconfirmed", "provisional", "differential"})
_OVER = frozenset({"inactive", "remission", "resolved"})
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

    def read(self, resource: Mapping[str, Any], day: date) -> Told | LeftOut:
        """What it says of a patient seen on `day`."""
        meant = self._meant(resource.get("code"))
        if meant is None or meant.code not in self._vocabulary.symptom:
            return LeftOut("code_unknown")
        sure = _first_code(resource.get("verificationStatus"))
        if sure in NOT_MEANT | _UNSURE:
            return LeftOut("not_meant")
        if sure == "refuted":
            # Not this kind of diabetes is not no diabetes.
            return Told(meant.code, False) if meant.is_whole else LeftOut("narrower")
        if self._ends(meant.code) and _is_over(resource, day):
            return LeftOut("over")
        return Told(meant.code, True)

    def _ends(self, code: str) -> bool:
        return code in _ENDS or self._vocabulary.symptom[code].kind == "symptom"

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


def _is_over(resource: Mapping[str, Any], day: date) -> bool:
    """Whether it has ended, as said, or where nothing is said as it was recorded before `day`."""
    status = _first_code(resource.get("clinicalStatus"))
    return status in _OVER if status else is_before(resource.get("recordedDate"), day)


def _first_code(concept: object) -> str:
    return next((code for _, code in codings(concept)), "")
