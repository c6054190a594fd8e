"""Orphanet's archive: a packet that cannot be kept is a reject, and the rest is read."""

import json
import zipfile
from pathlib import Path

import pytest

from warehouse.errors import BadFile
from warehouse.sources.orphanet.packets import packets


def archive(folder: Path, *contents: str) -> Path:
    path = folder / "packets.zip"
    with zipfile.ZipFile(path, "w") as opened:
        for place, content in enumerate(contents):
            opened.writestr(f"json/ORPHApacket_{place}.json", content)
    return path


def packet(**said: object) -> str:
    return json.dumps({"Orphapacket": said})


def test_a_bad_packet_is_a_reject_and_the_rest_is_read(tmp_path: Path) -> None:
    bad = ("{", "{}", packet(Shoe="1"), packet(Label="a\0b"), packet(Label="a\ud800b"))
    path = archive(tmp_path, *bad, packet(ORPHAcode="558", Label="Fine é"))
    (chunk,) = packets(path)
    assert chunk.rows.column("label").to_pylist() == ["Fine é"]
    assert [(reject.line, reject.reason) for reject in chunk.rejects] == [
        (1, "not JSON"),
        (2, "no Orphapacket"),
        (3, "a field that is not known: Shoe"),
        (4, "a NUL character"),
        (5, "half a surrogate pair"),
    ]


def test_a_file_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "packets.zip").write_bytes(b"PK\3\4 cut short")
    with pytest.raises(BadFile, match="damaged"):
        list(packets(tmp_path / "packets.zip"))
