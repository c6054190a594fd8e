"""Turn pydantic's validation errors into sentences a doctor can act on."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from api.words.errors import FieldProblem
from api.words.language import Language
from api.words.wording import FIELDS, near, shown

# Pydantic's name of an error, ours, and which entries of its context our sentence repeats.
_KINDS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "missing": ("missing", {}),
    "float_type": ("not_number", {}),
    "float_parsing": ("not_number", {}),
    "int_type": ("not_number", {}),
    "int_parsing": ("not_number", {}),
    "int_parsing_size": ("not_number", {}),
    "greater_than_equal": ("too_small", {"limit": "ge"}),
    "less_than_equal": ("too_great", {"limit": "le"}),
    "string_type": ("not_text", {}),
    "string_unicode": ("not_text", {}),
    "list_type": ("not_list", {}),
    "tuple_type": ("not_list", {}),
    "dict_type": ("not_object", {}),
    "model_type": ("not_object", {}),
    "model_attributes_type": ("not_object", {}),
    "literal_error": ("not_allowed", {"expected": "expected"}),
    "finite_number": ("not_finite", {}),
    "too_long": ("too_many", {"limit": "max_length"}),
    "string_too_long": ("too_long", {"limit": "max_length"}),
    "extra_forbidden": ("unknown_field", {}),
}
_KNOWN_FIELDS = (
    "age_years",
    "sex",
    "observations",
    "evidence",
    "patient",
    "source",
    "identifier",
    "problems",
    "prevalence",
    "place",
    "municipality",
    "week",
    "language",
    "code",
    "state",
)
_OR: Mapping[Language, str] = {"es": " o ", "en": " or "}


def pointer(*parts: str | int) -> str:
    """The JSON Pointer (RFC 6901) of a place in the body, as a URI fragment."""
    escaped = (shown(str(part)).replace("~", "~0").replace("/", "~1") for part in parts)
    return "#" + "".join(f"/{part}" for part in escaped)


def fields_of(errors: Sequence[Any], language: Language) -> list[FieldProblem]:
    """One field problem for each of pydantic's errors, in their order."""
    return [_field(error, language) for error in errors]


def field_problem(
    place: str,
    kind: str,
    language: Language,
    values: Mapping[str, object] | None = None,
    *,
    suggestions: Sequence[str] = (),
    limits: tuple[float, float] | None = None,
    unit: str | None = None,
) -> FieldProblem:
    """A field problem with its sentence; `limits` are the least and greatest value accepted."""
    least, most = limits or (None, None)
    return FieldProblem(
        pointer=place,
        code=kind,
        detail=FIELDS[kind][language].format(**(values or {})),
        suggestions=tuple(suggestions),
        minimum=least,
        maximum=most,
        unit=unit,
    )


def _field(error: Mapping[str, Any], language: Language) -> FieldProblem:
    kind, entries = _KINDS.get(error["type"], ("not_understood", {}))
    path = [part for part in error["loc"] if part not in ("body", "[key]")]
    context = error.get("ctx", {})
    values: dict[str, object] = {ours: context[theirs] for ours, theirs in entries.items()}
    suggestions: list[str] = []
    if kind == "unknown_field":
        suggestions = get_close_matches(str(path[-1])[:60], _KNOWN_FIELDS, n=2, cutoff=0.6)
        values["near"] = near(suggestions, language)
    if kind == "not_allowed":
        values["expected"] = str(values["expected"]).replace(" or ", _OR[language])
    return field_problem(pointer(*path), kind, language, values, suggestions=suggestions)
