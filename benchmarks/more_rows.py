"""Files that come again with a few rows more, every row they had before as it was."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.sources.source import Source

# Lists that are published anew as a whole, in which a code may not come twice.
CATALOGUES = ("cie10", "orphanet")
# Whoever comes new is drawn for themselves.
_SEED = 2


def add_rows(source: Source, folder: Path, rows: int, more: int) -> None:
    """Have the files of `source` in `folder`, synthesised with `rows` rows, hold `more` of them."""
    if source.name in CATALOGUES:
        source.synthesise(folder, rows + more, 1, 0.0)
        return
    beside = folder / "more"
    beside.mkdir(exist_ok=True)
    source.synthesise(beside, more, _SEED, 0.0)
    for table in source.tables:
        _append(folder / table.file, beside / table.file)


def _append(file: Path, more: Path) -> None:
    """Put the rows of `more` behind those of `file`, where it is a file of rows."""
    if file.suffix == ".parquet":
        pq.write_table(pa.concat_tables([pq.read_table(file), pq.read_table(more)]), file)
    elif file.suffix in (".csv", ".jsonl"):
        lines = more.read_bytes().splitlines(keepends=True)
        with file.open("ab") as opened:
            opened.writelines(lines[file.suffix == ".csv" :])
