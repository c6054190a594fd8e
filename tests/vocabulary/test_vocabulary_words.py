import re
from collections import Counter, defaultdict
from dataclasses import astuple

import pytest

from warehouse.sources.registry import SOURCES
from warehouse.vocabulary import Symptom, Vocabulary


def _twice(values: list[str]) -> list[str]:
    return [value for value, times in Counter(values).items() if times > 1]


def test_codes_are_short_plain_and_unique(vocabulary: Vocabulary) -> None:
    for entries in (vocabulary.symptoms, vocabulary.diagnoses, vocabulary.observations):
        codes = [entry.code for entry in entries]
        assert not _twice(codes)
        assert [code for code in codes if not re.fullmatch(r"[a-z][a-z0-9_]{1,49}", code)] == []


@pytest.mark.parametrize("language", ["label_en", "label_es"])
def test_no_two_codes_share_a_label(vocabulary: Vocabulary, language: str) -> None:
    for entries in (vocabulary.symptoms, vocabulary.diagnoses, vocabulary.observations):
        labels = [getattr(entry, language).casefold() for entry in entries]
        assert not _twice(labels)
        assert all(labels)


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_word_leads_to_one_sign(vocabulary: Vocabulary, language: str) -> None:
    meant: dict[str, set[str]] = defaultdict(set)
    for entry in vocabulary.symptoms:
        for word in _words(entry, language):
            meant[word.casefold()].add(entry.code)
    assert {word: codes for word, codes in meant.items() if len(codes) > 1} == {}


def _words(entry: Symptom, language: str) -> list[str]:
    return [getattr(entry, f"label_{language}"), *getattr(entry, f"synonyms_{language}")]


def test_synonyms_add_to_the_label(vocabulary: Vocabulary) -> None:
    for entry in vocabulary.symptoms:
        for language in ("en", "es"):
            words = [word.casefold() for word in _words(entry, language)]
            assert not _twice(words), entry.code


def test_cells_hold_no_stray_spaces(vocabulary: Vocabulary) -> None:
    for entry in (*vocabulary.symptoms, *vocabulary.diagnoses, *vocabulary.observations):
        texts = [text for text in astuple(entry) if isinstance(text, str)]
        assert [text for text in texts if text != " ".join(text.split())] == []


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Dolor en el pecho", "chest_pain"),
        ("dolor de cabeza", "headache"),
        ("falta de aire", "dyspnea"),
        ("trasbocar", "vomiting"),
        ("calentura", "fever"),
        ("dolor en las coyunturas", "joint_pain"),
        ("rasquiña", "itching"),
        ("HTA", "hypertension"),
        ("throwing up", "vomiting"),
        ("passed out", "syncope"),
        ("pink eye", "conjunctivitis"),
    ],
)
def test_lay_words_find_the_sign(vocabulary: Vocabulary, typed: str, code: str) -> None:
    found = [
        entry.code
        for entry in vocabulary.symptoms
        for language in ("en", "es")
        if typed.casefold() in [word.casefold() for word in _words(entry, language)]
    ]
    assert found == [code]


def test_ids_of_other_ontologies_are_well_formed_and_unique(vocabulary: Vocabulary) -> None:
    hpo = [entry.hpo_id for entry in vocabulary.symptoms if entry.hpo_id]
    loinc = [entry.loinc for entry in vocabulary.observations if entry.loinc]
    icd10 = [entry.icd10 for entry in vocabulary.diagnoses if entry.icd10]
    assert len(hpo) > 150
    assert not _twice(hpo)
    assert not _twice(loinc)
    assert all(re.fullmatch(r"HP:\d{7}", term) for term in hpo)
    assert all(re.fullmatch(r"\d{1,5}-\d", code) for code in loinc)
    assert all(re.fullmatch(r"[A-Z]\d{2}(\.\d{1,3})?", code) for code in icd10)


def test_icd10_codes_of_a_sign_are_categories_and_say_no_other_sign(
    vocabulary: Vocabulary,
) -> None:
    codes = [code for entry in vocabulary.symptoms for code in entry.icd10_codes]
    assert len(codes) > 80
    assert not _twice(codes)
    for code in codes:
        first, _, last = code.partition("-")
        assert re.fullmatch(r"[A-Z]\d{2,3}", first)
        assert not last or (len(last) == len(first) and last[0] == first[0] and last > first)


def test_a_loinc_code_ends_in_its_check_digit(vocabulary: Vocabulary) -> None:
    for entry in vocabulary.observations:
        if entry.loinc:
            digits, check = entry.loinc.split("-")
            # LOINC numbers carry a mod-10 (Luhn) check digit.
            doubled = [int(d) * (2 - i % 2) for i, d in enumerate(reversed(digits))]
            total = sum(n // 10 + n % 10 for n in doubled)
            assert (10 - total % 10) % 10 == int(check), entry.code


def test_every_problem_lists_its_answers_in_order(vocabulary: Vocabulary) -> None:
    places: dict[str, list[int]] = defaultdict(list)
    for entry in vocabulary.diagnoses:
        places[entry.problem].append(entry.sort_order)
    assert {problem: len(order) for problem, order in places.items()} == {
        "severity": 5,
        "arbovirus": 3,
        "admission": 2,
        "differential": 49,
    }
    assert all(order == list(range(1, len(order) + 1)) for order in places.values())


def test_limits_leave_room_and_suit_the_kind(vocabulary: Vocabulary) -> None:
    for entry in vocabulary.observations:
        assert entry.minimum < entry.maximum
        assert entry.kind != "flag" or (entry.minimum, entry.maximum, entry.unit) == (0, 1, "")


def test_sources_are_those_that_land_and_say_the_same_of_themselves(
    vocabulary: Vocabulary,
) -> None:
    # Surveillance and knowledge land too, but have no patients to tell of; patients asked about
    # here have no file that lands.
    published = [entry for entry in vocabulary.sources if entry.source != "consultations"]
    assert {entry.source for entry in published} <= set(SOURCES)
    validating = [entry.source for entry in vocabulary.sources if entry.role == "validation"]
    assert validating == ["foz_chikungunya", "consultations"]
    for entry in published:
        source = SOURCES[entry.source]
        assert (entry.title, entry.url, entry.licence) == (
            source.title,
            source.homepage,
            source.licence,
        )
        assert entry.period_start < entry.period_end
