"""The questions Semia answers, each one frozen record; adding a problem starts here.

Only the standard library is used, because the service that answers doctors reads this module.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import Literal

from warehouse.errors import UnknownName

Kind = Literal["binary", "nominal", "ordinal"]


@dataclass(frozen=True)
class Group:
    """Classes that together answer a broader question, as "ill" does beside "ill with what"."""

    code: str
    label: Mapping[str, str]
    classes: tuple[str, ...]


@dataclass(frozen=True)
class Problem:
    """One prediction problem.

    `classes` is the fixed order of the diagnosis codes (from most to least severe when `kind` is
    ordinal, the positive one first when binary); empty means every diagnosis that the vocabulary
    lists for the problem, in its order. `service` is the Feast feature service, `spine` the dbt
    model with one labelled encounter a row. `leaks` names, for each source, the raw columns that
    reveal the answer or will not travel to another hospital, and so are never a feature.
    `ceiling` is the macro AUC-ROC above which a leak is the likeliest explanation. `groups` are the
    answers to a broader question, for a patient of whom no single class can be said; each class is
    in one of them, and without a broader question there are none.
    """

    name: str
    question: Mapping[str, str]
    kind: Kind
    classes: tuple[str, ...]
    sources: tuple[str, ...]
    leaks: Mapping[str, tuple[str, ...]]
    ceiling: float
    groups: tuple[Group, ...] = ()

    @property
    def service(self) -> str:
        """Name of the Feast feature service that holds the problem's features."""
        return self.name

    @property
    def spine(self) -> str:
        """Name of the dbt model that lists the labelled encounters."""
        return f"spine_{self.name}"


# A column name that ends in `*` stands for every column that begins so.
_KTAS_LEAKS = (
    "ktas_rn",
    "mistriage",
    "error_group",
    "disposition",
    "length_of_stay_min",
    "ktas_duration_min",
    "diagnosis_in_ed",
    "ktas_expert",
    "group",
    "patients_number_per_hour",
)
_YALE_LEAKS = (
    "esi",
    "disposition",
    "meds_*",
    "dep_name",
    "arrivalmonth",
    "arrivalday",
    "arrivalhour_bin",
    "lang",
    "ethnicity",
    "race",
    "religion",
    "insurance_status",
    "maritalstatus",
    "employstatus",
)

_SEVERITY = Problem(
    name="severity",
    question={
        "es": "¿Qué tan grave es? Nivel de triaje, de 1 (inmediato) a 5 (no urgente)",
        "en": "How badly ill? Triage level, from 1 (immediate) to 5 (not urgent)",
    },
    kind="ordinal",
    classes=("level_1", "level_2", "level_3", "level_4", "level_5"),
    sources=("ktas", "yale_triage"),
    leaks={"ktas": _KTAS_LEAKS, "yale_triage": _YALE_LEAKS},
    ceiling=0.92,
)
_ARBOVIRUS = Problem(
    name="arbovirus",
    question={
        "es": "¿Está enfermo de dengue, de chikunguña o de ninguna de las dos?",
        "en": "Ill with dengue, with chikungunya, or with neither?",
    },
    kind="nominal",
    classes=("dengue", "chikungunya", "other_disease"),
    sources=("sinan_arbovirus",),
    leaks={"sinan_arbovirus": ("classi_fin", "cs_raca", "cs_zona", "cs_gestant")},
    ceiling=0.795,
    groups=(
        Group(
            code="ill",
            label={"es": "Dengue o chikunguña", "en": "Dengue or chikungunya"},
            classes=("dengue", "chikungunya"),
        ),
        Group(
            code="not_ill",
            label={"es": "Ni dengue ni chikunguña", "en": "Neither dengue nor chikungunya"},
            classes=("other_disease",),
        ),
    ),
)
_DIFFERENTIAL = Problem(
    name="differential",
    question={
        "es": "¿Cuál de 49 enfermedades frecuentes es, y qué gravedad tiene cada una?",
        "en": "Which of 49 common conditions is it, and how serious is each?",
    },
    kind="nominal",
    classes=(),
    sources=("ddxplus",),
    leaks={"ddxplus": ("pathology", "differential_diagnosis", "initial_evidence")},
    ceiling=1.0,
)
_ADMISSION = Problem(
    name="admission",
    question={
        "es": "¿Necesitará una cama de hospital?",
        "en": "Will this visit need a hospital bed?",
    },
    kind="binary",
    classes=("admitted", "discharged"),
    sources=("yale_triage",),
    leaks={"yale_triage": _YALE_LEAKS},
    ceiling=0.87,
)

PROBLEMS: Mapping[str, Problem] = MappingProxyType(
    {problem.name: problem for problem in (_SEVERITY, _ARBOVIRUS, _DIFFERENTIAL, _ADMISSION)}
)


def get_problem(name: str) -> Problem:
    """The problem called `name`; raise `UnknownName` with the nearest ones otherwise."""
    if name in PROBLEMS:
        return PROBLEMS[name]
    near = get_close_matches(name, PROBLEMS, n=2, cutoff=0.4) or list(PROBLEMS)
    raise UnknownName(
        f"there is no problem called {name!r}",
        where="ml/problems.py",
        next_step=f"use one of: {', '.join(near)}",
    )
