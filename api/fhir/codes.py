"""Map LOINC, SNOMED and HPO codes to the vocabulary."""

from collections.abc import Iterator, Mapping

from api.bundle.vocabulary import Vocabulary

LOINC = "http://loinc.org"
HPO = "http://human-phenotype-ontology.org"
ICD10 = "http://hl7.org/fhir/sid/icd-10"
SNOMED = "http://snomed.info/sct"
# Codes of GET /v1/vocabulary and GET /v1/red-flags.
OWN = "urn:semia:code"
OWN_FLAG = "urn:semia:red-flag"

# Other LOINC codes in common use for the same measurement (LOINC 2.78).
_LOINC_TOO: Mapping[str, str] = {
    "2708-6": "oxygen_saturation_pct",
    "8328-7": "temperature_c",
    "8331-1": "temperature_c",
    "8889-8": "heart_rate_per_min",
    "38208-5": "pain_score",
}
_ANSWERS: Mapping[tuple[str, str], bool] = {
    (SNOMED, "52101004"): True,
    (SNOMED, "2667000"): False,
    (LOINC, "LA33-6"): True,
    (LOINC, "LA32-8"): False,
    ("http://terminology.hl7.org/CodeSystem/v2-0136", "Y"): True,
    ("http://terminology.hl7.org/CodeSystem/v2-0136", "N"): False,
}
# LOINC's answers to 67775-7, level of responsiveness. It has none for new confusion.
LEVELS: Mapping[tuple[str, str], float] = {
    (LOINC, "LA9340-6"): 0,
    (LOINC, "LA17108-4"): 1,
    (LOINC, "LA17107-6"): 2,
    (LOINC, "LA9343-0"): 3,
}

Table = Mapping[tuple[str, str], str]


def codings(concept: object) -> Iterator[tuple[str, str]]:
    """System and code of each coding of a CodeableConcept; nothing where it is malformed."""
    given = concept.get("coding") if isinstance(concept, dict) else None
    for coding in given if isinstance(given, list) else []:
        if isinstance(coding, dict):
            yield str(coding.get("system", "")), str(coding.get("code", ""))


def meaning(concept: object, table: Table) -> str | None:
    """The vocabulary's code for a CodeableConcept, or None where it has none."""
    return next((table[pair] for pair in codings(concept) if pair in table), None)


def answer_of(concept: object) -> bool | None:
    """Whether a CodeableConcept says present (True) or absent (False), or neither."""
    return next((_ANSWERS[pair] for pair in codings(concept) if pair in _ANSWERS), None)


def table_of(vocabulary: Vocabulary) -> Table:
    """Every (system, code) that has a meaning here, with the vocabulary's own code for it."""
    table = {(LOINC, loinc): code for loinc, code in _LOINC_TOO.items()}
    for observation in vocabulary.observations:
        table[OWN, observation.code] = observation.code
        if observation.loinc:
            table[LOINC, observation.loinc] = observation.code
    for symptom in vocabulary.symptoms:
        table[OWN, symptom.code] = symptom.code
        if symptom.hpo_id:
            table[HPO, symptom.hpo_id] = symptom.code
    return {pair: code for pair, code in table.items() if _known(code, vocabulary)}


def _known(code: str, vocabulary: Vocabulary) -> bool:
    return code in vocabulary.observation or code in vocabulary.symptom
