"""DDXPlus patients in the published format who follow the measured figures."""

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from warehouse.sources.ddxplus.knowledge import (
    LOCATIONS,
    NOWHERE,
    Evidence,
    evidences,
    write_knowledge,
)
from warehouse.sources.figures import Figures, load_figures
from warehouse.sources.sampling import from_logit, happens, logit, moved, pick

PUBLISHED = (
    "AGE",
    "DIFFERENTIAL_DIAGNOSIS",
    "SEX",
    "PATHOLOGY",
    "EVIDENCES",
    "INITIAL_EVIDENCE",
)
Flags = NDArray[np.bool_]

OLDEST = 109
# Age where too few patients were measured: any, but for the two diseases of small children.
ANY_AGE = (40.0, 22.0)
CHILDREN = {"Bronchiolitis": (0.5, 0.8), "Croup": (3.0, 2.5)}
# What drift does at shift 1: older patients, antecedents more often told (log-odds).
AGE_DRIFT = 8.0
ANTECEDENT_DRIFT = 0.6


def synthesise(folder: Path, rows: int, seed: int, shift: float) -> None:
    """Write `rows` patients and the two knowledge files to `folder`; `shift` 1 is clear drift."""
    figures = load_figures(Path(__file__).parent)
    write_knowledge(folder, figures)
    rng = np.random.default_rng(seed)
    patients = [
        patient
        for name, size in _sizes(rng, figures, rows, shift)
        if size
        for patient in _patients(rng, figures, name, size, shift)
    ]
    with (folder / "release_test_patients.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(PUBLISHED)
        writer.writerows(patients[index] for index in rng.permutation(rows))


def _sizes(
    rng: np.random.Generator, figures: Figures, rows: int, shift: float
) -> list[tuple[str, int]]:
    """How many patients of each condition; with drift the graver conditions gain."""
    gravest_first = sorted(
        figures["conditions"], key=lambda name: (figures["conditions"][name]["severity"], name)
    )
    start = [float(figures["conditions"][name]["count"]) for name in gravest_first]
    drawn = np.bincount(pick(rng, moved(start, shift), rows), minlength=len(start))
    return list(zip(gravest_first, drawn.tolist(), strict=True))


def _patients(
    rng: np.random.Generator, figures: Figures, name: str, rows: int, shift: float
) -> list[tuple[object, ...]]:
    one = figures["conditions"][name]
    told = _told(rng, one, rows, shift)
    tokens = sorted(told, key=_file_order)
    said = np.column_stack([told[token] for token in tokens])
    lists = [[tokens[index] for index in np.flatnonzero(row)] for row in said]
    mean, deviation = one.get("age", CHILDREN.get(name, ANY_AGE))
    ages = np.clip(rng.normal(mean + AGE_DRIFT * shift, deviation, rows), 0, OLDEST).astype(int)
    women = happens(rng, np.full(rows, one.get("female", 0.5)))
    differentials = _differentials(rng, name, one.get("beside", {}), rows)
    return [
        (int(age), differential, "F" if woman else "M", name, str(listed), first)
        for age, differential, woman, listed, first in zip(
            ages, differentials, women, lists, _first(rng, figures, lists), strict=True
        )
    ]


def _told(rng: np.random.Generator, one: Figures, rows: int, shift: float) -> dict[str, Flags]:
    """Every token some patient tells, and who tells it."""
    known = evidences()
    listed = [*one["symptoms"], *one["antecedents"]]
    told: dict[str, Flags] = {}
    for code in (code for code in listed if known[code].type == "B"):
        drift = ANTECEDENT_DRIFT * shift if known[code].kind == "antecedent" else 0.0
        # A condition too rare to be measured tells half of what its list names.
        share = one["evidence"].get(code, 0.0) if "evidence" in one else 0.5
        chance = float(from_logit(logit(share) + drift)) if 0 < share < 1 else share
        told[code] = happens(rng, np.full(rows, chance))
    for code in (code for code in listed if known[code].type != "B"):
        asked = told.get(known[code].parent, np.ones(rows, dtype=bool))
        told |= _answers(rng, known[code], one.get("answers", {}).get(code), asked)
    return {token: who for token, who in told.items() if who.any()}


def _answers(
    rng: np.random.Generator,
    question: Evidence,
    figures: Figures | list[float] | None,
    asked: Flags,
) -> dict[str, Flags]:
    """The answers to one question; those it is not put to give its default, as published."""
    if figures is None:
        return {f"{question.code}_@_{question.default}": np.ones(len(asked), dtype=bool)}
    if isinstance(figures, list):
        mean, deviation = figures
        values = np.clip(np.round(rng.normal(mean, deviation, len(asked))), 0, 10).astype(int)
        answers = {str(step): asked & (values == step) for step in range(11)}
    else:
        answers = _chosen(rng, question, figures, asked)
    default = answers.get(question.default, np.zeros(len(asked), dtype=bool)) | ~asked
    return {
        f"{question.code}_@_{a}": who for a, who in (answers | {question.default: default}).items()
    }


def _chosen(
    rng: np.random.Generator, question: Evidence, shares: dict[str, float], asked: Flags
) -> dict[str, Flags]:
    names = list(shares)
    chances = np.array(list(shares.values()))
    if question.type == "C":
        one = pick(rng, chances, len(asked))
        return {name: asked & (one == index) for index, name in enumerate(names)}
    many = rng.random((len(asked), len(names))) < chances
    # Somebody asked gives one answer at least, and "nowhere" stands alone.
    silent = np.flatnonzero(~many.any(axis=1))
    many[silent, pick(rng, chances, len(silent))] = True
    if question.code in LOCATIONS and NOWHERE in names:
        alone = many[:, names.index(NOWHERE)]
        many[alone] = np.array(names) == NOWHERE
    return {name: asked & many[:, index] for index, name in enumerate(names)}


def _first(rng: np.random.Generator, figures: Figures, lists: list[list[str]]) -> list[str]:
    """The evidence each patient comes with, one of those told."""
    readiness: dict[str, float] = figures["first_asked"]
    noise = rng.gumbel(size=(len(lists), 64))
    firsts = []
    for said, luck in zip(lists, noise, strict=True):
        whole = [token for token in said if "@" not in token] or said
        scores = [
            np.log(readiness.get(token, 0.01)) + luck[i % 64] for i, token in enumerate(whole)
        ]
        firsts.append(whole[int(np.argmax(scores))])
    return firsts


def _differentials(
    rng: np.random.Generator, name: str, beside: dict[str, list[float]], rows: int
) -> list[str]:
    """The publisher's differential as a Python list, likeliest first; the truth is always in it."""
    figures = {name: [1.0, 0.2]} | {n: f for n, f in beside.items() if n != name}
    if name in beside:
        figures[name] = [1.0, beside[name][1]]
    names = np.array(list(figures))
    often, height = np.array(list(figures.values())).T
    listed = rng.random((rows, len(names))) < often
    listed[:, 0] = True
    weights = listed * np.maximum(height, 0.005) * np.exp(0.4 * rng.standard_normal(listed.shape))
    weights /= weights.sum(axis=1, keepdims=True)
    order = np.argsort(-weights, axis=1)
    return [
        str([[str(names[i]), float(row[i])] for i in places if row[i] > 0])
        for row, places in zip(weights, order, strict=True)
    ]


def _file_order(token: str) -> tuple[int, int]:
    code, _, answer = token.partition("_@_")
    return int(code[2:]), int(answer.removeprefix("V_") or -1)
