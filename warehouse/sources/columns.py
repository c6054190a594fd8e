"""From a published column's name to its name in `raw`."""

import re
import unicodedata
from collections.abc import Sequence

from warehouse.errors import BadFile

_LONGEST = 63  # PostgreSQL cuts longer names off in silence.


def raw_name(name: str) -> str:
    """The name in `raw`: lower case, without accents, every run of other signs one `_`.

    It never begins with a digit.

    >>> raw_name("Presión sistólica, mmHg")
    'presion_sistolica_mmhg'
    """
    letters = unicodedata.normalize("NFKD", name).lower()
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    plain = re.sub(r"[^a-z0-9]+", "_", bare).strip("_")
    plain = f"x{plain}" if plain[:1].isdigit() else plain
    return plain[:_LONGEST].rstrip("_")


def raw_names(names: Sequence[str], where: str) -> list[str]:
    """The raw names of a whole header; one without a name is called after its position (from 1).

    Raises `BadFile` when two columns would share a name.
    """
    result: list[str] = []
    for position, name in enumerate(names, start=1):
        raw = raw_name(name) or f"column_{position}"
        if raw in result:
            raise BadFile(
                f"Columns {result.index(raw) + 1} and {position} would both be called {raw}",
                where=f"{where}, line 1",
                next_step="rename one of them in the file",
            )
        result.append(raw)
    return result
