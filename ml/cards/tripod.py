"""The 27 items of TRIPOD+AI, filled from what the run left behind, or not applicable and why.

Collins et al. 2024, TRIPOD+AI statement, BMJ 385:e078378, doi:10.1136/bmj-2023-078378.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ml.cards import probast
from ml.cards.contents import with_interval
from ml.cards.groups import worst_group
from ml.cards.tripod_words import COPIES, ETHICS, ITEMS, LIMITS, MODELS, NOT_EACH, ONE_SOURCE
from ml.cards.wording import Language, labels, listed, number, titles
from ml.serving.problem_file import ProblemFile

# A figure or a count that this version was trained without.
_NOT_KNOWN = "·"
_NOT_APPLICABLE: Mapping[Language, str] = {"es": "No aplica: ", "en": "Not applicable: "}
_ORIGIN: Mapping[tuple[str, Language], str] = {
    ("real", "es"): "Registros públicos",
    ("real", "en"): "Public records",
    ("simulated", "es"): "Registros públicos de pacientes SIMULADOS",
    ("simulated", "en"): "Public records of SIMULATED patients",
    ("synthetic", "es"): "Datos SINTÉTICOS con el formato de",
    ("synthetic", "en"): "SYNTHETIC data in the format of",
}
# Of fewer than ten, or of the class that the total would tell them by.
_UNSAID: Mapping[Language, str] = {"es": "(no se dice)", "en": "(not said)"}
_SURE: Mapping[Language, str] = {
    "es": "La primera se llama segura desde {0}, elegida para que acierten 85 de cada 100 "
    "respuestas seguras.",
    "en": "The first is called confident from {0}, chosen so that 85 in 100 confident answers are "
    "right.",
}
_NEVER: Mapping[Language, str] = {
    "es": "Ninguna se llama segura: desde ninguna probabilidad aciertan 85 de cada 100.",
    "en": "None is called confident: from no probability on are 85 in 100 of them right.",
}


@dataclass(frozen=True)
class Item:
    """One item: its number, its title and what fills it, and whether it applies."""

    number: int
    title: str
    text: str
    applies: bool


def items(about: ProblemFile, language: Language) -> list[Item]:
    """Every item of the statement, in its order, in one language."""
    place = 0 if language == "es" else 1
    facts = _Facts(_facts(about, language))
    made = []
    for item, headings, texts in ITEMS:
        applies = not texts[place].startswith("-")
        said = texts[place] if applies else _NOT_APPLICABLE[language] + texts[place][1:]
        made.append(Item(item, headings[place], said.format_map(facts), applies))
    return made


class _Facts(dict[str, str]):
    """What is known of a run; what is not is a dot."""

    def __missing__(self, name: str) -> str:
        return _NOT_KNOWN


def _facts(about: ProblemFile, language: Language) -> dict[str, str]:
    """Every name that an item may hold; figures by their own names."""
    sure, curves = about.confident, about.curves
    figures = {**about.metrics, **about.calibration}
    called = labels(about.name, about.classes, language)
    called_sources = titles(about.sources, language)
    return {
        **{name: number(figure, 3, language) for name, figure in figures.items()},
        **{
            f"baseline_{name}": number(figure, 3, language)
            for name, figure in about.baseline.items()
        },
        "name": about.name,
        "question": about.question[language],
        "rows": str(about.rows),
        "patients": str(about.patients),
        "sources": listed(list(called_sources.values())),
        "origin": _ORIGIN[about.people, language],
        "data_hash": about.data_hash[:16],
        "git_commit": about.git_commit[:12],
        "n": f"{about.metrics['n']:.0f}" if "n" in about.metrics else _NOT_KNOWN,
        "n_classes": str(len(about.classes)),
        "classes": listed(list(called.values())),
        "n_features": str(len(about.features)),
        "confidence": _SURE[language].format(number(sure.threshold, 2, language))
        if sure
        else _NEVER[language],
        "analysed": probast.analysed(about)[0 if language == "es" else 1],
        "learned": _counts(curves.learned, called, language) if curves else _NOT_KNOWN,
        "judged": _counts(curves.judged, called, language) if curves else _NOT_KNOWN,
        "smallest": _smallest(curves.learned) if curves else _NOT_KNOWN,
        "version": about.version,
        "model": MODELS[language].get(about.candidate or "", _NOT_KNOWN),
        "auc_roc_ci": with_interval(about, "auc_roc", language),
        "accuracy_ci": with_interval(about, "accuracy", language),
        "worst_group": worst_group(about, language),
        "copies": COPIES[language] if len(about.sources) > 1 else "",
        "ethics": ETHICS[about.people, language],
        "limits": LIMITS[about.people, language],
        "heterogeneity": _by_source(about, language),
    }


def _counts(counts: Mapping[str, int | None], called: Mapping[str, str], language: Language) -> str:
    return listed(
        [
            f"{called.get(code, code)}, {_UNSAID[language] if n is None else n}"
            for code, n in counts.items()
        ]
    )


def _smallest(counts: Mapping[str, int | None]) -> str:
    known = [n for n in counts.values() if n is not None]
    return "<10" if len(known) < len(counts) else str(min(known))


def _by_source(about: ProblemFile, language: Language) -> str:
    """How far performance differs between sources; that one alone cannot tell."""
    if len(about.sources) == 1:
        return ONE_SOURCE[language]
    called = titles(about.sources, language)
    shown = [
        f"{called[source]}: AUC-ROC {with_interval(about, f'{source}_auc_roc', language)}"
        for source in about.sources
        if f"{source}_auc_roc" in about.metrics
    ]
    return f"{listed(shown)}." if len(shown) > 1 else NOT_EACH[language]
