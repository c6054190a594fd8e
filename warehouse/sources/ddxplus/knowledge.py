"""The two knowledge files of DDXPlus in the published structure, worded here.

Codes, condition names, ICD-10 codes, severities and which evidence belongs to which condition are
the publisher's facts; the wording of questions and answers is Semia's own, in English in both
language fields.
"""

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warehouse.sources.figures import Figures

HERE = Path(__file__).parent
NOWHERE = "V_123"
LOCATIONS = ("E_55", "E_57", "E_133", "E_152")
SCALE = tuple(range(11))
# Which answers an evidence takes, in the file's order; all locations take the same 165.
CHOICES = {
    "E_54": (11, 71, 112, 154, 161, *range(179, 185), 191, 192, 193, 196, 198),
    "E_130": (11, 86, 107, 138, 156, 157),
    "E_131": (10, 12),
    "E_135": (10, 12),
    "E_204": (10, *range(10), 13),
}


@dataclass(frozen=True)
class Evidence:
    """A question: its code, the question it hangs on, what kind, how it is answered."""

    code: str
    parent: str
    kind: str
    type: str
    default: str
    wording: str


def evidences() -> dict[str, Evidence]:
    """Every evidence by code, in the order of the published file."""
    with (HERE / "evidences.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: Evidence(**row) for row in csv.DictReader(file)}


def write_knowledge(folder: Path, figures: Figures) -> None:
    """Write release_conditions.json and release_evidences.json to `folder`."""
    conditions = {name: _condition(name, one) for name, one in figures["conditions"].items()}
    texts = _wording()
    questions = {code: _question(one, texts) for code, one in evidences().items()}
    (folder / "release_conditions.json").write_text(
        json.dumps(conditions, ensure_ascii=False), "utf-8"
    )
    (folder / "release_evidences.json").write_text(json.dumps(questions), "utf-8")


def choices(code: str, kind: str, places: tuple[str, ...]) -> list[str | int]:
    """The answers an evidence takes: none for yes/no, numbers for scales, codes otherwise."""
    if kind == "B":
        return []
    if code in LOCATIONS:
        return [NOWHERE, *(place for place in places if place != NOWHERE)]
    return [f"V_{n}" for n in CHOICES[code]] if code in CHOICES else list(SCALE)


def _condition(name: str, one: Figures) -> dict[str, Any]:
    return {
        "condition_name": name,
        "cond-name-fr": name,
        "cond-name-eng": name,
        "icd10-id": one["icd10"],
        "symptoms": {code: {} for code in one["symptoms"]},
        "antecedents": {code: {} for code in one["antecedents"]},
        "severity": one["severity"],
    }


def _question(one: Evidence, texts: dict[str, str]) -> dict[str, Any]:
    used = {f"V_{n}" for numbers in CHOICES.values() for n in numbers} - {NOWHERE}
    answers = choices(one.code, one.type, tuple(code for code in texts if code not in used))
    coded = [answer for answer in answers if isinstance(answer, str)]
    return {
        "name": one.code,
        "code_question": one.parent,
        "question_fr": one.wording,
        "question_en": one.wording,
        "is_antecedent": one.kind == "antecedent",
        "default_value": one.default if one.default.startswith("V_") else int(one.default),
        "value_meaning": {code: {"fr": texts[code], "en": texts[code]} for code in coded},
        "possible-values": answers,
        "data_type": one.type,
    }


def _wording() -> dict[str, str]:
    with (HERE / "values.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["wording"] for row in csv.DictReader(file)}
