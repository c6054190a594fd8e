"""Measure the public DDXPlus files: `python -m warehouse.sources.ddxplus.measure <folder>`.

The patients are made up already, yet the house rule holds: a count of one to nine is told as
five, and a condition with fewer than ten patients gets no figures of its own.
"""

import ast
import json
import sys
from collections import Counter
from pathlib import Path

import pandas as pd

from warehouse.sources.ddxplus.knowledge import evidences
from warehouse.sources.figures import FEW, SMALLEST, Figures, kept, save_figures, told


def measure(folder: Path) -> Figures:
    """Every figure the synthetic cohort needs, of the three published files in `folder`."""
    conditions = json.loads((folder / "release_conditions.json").read_text("utf-8"))
    patients = pd.read_csv(folder / "release_test_patients.csv")
    patients["tokens"] = patients["EVIDENCES"].map(ast.literal_eval)
    patients["others"] = patients["DIFFERENTIAL_DIAGNOSIS"].map(ast.literal_eval)
    return {
        "rows": len(patients),
        "first_asked": _first_asked(patients),
        "conditions": {
            name: _facts(one) | _figures(patients[patients["PATHOLOGY"] == name])
            for name, one in conditions.items()
        },
    }


def _facts(one: Figures) -> Figures:
    return {
        "icd10": one["icd10-id"],
        "severity": one["severity"],
        "symptoms": list(one["symptoms"]),
        "antecedents": list(one["antecedents"]),
    }


def _figures(patients: pd.DataFrame) -> Figures:
    total = len(patients)
    if total < SMALLEST:
        return {"count": FEW}
    return {
        "count": total,
        "female": told(int((patients["SEX"] == "F").sum()), total),
        "age": [kept(patients["AGE"].mean(), total, 1), kept(patients["AGE"].std(), total, 1)],
        "evidence": _evidence(patients["tokens"]),
        "answers": _answers(patients["tokens"]),
        "beside": _beside(patients["others"]),
    }


def _evidence(tokens: pd.Series) -> dict[str, float]:
    """The share of patients who say yes to each yes/no question."""
    counts = Counter(token for said in tokens for token in said if "@" not in token)
    return {code: told(count, len(tokens)) for code, count in sorted(counts.items())}


def _answers(tokens: pd.Series) -> Figures:
    """For every other question the share that gives each answer, or a scale's mean, deviation."""
    known = evidences()
    figures: Figures = {}
    for code in (one.code for one in known.values() if one.type != "B"):
        asked = [
            answers
            for said in tokens
            if (answers := _answered(code, said))
            and (known[code].parent == code or known[code].parent in said)
        ]
        if len(asked) < SMALLEST:
            continue
        if all(answer.isdigit() for answers in asked for answer in answers):
            values = pd.Series([int(answers[0]) for answers in asked])
            figures[code] = [round(values.mean(), 1), round(values.std(), 1)]
        else:
            counts = Counter(answer for answers in asked for answer in answers)
            figures[code] = {a: told(n, len(asked)) for a, n in sorted(counts.items())}
    return figures


def _answered(code: str, said: list[str]) -> list[str]:
    return [token.split("_@_")[1] for token in said if token.startswith(f"{code}_@_")]


def _beside(others: pd.Series) -> dict[str, list[float]]:
    """The conditions listed with this one: how often, and with what mean probability."""
    listed: dict[str, list[float]] = {}
    for names in others:
        for name, chance in names:
            listed.setdefault(name, []).append(chance)
    return {
        name: [told(len(chances), len(others)), round(sum(chances) / len(chances), 3)]
        for name, chances in sorted(listed.items())
        if len(chances) >= SMALLEST
    }


def _first_asked(patients: pd.DataFrame) -> dict[str, float]:
    """How readily each evidence, when present, is the one the patient comes with."""
    first = Counter(patients["INITIAL_EVIDENCE"])
    present = Counter(token for said in patients["tokens"] for token in said)
    return {
        code: round(count / present[code], 3)
        for code, count in sorted(first.items())
        if count >= SMALLEST
    }


if __name__ == "__main__":
    save_figures(Path(__file__).parent, measure(Path(sys.argv[1])))
