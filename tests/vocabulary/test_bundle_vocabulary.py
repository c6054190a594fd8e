import json
import subprocess
import sys
from dataclasses import replace

from api.bundle.vocabulary import parse
from warehouse.vocabulary import Vocabulary, as_bundle_vocabulary


def test_the_service_reads_it(vocabulary: Vocabulary) -> None:
    document = json.loads(json.dumps(as_bundle_vocabulary(vocabulary)))
    read = parse(document)
    assert read.label("fever", "es") == "Fiebre"
    assert read.observation["temperature_c"].unit_label == {"es": "°C", "en": "°C"}
    assert read.diagnosis["differential", "pneumonia"].icd10 == "J18"


def test_every_sign_of_a_problem_has_words(vocabulary: Vocabulary) -> None:
    document = as_bundle_vocabulary(vocabulary)
    known = {entry["code"] for entry in document["symptoms"]}
    assert all(set(codes) <= known for codes in document["problem_signs"].values())


def test_what_does_not_exist_is_null(vocabulary: Vocabulary) -> None:
    document = as_bundle_vocabulary(vocabulary)
    entries = document["symptoms"] + document["observations"] + document["diagnoses"]
    assert not [entry for entry in entries if "" in entry.values()]


def test_the_version_follows_the_words(vocabulary: Vocabulary) -> None:
    version = as_bundle_vocabulary(vocabulary)["version"]
    first, *rest = vocabulary.symptoms
    changed = replace(vocabulary, symptoms=(replace(first, label_es="Calentura"), *rest))
    assert as_bundle_vocabulary(vocabulary)["version"] == version
    assert as_bundle_vocabulary(changed)["version"] != version


def test_reading_the_vocabulary_is_light() -> None:
    heavy = {"pandas", "pyarrow", "psycopg", "pydantic", "dbt", "yaml"}
    code = f"import sys, warehouse.vocabulary; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
