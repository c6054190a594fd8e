"""The two languages of Semia, and which one a request asks for."""

from typing import Literal, get_args

Language = Literal["es", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


def from_header(accept_language: str | None, default: Language) -> Language:
    """Our language that an Accept-Language header likes best, or `default` (RFC 9110 §12.5.4)."""
    best: Language = default
    best_weight = 0.0
    for part in (accept_language or "").split(","):
        name, weight = _range(part)
        language = _ours(name)
        if language is not None and weight > best_weight:
            best, best_weight = language, weight
    return best


def of_document(document: object, otherwise: Language) -> Language:
    """The language a request's own body asks for, even where the rest of it is wrong."""
    asked = document.get("language") if isinstance(document, dict) else None
    return (_ours(asked) if isinstance(asked, str) else None) or otherwise


def _ours(name: str) -> Language | None:
    primary = name.split("-")[0].lower()
    return next((language for language in LANGUAGES if language == primary), None)


def _range(part: str) -> tuple[str, float]:
    name, _, parameter = part.strip().partition(";")
    key, _, value = parameter.strip().partition("=")
    if key != "q":
        return name.strip(), 1.0
    try:
        return name.strip(), float(value)
    except ValueError:
        return name.strip(), 0.0
