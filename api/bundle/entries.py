"""Part of the vocabulary: the entries that hold what is searched for, a page at a time."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from api.bundle.vocabulary import Diagnosis, Observation, Symptom, Vocabulary, folded

# Where an entry stands in the order of pages: which list, its code, for an answer its question.
Place = tuple[str, ...]
PLACE_PARTS = 3


class Part(NamedTuple):
    """Some entries of a vocabulary in their own order, and the last one's place if more follow."""

    vocabulary: Vocabulary
    last: Place | None


def part(whole: Vocabulary, search: str, limit: int | None, after: Place | None) -> Part:
    """The first `limit` entries after that place that hold the text; all of them without a limit.

    What the vocabulary says of codes is left in only for the codes that are there.
    """
    words = folded(search)
    found = sorted(
        place
        for place, entry in _entries(whole)
        if (after is None or place > after) and _holds(entry, words)
    )
    shown = found if limit is None else found[:limit]
    return Part(_only(whole, frozenset(shown)), shown[-1] if len(shown) < len(found) else None)


def _only(whole: Vocabulary, places: frozenset[Place]) -> Vocabulary:
    codes = {code for name, code, _ in places if name != "diagnoses"}
    # Not a copy: a copy keeps what the whole of it has looked up already.
    return Vocabulary(
        version=whole.version,
        symptoms=[entry for entry in whole.symptoms if _place(entry) in places],
        observations=[entry for entry in whole.observations if _place(entry) in places],
        diagnoses=[entry for entry in whole.diagnoses if _place(entry) in places],
        problem_signs={
            problem: [code for code in signs if code in codes]
            for problem, signs in whole.problem_signs.items()
        },
    )


def _entries(whole: Vocabulary) -> Iterator[tuple[Place, Symptom | Observation | Diagnosis]]:
    lists: Sequence[Sequence[Symptom | Observation | Diagnosis]] = (
        whole.symptoms,
        whole.observations,
        whole.diagnoses,
    )
    for entries in lists:
        for entry in entries:
            yield _place(entry), entry


def _place(entry: Symptom | Observation | Diagnosis) -> Place:
    if isinstance(entry, Diagnosis):
        return "diagnoses", entry.code, entry.problem
    return "symptoms" if isinstance(entry, Symptom) else "observations", entry.code, ""


def _holds(entry: Symptom | Observation | Diagnosis, words: str) -> bool:
    told = [entry.code, *entry.label.values()]
    if isinstance(entry, Symptom):
        told = entry.spellings + entry.icd10_codes
    if isinstance(entry, Diagnosis) and entry.icd10:
        told.append(entry.icd10)
    return any(words in folded(word) for word in told)
