"""The vocabulary as a bundle carries it, for the service and the page."""

import hashlib
import json
from typing import Any

from warehouse.vocabulary.records import Diagnosis, Observation, Symptom, Vocabulary
from warehouse.vocabulary.views import problem_signs


def as_bundle_vocabulary(vocabulary: Vocabulary) -> dict[str, Any]:
    """The content of a bundle's `vocabulary.json`.

    `version` is the first 12 hex digits of the SHA-256 of the rest, so the same words always have
    the same version. An id or unit that does not exist is null, never an empty text.
    """
    content: dict[str, Any] = {
        "symptoms": [_symptom(entry) for entry in vocabulary.symptoms],
        "observations": [_observation(entry) for entry in vocabulary.observations],
        "diagnoses": [_diagnosis(entry) for entry in vocabulary.diagnoses],
        "problem_signs": problem_signs(vocabulary),
    }
    written = json.dumps(content, sort_keys=True, ensure_ascii=False).encode()
    return {"version": hashlib.sha256(written).hexdigest()[:12], **content}


def _symptom(entry: Symptom) -> dict[str, Any]:
    return {
        "code": entry.code,
        "kind": entry.kind,
        "label": {"es": entry.label_es, "en": entry.label_en},
        "synonyms": {"es": list(entry.synonyms_es), "en": list(entry.synonyms_en)},
        "hpo_id": entry.hpo_id or None,
        "icd10_codes": list(entry.icd10_codes),
        "body_system": entry.body_system,
    }


def _observation(entry: Observation) -> dict[str, Any]:
    return {
        "code": entry.code,
        "label": {"es": entry.label_es, "en": entry.label_en},
        "unit": entry.unit or None,
        "minimum": entry.minimum,
        "maximum": entry.maximum,
        "kind": entry.kind,
        "loinc": entry.loinc or None,
    }


def _diagnosis(entry: Diagnosis) -> dict[str, Any]:
    return {
        "code": entry.code,
        "problem": entry.problem,
        "icd10": entry.icd10 or None,
        "label": {"es": entry.label_es, "en": entry.label_en},
        "severity": entry.severity,
    }
