"""What a card says of confident answers: from which probability on, how often right, each alone."""

from collections.abc import Mapping, Sequence

from ml.cards.wording import Language, number, share
from ml.serving.problem_file import Confident, ProblemFile

_WORDS: Mapping[Language, Mapping[str, str]] = {
    "es": {
        "confident": "Una respuesta se llama segura desde una probabilidad de {threshold}:"
        " {precision} de aciertos, {coverage} de los pacientes.",
        "unsure": "Ninguna respuesta de este modelo se llama segura: con pocos datos, ninguna"
        " alcanza 85 % de aciertos.",
        "answer": "Respuesta segura",
        "alone": "aciertos de esa respuesta",
        "floor": "exige además una probabilidad de",
        "never": "nunca se llama segura",
        "broader": "La pregunta más amplia: {groups}",
    },
    "en": {
        "confident": "An answer is called confident from a probability of {threshold}:"
        " {precision} right, {coverage} of patients.",
        "unsure": "No answer of this model is called confident: told little, none is"
        " right 85 % of the time.",
        "answer": "Confident answer",
        "alone": "precision of that answer",
        "floor": "also needs a probability of",
        "never": "is never called confident",
        "broader": "The broader question: {groups}",
    },
}


def sureness(about: ProblemFile, called: Mapping[str, str], language: Language) -> list[str]:
    """Markdown lines on the single answers, `called` so, and on those to the broader question."""
    lines = [*_rule(about.confident, called, language)]
    if about.broader is not None:
        groups = {group.code: group.label[language] for group in about.broader.groups}
        title = _WORDS[language]["broader"].format(groups=" / ".join(groups.values()))
        lines += [f"### {title}", "", *_rule(about.broader.confident, groups, language)]
    return lines


def _rule(found: Confident | None, called: Mapping[str, str], language: Language) -> Sequence[str]:
    words = _WORDS[language]
    if found is None:
        return [words["unsure"], ""]
    told = words["confident"].format(
        threshold=number(found.threshold, 2, language),
        precision=share(found.precision, language),
        coverage=share(found.coverage, language),
    )
    return [told, "", *_alone(found, called, language)]


def _alone(found: Confident, called: Mapping[str, str], language: Language) -> Sequence[str]:
    """A line for each answer that is known alone, or that needs more than the others."""
    words = _WORDS[language]
    codes = [code for code in called if code in found.precision_by_answer or code in found.floors]
    if not codes:
        return []
    head = [
        f"| {words['answer']} | {words['alone']} | {words['floor']} |",
        "|---|---|---|",
    ]
    return [*head, *(_line(found, code, called[code], language) for code in codes), ""]


def _line(found: Confident, code: str, label: str, language: Language) -> str:
    right = found.precision_by_answer.get(code)
    floor = found.floors.get(code, 0.0)
    needs = _WORDS[language]["never"] if floor is None else number(floor, 3, language)
    shown = "·" if right is None else share(right, language)
    return f"| {label} | {shown} | {needs if floor != 0.0 else '·'} |"
