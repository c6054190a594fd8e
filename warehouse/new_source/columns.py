"""Infer the kind of each column of an unknown file from its name and its cells."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import mean, median
from typing import Literal

from warehouse.landing.free_text import scrub
from warehouse.sources.figures import SMALLEST, told
from warehouse.sources.imitate import Days, Marks, Numbers, Shape, Words

Kind = Literal[
    "age", "number", "whole", "flag", "answer", "day", "word", "text", "person", "withheld"
]

_MOST_WORDS = 30
# As `safe_number` and `safe_date` of the dbt project read them; but a code keeps its leading zero.
_NUMBER = re.compile(r"[+-]?((0|[1-9]\d{0,14})(\.\d{0,15})?|\.\d{1,15})([eE][+-]?\d{1,2})?")
_WHOLE = re.compile(r"[+-]?(0|[1-9]\d{0,8})")
_AGE = re.compile(r"(age|edad)(_years|_anos)?")
_DAYS = {"%Y-%m-%d": re.compile(r"\d{4}-\d\d-\d\d"), "%d/%m/%Y": re.compile(r"\d\d/\d\d/\d{4}")}
_ANSWERS = frozenset(("yes", "no", "y", "n", "true", "false", "si", "sí", "sim", "s", "nao", "não"))
# Which words say whose row it is: a number of a person is hashed, the rest never lands. Socrata
# leaves accented letters out (`tel_fono`).
_PERSON = re.compile(
    r"(^|_)(id|mrn|nuip|ssn|patient|paciente|documento|c(e|_)dula|passport|pasaporte|num_ide|"
    r"identificaci(o|_)n|historia_cl(i|_)nica)(_|$)"
)
_WITHHELD = re.compile(
    r"(^|_)(nombres?|apellidos?|name|surname|firstname|lastname|e?mail|correo|phone|tel(e|_)fono|"
    r"celular|m(o|_)vil|address|direcci(o|_)n|domicilio|birth|birthdate|dob|nacimiento|fecha_nac|"
    r"fecha_nto|barrio|vereda|localidad|latitude|longitude|latitud|longitud|zip|postcode|ip)(_|$)"
)


@dataclass(frozen=True)
class Column:
    """A column: name as published and in `raw`, what it holds, how often nothing, a shape.

    `unknown` is the share of empty cells; one of so few rows that they could be told apart
    stands as if it were five rows.
    """

    published: str
    name: str
    kind: Kind
    unknown: float
    shape: Shape


def examined(published: str, name: str, cells: Sequence[str], nothing: Sequence[str]) -> Column:
    """The column found in `cells`, where an empty text and the words of `nothing` are unknown."""
    known = [cell for cell in cells if cell and cell not in nothing]
    unknown = told(len(cells) - len(known), len(cells))
    kind = _kind(name, known)
    return Column(published, name, kind, unknown, _shape(kind, known, unknown))


def _kind(name: str, known: Sequence[str]) -> Kind:
    # First, since a patient's name is a name.
    if _WITHHELD.search(name):
        return "withheld"
    if _PERSON.search(name):
        return "person"
    # Of a few cells the type cannot be told, and any example would be somebody's.
    if len(known) < SMALLEST:
        return "text"
    kind: Kind = next((kind for holds, kind in _KINDS if holds(known)), "text")
    return "age" if _AGE.fullmatch(name) and kind in ("whole", "number") else kind


def _is_flag(known: Sequence[str]) -> bool:
    return set(known) <= {"0", "1"}


def _is_number(known: Sequence[str]) -> bool:
    return all(_NUMBER.fullmatch(cell.replace(",", ".")) for cell in known)


def _is_whole(known: Sequence[str]) -> bool:
    return all(_WHOLE.fullmatch(cell) for cell in known)


def _is_answer(known: Sequence[str]) -> bool:
    return {cell.lower() for cell in known} <= _ANSWERS


def _is_day(known: Sequence[str]) -> bool:
    return any(all(form.match(cell) for cell in known) for form in _DAYS.values())


def _is_word(known: Sequence[str]) -> bool:
    """A few words, each of so many rows that none identifies a patient, and none naming anybody.

    The words are written into the source's record: a doctor's name in every tenth row is a word
    by number alone.
    """
    counts = Counter(known)
    is_common = len(counts) <= _MOST_WORDS and min(counts.values()) >= SMALLEST
    return is_common and all(scrub(word) == word for word in counts)


# In this order: the first that all known cells fit is the column's.
_KINDS: tuple[tuple[Callable[[Sequence[str]], bool], Kind], ...] = (
    (_is_flag, "flag"),
    (_is_whole, "whole"),
    (_is_number, "number"),
    (_is_answer, "answer"),
    (_is_day, "day"),
    (_is_word, "word"),
)


def _shape(kind: Kind, known: Sequence[str], unknown: float) -> Shape:
    if kind in ("age", "number", "whole"):
        ordered = sorted(float(cell.replace(",", ".")) for cell in known)
        # The ends themselves would be somebody's.
        low, high = (round(mean(ten), 1) for ten in (ordered[:SMALLEST], ordered[-SMALLEST:]))
        return Numbers(low, high, 0 if _is_whole(known) else 1, unknown)
    if kind in ("flag", "answer", "word"):
        return Words(tuple(sorted(set(known))), unknown)
    if kind == "day":
        form = next(form for form, sign in _DAYS.items() if all(map(sign.match, known)))
        years = [int(re.findall(r"\d{4}", cell)[0]) for cell in known]
        return Days(int(median(years)), form, unknown)
    return Marks(unknown)
