"""ICD-10 codes of a record's Conditions as signs and past illnesses of the vocabulary.

By the WHO's ICD-10, whose categories of three characters the national versions keep: a code stands
for everything below it, and the longest that fits counts. The vocabulary leaves out what says two
of its signs at once (R11, nausea and vomiting) or is itself an answer (A97, dengue).
"""

from collections.abc import Mapping, Sequence

from api.bundle.vocabulary import Symptom
from api.fhir.codes import ICD10

SYSTEMS = frozenset(
    {
        ICD10,
        "http://hl7.org/fhir/sid/icd-10-cm",
        "https://fhir.minsalud.gov.co/rda/CodeSystem/ICD10CO",
    }
)
_LONGEST, _SHORTEST = 5, 3

# The vocabulary's code by each category and subcategory that says it.
Begins = Mapping[str, str]


def begins_of(symptoms: Sequence[Symptom]) -> Begins:
    """What each code begins with; where one lies within a wider one, the narrower counts."""
    parts = [(_expanded(part), one.code) for one in symptoms for part in one.icd10_codes]
    widest_first = sorted(parts, key=lambda one: -len(one[0]))
    return {begin: code for begins, code in widest_first for begin in begins}


def meaning(code: str, begins: Begins) -> str | None:
    """The vocabulary's code for one of ICD-10, written with a point or without; else None."""
    given = plain(code)
    lengths = range(_LONGEST, _SHORTEST - 1, -1)
    return next((begins[given[:one]] for one in lengths if given[:one] in begins), None)


def plain(code: str) -> str:
    """A code without its point and without the X that Colombian registries fill it up with."""
    return code.upper().replace(".", "").rstrip("X")


def _expanded(part: str) -> list[str]:
    """Every category or subcategory from the first to the last of a part."""
    first, _, last = part.partition("-")
    width = len(first) - 1
    numbers = range(int(first[1:]), int((last or first)[1:]) + 1)
    return [f"{first[0]}{number:0{width}d}" for number in numbers]
