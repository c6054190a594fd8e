"""Remove persons from free text before it lands: documents, addresses, telephones, names.

Recognisers for Colombian notes in Spanish. A document is known by its label (CC, TI, NUIP, …) or
its length, a name by a title before it or by names everybody knows. What was found is replaced by
its kind in brackets, so that a reader sees that something was there. How much is found, and how
much is taken out by mistake: docs/reference/free-text.md.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa

from warehouse.landing.people_names import AMBIGUOUS_GIVEN, FAMILY, GIVEN

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_DOCUMENT_LABEL = (
    r"(?:c\.?\s?c|t\.?\s?i|r\.?\s?c|c\.?\s?e|n\.?u\.?i\.?p|nit|c[eé]dula|documento|doc"
    r"|identificaci[oó]n|identidad|identificad[oa]|registro civil|pasaporte|historia cl[ií]nica|hc)"
)
_LABELLED_DOCUMENT = re.compile(
    rf"\b{_DOCUMENT_LABEL}\b\.?(?:\s(?:de|con|ciudadan[ií]a|extranjer[ií]a|identidad|cc|ti))*"
    r"[\s:.#-]*(?:n(?:o|ro|[uú]m(?:ero)?|[°º])?[\s.:°º]*)?[A-Z]{0,3}\d(?:[\s.-]?\d){5,11}\b",
    re.IGNORECASE,
)
# Eight digits or more, grouped or not; a dose or a count in that order has its unit behind it.
_BARE_DOCUMENT = re.compile(
    r"(?<![\d.,/])(?:\d{8,11}|\d{1,3}(?:\.\d{3}){2,3}|\d{2,3}\.\d{3}\.\d{3})(?![\d/]|[.,]\d)"
    r"(?!\s*(?:u\.?i\b|u\b|unid|copias|c[eé]l|x\s?mm|/|por|mg|ml|cc\b))",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?:\+?57[\s.-]?)?(?<!\d)(?:3\d{2}|\(?60\d\)?)[\s.-]?\d{3}[\s.-]?\d{2}[\s.-]?\d{2}(?!\d)"
)
_LABELLED_PHONE = re.compile(
    r"\b(?:tel(?:[eé]fono|[eé]f)?|cel(?:ular)?|m[oó]vil|whats?app|wsp|contacto|fijo)\b"
    r"[\s.:#-]*(?:\+?57[\s.-]?)?\(?\d(?:[\s.)-]{0,2}\d){6,10}\b",
    re.IGNORECASE,
)
_PATTERNS = (
    (_EMAIL, "[correo]"),
    (_LABELLED_PHONE, "[teléfono]"),
    (_LABELLED_DOCUMENT, "[documento]"),
    (_PHONE, "[teléfono]"),
    (_BARE_DOCUMENT, "[documento]"),
)

_NAME = "[nombre]"
_WORD = re.compile(r"[^\W\d_]+")
# After these a capitalised word is a name, whichever it is.
_TITLES = frozenset(
    "senor senora senorita sr sra srta don dona dr dra doctor doctora llama llamado llamada "
    "nombre apellido apellidos nombres".split()
)
# After these two capitalised words are one, and a known one is as well.
_RELATIONS = frozenset(
    "paciente usuario usuaria madre padre mama papa abuela abuelo hijo hija hermano hermana tio "
    "tia esposo esposa companero companera cuidador cuidadora acompanante familiar nino nina menor "
    "identificado identificada".split()
)
# What follows a title or a name without being one, where capitals do not tell.
_ORDINARY = frozenset(
    "acude al anos asiste con consulta control cual dice edad el ella en es esta identificada "
    "identificado indica ingresa lo manifiesta me mg no niega ordena para por presenta que quien "
    "realiza refiere remite se sin solicita su tiene trae un una valora valoro vive".split()
)
# With these a name is a place's, a hospital's or a disease's.
_OF_THINGS = frozenset(
    "san santa santo virgen hospital clinica ips eps barrio vereda calle carrera avenida sindrome "
    "enfermedad signo mal escala maniobra prueba test".split()
)
_PARTICLES = frozenset("de del la las los y".split())
_KNOWN = GIVEN | AMBIGUOUS_GIVEN | FAMILY
# What may stand between a title and the name: "Nombre: ", "Dra. ".
_AFTER_TITLE = re.compile(r"[.:,]?\s{1,3}|\s?:\s?")
_LONGEST_NAME = 7


def scrubbed(values: pa.Array) -> pa.Array:
    """Each text without the persons named in it; null stays null."""
    words = values.dictionary_encode()
    texts = [scrub(text) for text in words.dictionary.to_pylist()]
    return pa.array(texts, pa.string()).take(words.indices)


def scrub(text: str) -> str:
    """The text with documents, e-mail addresses, telephones and names replaced by their kind."""
    for pattern, kind in _PATTERNS:
        text = pattern.sub(kind, text)
    pieces, done = [], 0
    for begin, end in _names(_Note(text)):
        pieces += [text[done:begin], _NAME]
        done = end
    return "".join([*pieces, text[done:]])


@dataclass(frozen=True)
class _Note:
    """A text and its words, as written and as the lists of names have them."""

    text: str

    @cached_property
    def words(self) -> list[re.Match[str]]:
        return list(_WORD.finditer(self.text))

    @cached_property
    def plain(self) -> list[str]:
        return [_plain(word.group()) for word in self.words]

    @cached_property
    def in_capitals(self) -> bool:
        return self.text.isupper()

    def gap(self, at: int) -> str:
        """What stands between the word before `at` and that at `at`."""
        return self.text[self.words[at - 1].end() : self.words[at].start()]

    def is_known(self, at: int) -> bool:
        """Whether the word is a name of our lists."""
        return self.plain[at] in _KNOWN

    def is_capitalised(self, at: int) -> bool:
        """Whether the word stands out by its capital, which in a text of capitals none does."""
        return self.words[at].group()[0].isupper() and not self.in_capitals

    def may_belong(self, at: int) -> bool:
        """Whether the word goes with a name beside it."""
        plain = self.plain[at]
        is_one = self.is_known(at) or self.is_capitalised(at)
        return is_one and plain not in _RELATIONS | _TITLES | _OF_THINGS

    def run(self, at: int, belongs: Callable[[int], bool]) -> int:
        """How many words from `at` on belong together: blanks between, no particle at the end."""
        length = 0
        for n in range(at, min(at + _LONGEST_NAME, len(self.words))):
            if n > at and self.gap(n).strip():
                break
            if n > at and self.plain[n] in _PARTICLES:
                continue
            if not belongs(n):
                break
            length = n - at + 1
        return length


def _names(note: _Note) -> Iterator[tuple[int, int]]:
    """Where names begin and end, from left to right."""
    at = 0
    while at < len(note.words):
        length = _titled(note, at) or _known(note, at)
        if length:
            yield note.words[at].start(), note.words[at + length - 1].end()
        at += max(length, 1)


def _titled(note: _Note, at: int) -> int:
    """How many words from `at` on are a name because a title stands before them."""
    if at == 0 or note.plain[at - 1] not in _TITLES or not _AFTER_TITLE.fullmatch(note.gap(at)):
        return 0
    if note.is_capitalised(at):
        return note.run(at, note.may_belong)
    # Where capitals do not tell, the words beside the title, up to one that is no name.
    return note.run(at, lambda n: n < at + 4 and note.plain[n] not in _ORDINARY)


def _known(note: _Note, at: int) -> int:
    """How many words from `at` on are a name because names in it are known.

    A given name is enough, or two family names; a given name that is also a word, or one that is
    in no list, needs a family name after it. Where capitals tell, those beside a known name
    belong to it.
    """
    if at > 0 and note.plain[at - 1] in _OF_THINGS:
        return 0
    is_introduced = at > 0 and note.plain[at - 1] in _RELATIONS
    length = note.run(at, note.may_belong if note.is_capitalised(at) else note.is_known)
    found = note.plain[at : at + length]
    given = sum(word in GIVEN for word in found)
    family = sum(word in FAMILY for word in found)
    loose = sum(word in AMBIGUOUS_GIVEN for word in found)
    is_unknown_given = family and note.is_capitalised(at) and found[0] not in FAMILY
    is_name = given or family > 1 or (family and loose) or is_unknown_given
    return length if is_name or (is_introduced and (family or length > 1)) else 0


def _plain(word: str) -> str:
    """The word in lower case, without accents, and with n for ñ."""
    letters = unicodedata.normalize("NFD", word.lower())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
