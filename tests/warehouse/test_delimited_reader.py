import codecs
import csv
import gzip
import io
import random
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from warehouse.errors import BadFile
from warehouse.sources import lines
from warehouse.sources.readers import delimited
from warehouse.sources.source import Reader, Reject

Row = tuple[int, dict[str, str | None]]


def read(path: Path, reader: Reader) -> tuple[list[Row], list[Reject]]:
    """Every row under its line, and every reject."""
    rows: list[Row] = []
    rejects: list[Reject] = []
    for chunk in reader(path):
        found = chunk.rows.to_pylist()
        numbers = chunk.lines.to_pylist() if chunk.lines is not None else None
        for place, row in enumerate(found):
            rows.append((numbers[place] if numbers else chunk.first_line + place, row))
        rejects.extend(chunk.rejects)
    return rows, rejects


def parsed(
    folder: Path, data: bytes, separator: str = ",", encoding: str = "utf-8", name: str = "f.csv"
) -> tuple[list[Row], list[Reject]]:
    path = folder / name
    path.write_bytes(data)
    return read(path, delimited(separator, encoding))


def test_rows_stand_under_their_line(tmp_path: Path) -> None:
    rows, rejects = parsed(tmp_path, b"A;B b\n1;2,5\n3;??\n", ";")
    assert rows == [(2, {"a": "1", "b_b": "2,5"}), (3, {"a": "3", "b_b": "??"})]
    assert rejects == []


