"""Write a file atomically: a truncated file could be mistaken for a complete one."""

from collections.abc import Iterable
from pathlib import Path


def write_whole(path: Path, pieces: Iterable[str]) -> None:
    """Write the pieces, as UTF-8, over what is at `path`, which stays until all are on the disk.

    They go to a draft beside it, which takes its place at the end and is gone where that fails.
    Raises what `pieces` raises, and `OSError` where it cannot be written.
    """
    draft = path.with_name(f".{path.name}.part")
    try:
        with draft.open("w", encoding="utf-8") as written:
            written.writelines(pieces)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
