"""What to do with Yale's published file, which only R writes and reads."""

from pathlib import Path

from warehouse.errors import FetchFailed
from warehouse.sources.archive import take_member

R_DATA = "5v_cleandf.RData"


def keep_r_data(received: Path, folder: Path) -> None:
    """Take the R file out of the archive and say how to turn it into `ed_triage.parquet`.

    Always raises `FetchFailed`: the file holds 560,486 x 972 cells, which the Python readers of R
    data load whole (several GB), so the last step is R's.
    """
    nested = folder / "yale-repository.zip"
    take_member(received, r".*admission.*\.zip", nested)
    take_member(nested, r"5v_cleandf\.rdata", folder / R_DATA)
    nested.unlink()
    raise FetchFailed(
        f"{R_DATA} was received, but it must be converted by R once",
        where=str(folder / R_DATA),
        next_step="follow 'Yale: from RData to parquet' in docs/reference/sources.md",
    )
