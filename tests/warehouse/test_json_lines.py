"""Records of a web service as rows: columns found out, bad lines refused, identifiers left out."""

from pathlib import Path

import pytest

from warehouse.errors import BadFile
from warehouse.sources.json_lines import json_records
from warehouse.sources.source import Chunk


def read(path: Path, text: str, *withheld: str) -> Chunk:
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    (chunk,) = json_records(withheld)(path)
    return chunk


def test_text_stays_text_and_the_rest_is_kept_as_json(tmp_path: Path) -> None:
    chunk = read(tmp_path / "f", '{"a": "á", "b": 2}\n{"a": null, "c": {"d": [1]}}\n')
    rows = chunk.rows.to_pylist()
    assert [list(row.values())[1:] for row in rows] == [
        ["á", "2", None],
        [None, None, '{"d": [1]}'],
    ]
    assert rows[0]["record"] == '{"a": "á", "b": 2}'


def test_what_identifies_a_person_is_neither_a_column_nor_in_the_record(tmp_path: Path) -> None:
    chunk = read(tmp_path / "f", '{"PRI_NOM_": "Ana", "a": "1"}\n', "pri_nom")
    assert chunk.rows.to_pylist() == [{"record": '{"a": "1"}', "a": "1"}]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("[1]", "not an object"),
        ('{"a": ', "not JSON"),
        ('{"a": "\\u0000"}', "a NUL character"),
        ('{"a": "\\ud800"}', "half a surrogate pair"),
        ('{"a": "\udcff"}', "bytes that are not utf-8"),
    ],
)
def test_a_bad_line_is_refused_with_its_place(tmp_path: Path, line: str, reason: str) -> None:
    chunk = read(tmp_path / "f", f'{{"a": "1"}}\n{line}\n{{"a": "3"}}\n')
    assert [(reject.line, reject.reason) for reject in chunk.rejects] == [(2, reason)]
    assert chunk.rows.column("a").to_pylist() == ["1", "3"]
    assert chunk.lines is not None
    assert chunk.lines.to_pylist() == [1, 3]


def test_an_escaped_sign_beyond_the_first_plane_is_no_half_pair(tmp_path: Path) -> None:
    assert not read(tmp_path / "f", '{"a": "\\ud83d\\ude00"}\n').rejects


def test_an_empty_file_and_an_endless_line_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="empty"):
        read(tmp_path / "f", "")
    with pytest.raises(BadFile, match=r"longer than 16 MB.*f, line 2"):
        read(tmp_path / "f", '{"a": "1"}\n{"a": "' + "x" * 50_000_000 + '"}\n')
