"""The vocabulary of the bundle that is served: every code a request may name, and its words."""

import unicodedata
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cached_property
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError, computed_field, field_validator

from api.words.language import LANGUAGES, Language
from api.words.wording import unit_words
from warehouse.errors import BadBundle

Labels = dict[Language, str]
_GREATEST: Mapping[str, float] = {"flag": 1.0, "count": 10_000.0}
PATIENT_FIELDS: Mapping[str, str] = {"age_years": "age_years", "is_female": "sex"}


class Word(NamedTuple):
    """How a code is told in one language; `unit` only where it is measured in one."""

    label: str
    unit: str | None
    is_measured: bool


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    code: str
    label: Labels

    @field_validator("label")
    @classmethod
    def _in_both(cls, label: Labels) -> Labels:
        if len(label) < len(LANGUAGES):
            raise ValueError("a label in each language is needed")
        return label


class Symptom(_Entry):
    """One sign, symptom, antecedent or exposure."""

    kind: Literal["symptom", "antecedent", "exposure"]
    synonyms: dict[Language, list[str]] = Field(description="Other words people type.")
    hpo_id: str | None = Field(None, description="Human Phenotype Ontology id.")
    icd10_codes: list[str] = Field(
        [], description="ICD-10 categories and subcategories that say it, with all below them."
    )
    body_system: str | None = None

    @property
    def spellings(self) -> list[str]:
        """Every way it may be written: its code, its labels and what people type for it."""
        synonyms = [word for words in self.synonyms.values() for word in words]
        return [self.code, *self.label.values(), *synonyms]


class Observation(_Entry):
    """One measurement, with its unit and the range that is possible."""

    unit: str | None = Field(None, description="As models and requests use it.")
    minimum: float | None = None
    maximum: float | None = None
    kind: Literal["numeric", "ordinal", "flag", "count"]
    loinc: str | None = None

    @computed_field(description="The unit as people write it.")  # type: ignore[prop-decorator]
    @property
    def unit_label(self) -> Labels:
        """The unit in both languages; empty where a number stands alone."""
        return unit_words(self.unit or "")

    @cached_property
    def limits(self) -> tuple[float, float]:
        """Least and greatest value that is possible; where nothing is said of it, by kind."""
        most = _GREATEST.get(self.kind, 1e6) if self.maximum is None else self.maximum
        return 0.0 if self.minimum is None else self.minimum, most


class Diagnosis(_Entry):
    """One possible answer of one problem."""

    problem: str
    icd10: str | None = None
    severity: int | None = None


class Vocabulary(BaseModel):
    """Every code and its labels in both languages."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: str
    symptoms: list[Symptom]
    observations: list[Observation]
    diagnoses: list[Diagnosis]
    problem_signs: dict[str, list[str]] = Field(description="Signs each model reads.")

    @cached_property
    def symptom(self) -> Mapping[str, Symptom]:
        """Signs by code."""
        return {entry.code: entry for entry in self.symptoms}

    @cached_property
    def observation(self) -> Mapping[str, Observation]:
        """Measurements by code."""
        return {entry.code: entry for entry in self.observations}

    @cached_property
    def evidence(self) -> frozenset[str]:
        """The codes that a request may tell of a patient beside age and sex."""
        return frozenset(self.symptom) | (frozenset(self.observation) - frozenset(PATIENT_FIELDS))

    @cached_property
    def told_in_words(self) -> frozenset[str]:
        """The signs that are no measurements too: present or absent, never a number."""
        return frozenset(self.symptom) - frozenset(self.observation)

    @cached_property
    def diagnosis(self) -> Mapping[tuple[str, str], Diagnosis]:
        """Possible answers by problem and code."""
        return {(entry.problem, entry.code): entry for entry in self.diagnoses}

    @cached_property
    def _spellings(self) -> Mapping[str, str]:
        """Every way a sign may be written, folded, with the code it means."""
        spellings: dict[str, str] = {}
        for entry in self.symptoms:
            for word in entry.spellings:
                spellings.setdefault(folded(word), entry.code)
        return spellings

    @cached_property
    def by_word(self) -> Mapping[str, str]:
        """The sign or measurement that a word means, folded; no word that may mean two of them.

        Of a measurement the first word of a label will do: temperature, temperatura.
        """
        meant: dict[str, set[str]] = {}
        for sign in self.symptoms:
            for word in sign.spellings:
                meant.setdefault(folded(word), set()).add(sign.code)
        for one in self.observations:
            for word in one.label.values():
                for part in (word, word.split()[0]):
                    meant.setdefault(folded(part), set()).add(one.code)
        return {word: min(codes) for word, codes in meant.items() if len(codes) == 1}

    def signs_near(self, code: str) -> list[str]:
        """Up to three codes of signs that an unknown `code` may have meant."""
        close = get_close_matches(folded(code)[:60], self._spellings, n=6, cutoff=0.7)
        return list(dict.fromkeys(self._spellings[word] for word in close))[:3]

    def label(self, code: str, language: Language) -> str:
        """The words for a sign or measurement; the code itself where there are none."""
        return self.word(code, language).label

    def word(self, code: str, language: Language) -> "Word":
        """How a sign or measurement is told; by its code where there are no words for it."""
        return self.words[language].get(code) or Word(code, None, False)

    @cached_property
    def words(self) -> Mapping[Language, Mapping[str, "Word"]]:
        """Every code in both languages; one that is a sign and a measurement is told as a sign."""
        return {
            language: {
                **{
                    o.code: Word(o.label[language], o.unit_label[language] or None, True)
                    for o in self.observations
                },
                **{s.code: self._sign(s, language) for s in self.symptoms},
            }
            for language in LANGUAGES
        }

    def _sign(self, entry: Symptom, language: Language) -> "Word":
        measured = self.observation.get(entry.code)
        unit = measured.unit_label[language] or None if measured else None
        return Word(entry.label[language], unit, measured is not None)


def parse(document: Mapping[str, Any]) -> Vocabulary:
    """Read a bundle's vocabulary; raise `BadBundle` naming the entry that is wrong."""
    try:
        vocabulary = Vocabulary.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadBundle(
            f"vocabulary: {first['msg']}", where=where, next_step="semia export"
        ) from error
    if "age_years" not in vocabulary.observation:
        raise BadBundle("vocabulary: no age_years", where="observations", next_step="semia export")
    return vocabulary


def near(code: str, known: Iterable[str]) -> list[str]:
    """Up to three of the `known` codes that an unknown `code` may have meant."""
    return get_close_matches(code[:60], list(known), n=3, cutoff=0.6)


def folded(text: str) -> str:
    """Text as it is compared: lower case, no accents, words parted by single spaces."""
    plain = unicodedata.normalize("NFD", text.lower().replace("_", " "))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())