def test_empty_is_not_null(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(b'a,b\n,""\nNA,x\n')
    rows, _ = read(path, delimited(",", "utf-8"))
    assert [row for _, row in rows] == [{"a": "", "b": ""}, {"a": "NA", "b": "x"}]
    rows, _ = read(path, delimited(",", "utf-8", null_values=("NA",)))
    assert [row for _, row in rows] == [{"a": "", "b": ""}, {"a": None, "b": "x"}]


def test_null_values_hold_beside_bad_rows(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(b"a,b\nNA,\n1\n")
    rows, rejects = read(path, delimited(",", "utf-8", null_values=("NA",)))
    assert [row for _, row in rows] == [{"a": None, "b": ""}]
    assert len(rejects) == 1


@pytest.mark.parametrize(
    ("encoding", "data"),
    [
        ("latin-1", "a\nDengue – não\n".replace("–", "-").encode("latin-1")),
        ("utf-8", "a\nDengue - não\n".encode()),
        ("utf-8", codecs.BOM_UTF8 + "a\nDengue - não\n".encode()),
        ("latin-1", codecs.BOM_UTF8 + "a\nDengue - não\n".encode()),
        ("latin-1", "a\nDengue - não\n".encode()),
        ("utf-8", "a\r\nDengue - não\r\n".encode()),
        ("utf-8", "a\nDengue - não".encode()),
    ],
)
def test_encodings_marks_and_line_ends(tmp_path: Path, encoding: str, data: bytes) -> None:
    assert parsed(tmp_path, data, encoding=encoding) == ([(2, {"a": "Dengue - não"})], [])


def test_a_gzip_file_is_read_by_its_name(tmp_path: Path) -> None:
    data = gzip.compress(b"a,b\n1,2\n")
    assert parsed(tmp_path, data, name="f.csv.gz") == ([(2, {"a": "1", "b": "2"})], [])


def test_bad_rows_are_kept_with_line_reason_and_text(tmp_path: Path) -> None:
    data = b"a,b\n1,2\n3\n4,5,6\n7,\x00\n8,\xff\n9,10\n"
    rows, rejects = parsed(tmp_path, data)
    assert [line for line, _ in rows] == [2, 7]
    assert rejects == [
        Reject(3, "1 cells where the header has 2", "3"),
        Reject(4, "3 cells where the header has 2", "4,5,6"),
        Reject(5, "a NUL byte", "7,\\x00"),
        Reject(6, "bytes that are not utf-8", "8,\\xff"),
    ]


def test_cells_may_hold_separators_quotes_and_line_ends(tmp_path: Path) -> None:
    rows, rejects = parsed(tmp_path, b'a,b\n"1,5","say ""hi"""\n"x\ny",5\' 3"\n\n7,8\n')
    assert rows == [
        (2, {"a": "1,5", "b": 'say "hi"'}),
        (3, {"a": "x\ny", "b": "5' 3\""}),
        (6, {"a": "7", "b": "8"}),
    ]
    assert rejects == []


def test_a_quote_never_closed_costs_one_row(tmp_path: Path) -> None:
    rows, rejects = parsed(tmp_path, b'a,b\n1,2\n3,"4\n5,6\n7,8\n')
    assert [line for line, _ in rows] == [2, 4, 5]
    assert rejects == [Reject(3, "a quote is opened and never closed", '3,"4')]


def test_an_open_quote_that_meets_another_costs_only_bad_rows(tmp_path: Path) -> None:
    rows, rejects = parsed(tmp_path, b'a,b\n1,"2\n3,4\n5,"6"\n7,8\n')
    assert [(line, row["b"]) for line, row in rows] == [(3, "4"), (4, "6"), (5, "8")]
    assert [reject.line for reject in rejects] == [2]


def test_a_lone_return_does_not_make_a_row(tmp_path: Path) -> None:
    rows, rejects = parsed(tmp_path, b"a,b\n1,2\r3,4\n5,6\n")
    assert [line for line, _ in rows] == [3]
    assert rejects[0].line == 2


def test_a_quoted_header_may_span_lines(tmp_path: Path) -> None:
    rows, _ = parsed(tmp_path, b'"heart\nrate",b\n1,2\n')
    assert rows == [(3, {"heart_rate": "1", "b": "2"})]


@pytest.mark.parametrize("ending", [b"", b"\n", b"\r\n"])
def test_a_header_alone_gives_columns_and_no_row(tmp_path: Path, ending: bytes) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(b"a,b" + ending)
    (chunk,) = delimited(",", "utf-8")(path)
    assert chunk.rows.schema.names == ["a", "b"]
    assert chunk.rows.num_rows == 0


def test_lines_are_right_across_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "_BLOCK_BYTES", 64)
    body = "".join(f'{n},"a\nb"\n' if n % 7 == 0 else f"{n},x\n" for n in range(500))
    rows, rejects = parsed(tmp_path, f"n,t\n{body}".encode())
    expected, line = [], 2
    for n in range(500):
        expected.append((line, str(n)))
        line += 2 if n % 7 == 0 else 1
    assert [(number, row["n"]) for number, row in rows] == expected
    assert rejects == []


def test_an_open_quote_does_not_swallow_a_large_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "_BLOCK_BYTES", 2**10)
    monkeypatch.setattr(lines, "_LONGEST_BYTES", 2**12)
    body = b'1,"2\n' + b"3,4\n" * 5000
    rows, rejects = parsed(tmp_path, b"a,b\n" + body)
    assert len(rows) == 5000
    assert [reject.line for reject in rejects] == [2]


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    with path.open("wb") as file:
        file.write(b"a,b,c\n")
        for _ in range(40):
            file.write(b"1234567890,1234567890,1234567890\n" * 30_000)
    tracemalloc.start()
    count = sum(chunk.rows.num_rows for chunk in delimited(",", "utf-8")(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 40 * 30_000
    assert peak < path.stat().st_size / 2


@pytest.mark.parametrize(
    ("name", "data", "complaint"),
    [
        ("f.csv", b"", "The file is empty"),
        ("f.csv", codecs.BOM_UTF8, "The file is empty"),
        ("f.csv", "a,b\n1,2\n".encode("utf-16"), "UTF-16"),
        ("f.csv", b"a,\xff\n1,2\n", "header is not utf-8"),
        ("f.csv", b"a,\x00\n1,2\n", "header is not utf-8"),
        ("f.csv", b"a,A\n1,2\n", "both be called a"),
        ("f.csv", b"PAR1\x15\rx\x00\n1\n", "header is no line of text"),
        ("f.csv.gz", gzip.compress(b"")[:0], "The file is empty"),
        ("f.csv.gz", gzip.compress(random.Random(1).randbytes(9000), mtime=0)[:5000], "truncated"),
        ("f.csv.gz", b"a,b\n1,2\n", "gzip file is damaged"),
        ("f.csv.gz", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03" + b"\xff" * 50, "damaged"),
    ],
)
def test_a_file_that_is_wrong_is_named(
    tmp_path: Path, name: str, data: bytes, complaint: str
) -> None:
    with pytest.raises(BadFile, match=complaint) as caught:
        parsed(tmp_path, data, name=name)
    assert name in caught.value.where
    assert caught.value.next_step


def test_a_truncated_gzip_tells_after_its_whole_rows(tmp_path: Path) -> None:
    rows = b"".join(b"%d,%d\n" % (n, n * n) for n in range(200_000))
    path = tmp_path / "f.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n" + rows)[:-20])
    with pytest.raises(BadFile, match=r"truncated \[.*f\.csv\.gz"):
        read(path, delimited(",", "utf-8"))


def test_a_line_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "_BLOCK_BYTES", 2**10)
    monkeypatch.setattr(lines, "_LONGEST_BYTES", 2**12)
    with pytest.raises(BadFile, match=r"longer than .* line 2"):
        parsed(tmp_path, b"a,b\n" + b"x" * 10_000)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=r"no such file .*semia fetch ktas"):
        read(tmp_path / "ktas" / "data.csv", delimited(",", "utf-8"))


cells = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    table=st.integers(2, 4).flatmap(
        lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1)
    ),
    separator=st.sampled_from([",", ";", "\t"]),
)
def test_whatever_was_written_is_read(
    tmp_path: Path, table: list[list[str]], separator: str
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, quoting=csv.QUOTE_ALL, lineterminator="\n")
    names = [f"c{place}" for place in range(len(table[0]))]
    writer.writerows([names, *table])
    rows, rejects = parsed(tmp_path, text.getvalue().encode(), separator)
    assert rejects == []
    assert [[row[name] for name in names] for _, row in rows] == table


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(body=st.binary(max_size=200))
def test_any_bytes_are_rows_or_rejects_but_never_a_crash(tmp_path: Path, body: bytes) -> None:
    rows, rejects = parsed(tmp_path, b"a,b\n" + body)
    places = [line for line, _ in rows] + [reject.line for reject in rejects]
    assert len(places) == len(set(places))
    for reject in rejects:
        assert "\0" not in reject.text
        reject.text.encode()
