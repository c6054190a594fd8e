"""What a card says of groups of patients: how well each is told apart, and which one worst."""

import re
from collections.abc import Mapping

from ml.cards.wording import Language, number, titles
from ml.serving.problem_file import ProblemFile

# Metrics of a group are called so (ml.training.fit).
_PREFIX = "auc_roc_of_"
_AGED = re.compile(r"aged_(\d+)_(?:to_(\d+)|and_over)")

_WORDS: Mapping[Language, Mapping[str, str]] = {
    "es": {
        "title": "Grupos de pacientes",
        "group": "Grupo (150 pacientes o más)",
        "women": "Mujeres",
        "men": "Hombres",
        "between": "De {0} a {1} años",
        "over": "De {0} años o más",
        "from": "De {0}",
        "with_vitals": "Con algún signo vital",
        "without_vitals": "Sin ningún signo vital",
        "none": "Ningún grupo llega a 150 pacientes, así que ninguno se midió.",
        "worst": "El grupo que peor se distingue (tabla de arriba): {0}, AUC-ROC {1}.",
    },
    "en": {
        "title": "Groups of patients",
        "group": "Group (150 patients or more)",
        "women": "Women",
        "men": "Men",
        "between": "Aged {0} to {1}",
        "over": "Aged {0} and over",
        "from": "From {0}",
        "with_vitals": "With any vital sign",
        "without_vitals": "Without any vital sign",
        "none": "No group has 150 patients, so none was measured.",
        "worst": "The group told apart worst (table above): {0}, AUC-ROC {1}.",
    },
}


def measured_groups(about: ProblemFile, language: Language) -> Mapping[str, float]:
    """The AUC-ROC within each group that was large enough, by what the group is called."""
    return {
        _called(name.removeprefix(_PREFIX), language): figure
        for name, figure in about.metrics.items()
        if name.startswith(_PREFIX)
    }


def worst_group(about: ProblemFile, language: Language) -> str:
    """A sentence: the group told apart worst, with its figure; or that none was large enough."""
    found, words = measured_groups(about, language), _WORDS[language]
    if not found:
        return words["none"]
    name = min(found, key=lambda one: found[one])
    return words["worst"].format(name, number(found[name], 3, language))


def groups(about: ProblemFile, language: Language) -> list[str]:
    """Markdown lines: each group with its figure."""
    found, words = measured_groups(about, language), _WORDS[language]
    rows = [f"| {name} | {number(auc, 3, language)} |" for name, auc in found.items()]
    told = [f"| {words['group']} | AUC-ROC |", "|---|---|", *rows] if rows else [words["none"]]
    return [f"## {words['title']}", "", *told, ""]


def _called(group: str, language: Language) -> str:
    words, aged = _WORDS[language], _AGED.fullmatch(group)
    if aged is not None:
        return words["between" if aged[2] else "over"].format(*aged.groups())
    if group.startswith("from_"):
        source = group.removeprefix("from_")
        return words["from"].format(titles([source], language)[source])
    return words.get(group, group)
