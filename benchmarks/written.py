"""Put figures between the two marks of a page that a run writes."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path


def write(page: Path, name: str, lines: Sequence[str]) -> None:
    """Replace what stands between `<!-- name: begin -->` and `<!-- name: end -->`."""
    text = page.read_text(encoding="utf-8")
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, _, rest = text.partition(begin)
    _, found, after = rest.partition(end)
    if not found:
        raise SystemExit(f"{page} lacks the marks of {name}")
    day = f"Written by the run of {datetime.now(UTC).date().isoformat()}."
    content = "\n".join([begin, *lines, "", day, end])
    page.write_text(before + content + after, encoding="utf-8")
