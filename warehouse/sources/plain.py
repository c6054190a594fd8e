"""Lines of a delimited file without quotes or anomalies, which the server can parse itself."""

from collections.abc import Sequence
from functools import cache

from warehouse.sources.lines import Block
from warehouse.sources.rows import Dialect, utf_8
from warehouse.sources.source import PlainLines

# What some reader takes for more than a sign of a cell: a quote, COPY's escape, a lone return; and
# what PostgreSQL's text cannot hold.
_NOT_PLAIN = (b'"', b"\\", b"\r", b"\0")
# COPY takes no letter, digit or full stop for a separator.
_SEPARATORS = ",;\t|"


def plain(block: Block, columns: Sequence[str], dialect: Dialect) -> PlainLines | None:
    """The block's lines as they are, or None unless each is surely one row of plain cells.

    Such lines are the same rows to `rows.parse` as to PostgreSQL's COPY in its text format: they
    are text of the file's encoding, and each has a separator fewer than there are columns.
    """
    is_simple = dialect.separator in _SEPARATORS and not dialect.null_values
    data = utf_8(block, dialect) if is_simple else None
    if not data:
        return None
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n")
    if any(sign in data for sign in _NOT_PLAIN):
        return None
    data = data if data.endswith(b"\n") else data + b"\n"
    separator, count = dialect.separator.encode(), data.count(b"\n")
    # Of full rows nothing is left but this, again and again, once their cells are taken out.
    frame = separator * (len(columns) - 1) + b"\n"
    if data.translate(None, _cells(separator)) != frame * count:
        return None
    return PlainLines(columns, dialect.separator, data, count, block.first_line)


@cache
def _cells(separator: bytes) -> bytes:
    """Every byte that neither separates cells nor ends a line."""
    return bytes(set(range(256)) - set(separator + b"\n"))
