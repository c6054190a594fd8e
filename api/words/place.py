"""What is said of a place, and of what was notified there, in Spanish and in English."""

from collections.abc import Mapping

from api.words.language import Language

Sentences = Mapping[str, Mapping[Language, str]]

FIELDS: Sentences = {
    "not_municipality": {
        "es": "Debe ser el código DIVIPOLA del municipio: cinco cifras, como 68001.",
        "en": "It must be the DIVIPOLA code of the municipality: five digits, like 68001.",
    },
    "not_week": {
        "es": "Debe ser una semana epidemiológica que exista, como 2026-W07.",
        "en": "It must be an epidemiological week that exists, like 2026-W07.",
    },
    "week_to_come": {
        "es": "Esa semana aún no ha empezado; la actual es {week}.",
        "en": "That week has not begun yet; this one is {week}.",
    },
}

LOCAL_PRIOR: Mapping[Language, str] = {
    "es": "Se tiene en cuenta lo notificado en {place} antes de la semana {week}: {levels}.",
    "en": "What was notified in {place} before week {week} is taken into account: {levels}.",
}
# Added where no shares were stated.
STILL_LEARNED: Mapping[Language, str] = {
    "es": " Cuántos no suelen tener ninguna no se notifica y queda como en el estudio del que "
    "aprendió el modelo: indique también la prevalencia habitual, sobre todo si hay pocos casos.",
    "en": " How many usually have none of them is not notified and stays as in the study the model "
    "learned from: give the usual prevalence too, above all where there are few cases.",
}
NOT_KNOWN: Mapping[Language, str] = {
    "es": "No se sabe qué se notificó en {place} antes de la semana {week}: las probabilidades van "
    "sin ello.",
    "en": "What was notified in {place} before week {week} is not known: the probabilities are "
    "without it.",
}

_LEVELS: Sentences = {
    "above": {
        "es": "{label}, unas {times} veces lo habitual",
        "en": "{label}, about {times} times as often as usual",
    },
    "usual": {"es": "{label}, como es habitual", "en": "{label}, as often as usual"},
    "below": {
        "es": "{label}, en torno al {percent} % de lo habitual",
        "en": "{label}, about {percent}% of what is usual",
    },
}


def level(label: str, times: float, language: Language) -> str:
    """How often a disease is notified against what is usual, as part of a sentence."""
    kind = "usual" if times == 1 else "above" if times > 1 else "below"
    told = f"{times:g}".replace(".", "," if language == "es" else ".")
    return _LEVELS[kind][language].format(label=label, times=told, percent=round(times * 100))
