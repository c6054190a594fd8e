import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from warehouse.errors import BadFile
from warehouse.sources import readers
from warehouse.sources.readers import json_objects, parquet


def test_every_kind_of_parquet_column_becomes_text(tmp_path: Path) -> None:
    table = pa.table(
        {
            "Age": pa.array([71, None], pa.int64()),
            "Temp F": pa.array([98.6, float("nan")]),
            "float32": pa.array([36.7, 120.0], pa.float32()),
            "flag": pa.array([True, None]),
            "word": pa.array(["", None]),
            "large": pa.array(["a", "ñ"], pa.large_string()),
            "category": pa.array(["Admit", "Discharge"]).dictionary_encode(),
            "day": pa.array([dt.date(2014, 3, 1), None]),
            "money": pa.array([Decimal("1.50"), None]),
            "list": pa.array([[1, 2], None]),
            "none": pa.nulls(2),
        }
    )
    pq.write_table(table, tmp_path / "f.parquet")
    (chunk,) = parquet()(tmp_path / "f.parquet")
    assert {field.type for field in chunk.rows.schema} == {pa.string()}
    first, second = chunk.rows.to_pylist()
    assert list(first.values()) == [
        *("71", "98.6", "36.7", "true", "", "a", "Admit", "2014-03-01", "1.50", "[1, 2]", None)
    ]
    assert second["age"] is None
    assert second["word"] is None
    assert second["temp_f"] == "nan"
    assert second["large"] == "ñ"


def test_parquet_comes_in_pieces_with_row_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "_CELLS", 20)
    pq.write_table(pa.table({"a": range(25), "b": range(25)}), tmp_path / "f.parquet")
    chunks = list(parquet()(tmp_path / "f.parquet"))
    assert [chunk.rows.num_rows for chunk in chunks] == [10, 10, 5]
    assert [chunk.first_line for chunk in chunks] == [1, 11, 21]


def test_a_parquet_row_with_a_nul_is_refused_alone(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": ["x", "y\0z", "w"]}), tmp_path / "f.parquet")
    (chunk,) = parquet()(tmp_path / "f.parquet")
    assert chunk.rows.to_pydict() == {"a": ["x", "w"]}
    assert chunk.lines is not None
    assert chunk.lines.to_pylist() == [1, 3]
    (reject,) = chunk.rejects
    assert (reject.line, reject.reason) == (2, "a NUL byte")
    assert "\0" not in reject.text


def test_a_parquet_file_without_rows_still_has_columns(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": pa.array([], pa.int64())}), tmp_path / "f.parquet")
    (chunk,) = parquet()(tmp_path / "f.parquet")
    assert chunk.rows.schema.names == ["a"]
    assert chunk.rows.num_rows == 0


@pytest.mark.parametrize("kept", [0, 3, 100, -1, -8, -200])
def test_a_truncated_parquet_file_is_named(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "f.parquet"
    pq.write_table(pa.table({"a": range(1000)}), path)
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(BadFile, match=rf"damaged or truncated.*\[{path}\].*semia fetch"):
        list(parquet()(path))


def test_a_parquet_file_damaged_inside_is_named(tmp_path: Path) -> None:
    path = tmp_path / "f.parquet"
    pq.write_table(pa.table({"a": [f"word {n}" for n in range(5000)]}), path)
    data = bytearray(path.read_bytes())
    data[200:2000] = bytes(1800)
    path.write_bytes(data)
    with pytest.raises(BadFile, match="damaged or truncated"):
        list(parquet()(path))


def test_a_missing_parquet_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="no such file"):
        list(parquet()(tmp_path / "f.parquet"))


def test_objects_become_rows_under_their_key(tmp_path: Path) -> None:
    path = tmp_path / "f.json"
    content = {
        "E_91": {"name": "E_91", "question-en": "Fever?", "default": 0, "values": [], "no": None},
        "E_55": {"name": "E_55", "values": ["V_1", "V_2"], "meaning": {"V_1": {"en": "nariz"}}},
    }
    path.write_text(json.dumps(content))
    (chunk,) = json_objects()(path)
    assert chunk.rows.schema.names == [
        *("key", "name", "question_en", "default", "values", "no", "meaning")
    ]
    first, second = chunk.rows.to_pylist()
    assert first["key"] == "E_91"
    assert (first["default"], first["values"], first["no"]) == ("0", "[]", None)
    assert second["question_en"] is None
    assert json.loads(second["meaning"]) == {"V_1": {"en": "nariz"}}


def test_a_list_of_objects_is_numbered(tmp_path: Path) -> None:
    path = tmp_path / "f.json"
    path.write_text('[{"a": "x"}, 5, {"a": "\\u0000"}, {"a": "\\ud800"}, {"a": true}]')
    (chunk,) = json_objects("place")(path)
    assert chunk.rows.to_pylist() == [{"place": "1", "a": "x"}, {"place": "5", "a": "true"}]
    assert [(reject.line, reject.reason) for reject in chunk.rejects] == [
        (2, "not an object"),
        (3, "a NUL character"),
        (4, "half a surrogate pair"),
    ]


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", r"not JSON.*line 1, column 1"),
        (b'{"a": {"b": 1},\n "c": ', r"not JSON.*f\.json, line 2, column 7"),
        (b'{"a": "\xff"}', "damaged"),
        (b"5", "neither an object nor a list"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_a_json_file_that_is_wrong_is_named(tmp_path: Path, data: bytes, complaint: str) -> None:
    path = tmp_path / "f.json"
    path.write_bytes(data)
    with pytest.raises(BadFile, match=complaint):
        list(json_objects()(path))


def test_a_huge_json_file_is_not_read_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "_LARGEST_JSON", 10)
    (tmp_path / "f.json").write_text('{"a": {"b": 1}}')
    with pytest.raises(BadFile, match="too large"):
        list(json_objects()(tmp_path / "f.json"))
