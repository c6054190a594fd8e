"""Which signs belong to which feature view, derived from the sources that record them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from warehouse.errors import UnknownName
from warehouse.vocabulary.records import Kind, Vocabulary

_SIGNS: tuple[Kind, ...] = ("symptom", "exposure")
_ANTECEDENTS: tuple[Kind, ...] = ("antecedent",)
_TRIAGE = ("ktas", "yale_triage")


@dataclass(frozen=True)
class View:
    """The signs of a feature view: those of these kinds that one of these sources says."""

    sources: tuple[str, ...]
    kinds: tuple[Kind, ...]


VIEWS: Mapping[str, View] = MappingProxyType(
    {
        "triage_signs": View(_TRIAGE, _SIGNS),
        "triage_antecedents": View(_TRIAGE, _ANTECEDENTS),
        "arbovirus_signs": View(("sinan_arbovirus",), _SIGNS + _ANTECEDENTS),
        "differential_signs": View(("ddxplus",), _SIGNS),
        "differential_antecedents": View(("ddxplus",), _ANTECEDENTS),
    }
)

PROBLEM_VIEWS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "severity": ("triage_signs", "triage_antecedents"),
        "arbovirus": ("arbovirus_signs",),
        "differential": ("differential_signs", "differential_antecedents"),
        "admission": ("triage_signs", "triage_antecedents"),
    }
)


def view_signs(vocabulary: Vocabulary, view: str) -> list[str]:
    """Codes of the signs of a view, in the vocabulary's order; raise `UnknownName` if no view."""
    if view not in VIEWS:
        raise UnknownName(
            f"no feature view of signs is called {view}",
            where="warehouse/vocabulary/views.py",
            next_step=f"use one of: {', '.join(VIEWS)}",
        )
    wanted = VIEWS[view]
    said = {row.code for row in vocabulary.symptom_sources if row.source in wanted.sources}
    return [
        entry.code
        for entry in vocabulary.symptoms
        if entry.code in said and entry.kind in wanted.kinds
    ]


def problem_signs(vocabulary: Vocabulary) -> dict[str, list[str]]:
    """Codes of the signs that the model of each problem reads, view by view."""
    return {
        problem: [code for view in views for code in view_signs(vocabulary, view)]
        for problem, views in PROBLEM_VIEWS.items()
    }
