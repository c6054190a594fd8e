"""Figures and answers as a person reads them, in Spanish or English."""

from collections.abc import Mapping, Sequence
from typing import Literal

from warehouse.vocabulary import load_vocabulary

Language = Literal["es", "en"]


def number(value: float, digits: int, language: Language) -> str:
    """A number with so many decimals, after a comma in Spanish and after a point in English."""
    return _marked(f"{value:.{digits}f}", language)


def power(value: float, language: Language) -> str:
    """A very small or large number with one decimal and the power of ten."""
    return _marked(f"{value:.1e}", language)


def share(value: float, language: Language) -> str:
    """A share as a percentage with one decimal; Spanish leaves a space before the sign."""
    return f"{number(100 * value, 1, language)}{' %' if language == 'es' else '%'}"


def labels(problem: str, classes: Sequence[str], language: Language) -> Mapping[str, str]:
    """What each of a problem's classes is called; a class that the vocabulary lacks, its code."""
    known = {
        one.code: one.label_es if language == "es" else one.label_en
        for one in load_vocabulary().diagnoses
        if one.problem == problem
    }
    return {code: known.get(code, code) for code in classes}


def titles(sources: Sequence[str], language: Language) -> Mapping[str, str]:
    """What each source is called, with its code; one that the vocabulary lacks, its code alone."""
    known = {
        one.source: one.title_es if language == "es" else one.title
        for one in load_vocabulary().sources
    }
    return {code: f"{known[code]} ({code})" if code in known else code for code in sources}


def listed(words: Sequence[str]) -> str:
    """One line of several, parted by semicolons: many an answer holds a comma."""
    return "; ".join(words)


def _marked(text: str, language: Language) -> str:
    return text.replace(".", ",") if language == "es" else text
