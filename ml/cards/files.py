"""Every file of a model's card, by name: the Markdown, a page in each language, the pictures."""

from collections.abc import Mapping
from dataclasses import dataclass

from ml.cards import pictures, probast, tripod
from ml.cards.contents import in_language
from ml.cards.page import page
from ml.cards.wording import Language, labels
from ml.serving.problem_file import ProblemFile

LANGUAGES: tuple[Language, ...] = ("es", "en")

_WORDS: Mapping[Language, Mapping[str, str]] = {
    "es": {
        "use": "Uso previsto",
        "used": "Apoyar a un médico ante un paciente como los de las fuentes. No sirve para decidir"
        " solo, ni para cribar a quien no consulta, ni donde falte un médico que juzgue.",
        "curves": "Curvas en pacientes que el modelo nunca vio",
        "calibration": "Calibración",
        "given": "probabilidad dada",
        "right": "proporción de aciertos",
        "roc": "Curva ROC",
        "alarms": "falsas alarmas",
        "found": "encontrados",
        "mean": "media de las clases",
        "decision": "Curva de decisión",
        "from": "probabilidad desde la que se actúa",
        "benefit": "beneficio neto (parte del máximo)",
        "model": "según el modelo",
        "all": "actuar con todos",
        "old": "Esta versión se entrenó antes de que se guardaran sus curvas.",
        "tripod": "TRIPOD+AI",
        "item": "Apartado",
        "said": "Contenido",
        "probast": "Riesgo de sesgo (PROBAST)",
        "risk": "Riesgo, según lo que el código puede saber",
        "high": "alto",
        "unclear": "incierto",
        "low": "bajo",
        "question": "Pregunta",
        "verdict": "Veredicto",
        "why": "Por qué",
        "pass": "cumple",
        "fail": "no cumple",
        "unknown": "no se sabe",
    },
    "en": {
        "use": "Intended use",
        "used": "To support a doctor about a patient like those of the sources. Not to decide"
        " alone, not to screen people who did not come, and not where no doctor judges.",
        "curves": "Curves on patients the model never saw",
        "calibration": "Calibration",
        "given": "probability given",
        "right": "share right",
        "roc": "ROC curve",
        "alarms": "false alarms",
        "found": "found",
        "mean": "mean of the classes",
        "decision": "Decision curve",
        "from": "probability from which one acts",
        "benefit": "net benefit (share of the most)",
        "model": "by the model",
        "all": "acting on everybody",
        "old": "This version was trained before its curves were kept.",
        "tripod": "TRIPOD+AI",
        "item": "Item",
        "said": "Content",
        "probast": "Risk of bias (PROBAST)",
        "risk": "Risk, by what code can know",
        "high": "high",
        "unclear": "unclear",
        "low": "low",
        "question": "Question",
        "verdict": "Verdict",
        "why": "Why",
        "pass": "pass",
        "fail": "fail",
        "unknown": "unknown",
    },
}


@dataclass(frozen=True)
class _Card:
    """The card in one language: its Markdown, and the pictures that it names."""

    markdown: str
    pictures: Mapping[str, str]


def card_files(about: ProblemFile) -> dict[str, str]:
    """Every file of the card by its name beside `model.onnx`."""
    cards = {language: _card(about, language) for language in LANGUAGES}
    files = {"card.md": "\n---\n\n".join(card.markdown for card in cards.values())}
    for language, card in cards.items():
        title = about.question[language]
        files |= card.pictures
        files[page_name(language)] = page(card.markdown, title, language, card.pictures)
    return files


def page_name(language: Language) -> str:
    """The file of the page in a language."""
    return f"card.{language}.html"


def _card(about: ProblemFile, language: Language) -> _Card:
    words, drawn = _WORDS[language], _pictures(about, language)
    lines = [
        *in_language(about, language),
        f"## {words['use']}",
        "",
        words["used"],
        "",
        f"## {words['curves']}",
        "",
        *_shown(drawn, words),
        *_tripod(about, language),
        *_probast(about, language),
    ]
    return _Card("\n".join(lines), drawn)


def _pictures(about: ProblemFile, language: Language) -> dict[str, str]:
    if about.curves is None:
        return {}
    words, called = _WORDS[language], labels(about.name, about.classes, language)
    named = {called.get(code, code): points for code, points in about.curves.roc.items()}
    curves = about.curves.model_copy(update={"roc": named})
    axes = (words["calibration"], words["given"], words["right"])
    found = (words["roc"], words["alarms"], words["found"], words["mean"])
    drawn = {
        f"calibration.{language}.svg": pictures.calibration(curves, *axes),
        f"roc.{language}.svg": pictures.roc(curves, *found),
    }
    if curves.benefit:
        gained = (words["decision"], words["from"], words["benefit"])
        drawn[f"decision.{language}.svg"] = pictures.decision(curves, *gained, words)
    return drawn


def _shown(drawn: Mapping[str, str], words: Mapping[str, str]) -> list[str]:
    if not drawn:
        return [words["old"], ""]
    shown = [f"![{words[name.split('.')[0]]}]({name})" for name in drawn]
    return [" ".join(shown), ""]


def _tripod(about: ProblemFile, language: Language) -> list[str]:
    words = _WORDS[language]
    rows = [
        f"| {item.number} | {item.title} | {_cell(item.text)} |"
        for item in tripod.items(about, language)
    ]
    head = [f"| | {words['item']} | {words['said']} |", "|---|---|---|"]
    return [f"## {words['tripod']}", "", *head, *rows, ""]


def _probast(about: ProblemFile, language: Language) -> list[str]:
    words, place = _WORDS[language], LANGUAGES.index(language)
    found = probast.answers(about)
    rows = [
        f"| {one.number} | {one.question[place]} | {words[one.verdict]} | {_cell(one.why[place])} |"
        for one in found
    ]
    risk = f"{words['risk']}: {words[probast.risk(found)]}."
    titles = f"| | {words['question']} | {words['verdict']} | {words['why']} |"
    return [f"## {words['probast']}", "", risk, "", titles, "|---|---|---|---|", *rows, ""]


def _cell(text: str) -> str:
    """Text that fits a table: a bar would end its cell."""
    return text.replace("|", "/")
