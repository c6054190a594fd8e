"""A file that is written whole or not at all."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from warehouse.whole_file import write_whole


def test_the_new_file_takes_the_place_of_the_old(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("old", encoding="utf-8")
    write_whole(path, ["línea 1\n", "línea 2\n"])
    assert path.read_text(encoding="utf-8") == "línea 1\nlínea 2\n"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failure_on_the_way_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("old", encoding="utf-8")

    def broken() -> Iterator[str]:
        yield "half"
        assert path.read_text(encoding="utf-8") == "old"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        write_whole(path, broken())
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]
