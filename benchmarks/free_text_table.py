"""How much of the persons in free text is found: writes docs/reference/free-text.md.

    python -m benchmarks.free_text_table

What was planted counts as found only if no word or digit group of it is left. The notes are
those of benchmarks/spanish_notes.py.
"""

import re
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from benchmarks.spanish_notes import CLINICAL, notes
from warehouse.landing.free_text import scrub

NOTES = 2000
PAGE = Path(__file__).resolve().parents[1] / "docs/reference/free-text.md"
KINDS = {
    "document": "identity document (CC, TI, NUIP, RC, CE)",
    "phone": "telephone",
    "email": "e-mail address",
    "name": "name",
}
_TELLING = re.compile(r"[^\W\d_]{4,}|\d{3,}")
_LABEL = re.compile(r"documento|cédula|cedula|ciudadanía|ciudadania|nuip", re.IGNORECASE)


def recall(clean: Callable[[str], str]) -> dict[str, tuple[int, int]]:
    """Per kind, how many planted pieces `clean` took out, and of how many."""
    found: dict[str, list[bool]] = defaultdict(list)
    for note in notes(NOTES):
        left = clean(note.text)
        for kind, value in note.planted:
            telling = _TELLING.findall(_LABEL.sub("", value))
            found[kind].append(not any(piece in left for piece in telling))
    return {kind: (sum(hits), len(hits)) for kind, hits in found.items()}


def false_removals(clean: Callable[[str], str]) -> tuple[int, int]:
    """How many clinical sentences without any person `clean` changed, and of how many."""
    return sum(clean(text) != text for text in CLINICAL), len(CLINICAL)


def page() -> str:
    """The page, from a run made now."""
    measured, (changed, total) = recall(scrub), false_removals(scrub)
    lines = [
        f"| {title} | {measured[kind][1]} | {measured[kind][0] / measured[kind][1]:.1%} |"
        for kind, title in KINDS.items()
    ]
    return _TEXT.format(rows="\n".join(lines), notes=NOTES, changed=changed, total=total)


_TEXT = """\
# Persons in free text

Columns of free text (`free_text` in a source's record) are cleaned while they land:
`warehouse/landing/free_text.py` replaces documents, e-mail addresses, telephones and names by
`[documento]`, `[correo]`, `[teléfono]` and `[nombre]`. What it finds never reaches `raw`, and free
text itself never leaves `staging`.

Written by `python -m benchmarks.free_text_table` from {notes} invented Spanish notes: a third of
the given names and a third of the family names stand in no list of ours, and some notes are
without accents, in capitals alone, or without any. A piece counts as found only if nothing of it
is left.

| what | planted | found |
|---|---|---|
{rows}

Sentences with no person in them that were changed: {changed} of {total}.

What is missed: mostly a name that stands in no list and has no title before it, in a note whose
capitals say nothing. The notes and the rules come from the same authors; on a hospital's own
notes, measure again before you rely on it.
"""

if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
