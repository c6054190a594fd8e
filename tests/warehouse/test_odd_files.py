"""Odd files are landed as they are or refused with the reason; what is in a cell is only text."""

from pathlib import Path

import pytest

from warehouse.connection import connect
from warehouse.errors import BadFile
from warehouse.landing.land import land
from warehouse.settings import Settings
from warehouse.sources.readers import delimited
from warehouse.sources.source import Source, Table

pytestmark = pytest.mark.database

TABLE = Table("odd_visits", "visits.csv", ("person", "sign"), delimited(",", "latin-1"))
SOURCE = Source("odd", "Odd", "", "", "", (TABLE,), lambda *_: None, 1)


def landed(settings: Settings, folder: Path, data: bytes) -> list[tuple[str, str]]:
    """What the table holds once a file of these bytes has landed."""
    (folder / "visits.csv").write_bytes(data)
    land(SOURCE, folder, "public", settings)
    with connect("semia_ingest", settings) as connection:
        return connection.execute(
            "select person, sign from raw.odd_visits order by _row_number"
        ).fetchall()


def refused(settings: Settings) -> list[tuple[int, str]]:
    with connect("semia_ingest", settings) as connection:
        return connection.execute("select line, reason from raw._rejects order by line").fetchall()


@pytest.mark.parametrize(
    "cell",
    [
        "'; drop table raw._loads; --",
        "$$; copy raw._loads to program 'id'; $$",
        r"\N",
        r"\.",
        "\x1e",
        "\x1f",
        "  spaces  ",
        "=1+1",
        r"\\server\n",
    ],
)
def test_a_cell_is_text_whatever_it_says(raw: Settings, tmp_path: Path, cell: str) -> None:
    file = f"person,sign\n1,{cell}\n2,\n".encode()
    assert landed(raw, tmp_path, file) == [("1", cell), ("2", "")]


def test_a_header_in_another_order_lands_under_its_names(raw: Settings, tmp_path: Path) -> None:
    assert landed(raw, tmp_path, b"person,sign\n1,fever\n") == [("1", "fever")]
    assert landed(raw, tmp_path, b"sign,person\nrash,2\n") == [("2", "rash")]


def test_a_name_twice_in_the_header_is_refused(raw: Settings, tmp_path: Path) -> None:
    assert landed(raw, tmp_path, b"person,sign\n1,fever\n") == [("1", "fever")]
    with pytest.raises(BadFile, match="would both be called sign"):
        landed(raw, tmp_path, b"person,sign,Sign\n1,fever,rash\n")


def test_a_mark_before_the_header_is_no_part_of_it(raw: Settings, tmp_path: Path) -> None:
    file = b"\xef\xbb\xbf" + "person,sign\n1,vómito\n".encode()
    assert landed(raw, tmp_path, file) == [("1", "vómito")]


def test_a_row_of_another_encoding_costs_that_row(raw: Settings, tmp_path: Path) -> None:
    """A file marked as UTF-8 in which somebody pasted a row of latin-1."""
    rows = b"".join(b"%d,rash\n" % number for number in range(30))
    file = b"\xef\xbb\xbfperson,sign\n" + rows + "40,tos\n41,vómito\n".encode("latin-1")
    assert len(landed(raw, tmp_path, file)) == 31
    assert [line for line, _ in refused(raw)] == [33]


def test_a_nul_byte_costs_its_row(raw: Settings, tmp_path: Path) -> None:
    assert landed(raw, tmp_path, b"person,sign\n1,fe\0ver\n2,rash\n") == [("2", "rash")]
    assert refused(raw) == [(2, "a NUL byte")]


def test_a_line_of_50_megabytes_is_refused_and_what_was_there_stays(
    raw: Settings, tmp_path: Path
) -> None:
    before = landed(raw, tmp_path, b"person,sign\n1,fever\n")
    with pytest.raises(BadFile, match="longer than 16 MB") as caught:
        landed(raw, tmp_path, b"person,sign\n1," + b"x" * 50_000_000 + b"\n")
    assert caught.value.where.endswith("line 2")
    with connect("semia_ingest", raw) as connection:
        found = connection.execute("select person, sign from raw.odd_visits").fetchall()
    assert found == before
