"""Fetching from a server that cuts, lies, refuses or dawdles."""

import hashlib
from pathlib import Path

import httpx
import pytest

from tests.sources.conftest import Misbehaving
from warehouse.errors import FetchFailed
from warehouse.landing import fetch as fetching
from warehouse.landing.fetch import fetch
from warehouse.progress import Silent
from warehouse.sources.registry import SOURCES
from warehouse.sources.source import Download, Source, Table


class Listening(Silent):
    def __init__(self) -> None:
        self.notes: list[str] = []
        self.received = 0

    def note(self, text: str) -> None:
        self.notes.append(text)

    def advance(self, amount: int = 1) -> None:
        self.received += amount


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "PAUSE_SECONDS", 0.0)


def source_at(url: str, sha256: str | None = None) -> Source:
    return Source(
        name="made_up",
        title="A made-up source",
        homepage="http://127.0.0.1/",
        licence="CC BY 4.0",
        citation="Nobody 2020",
        tables=(Table("made_up", "file.bin", ("a",), lambda path: iter(())),),
        synthesise=lambda folder, rows, seed, shift: None,
        synthetic_rows=1,
        downloads=(Download(url, "file.bin", sha256),),
    )


def test_file_licence_and_checksum_are_kept(misbehaving: Misbehaving, tmp_path: Path) -> None:
    listener = Listening()
    (path,) = fetch(source_at(misbehaving.url), tmp_path, listener)
    assert path.read_bytes() == misbehaving.body
    assert "CC BY 4.0" in listener.notes[0]
    assert listener.received == len(misbehaving.body)
    digest = hashlib.sha256(misbehaving.body).hexdigest()
    assert digest in (tmp_path / "received.txt").read_text()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file.bin", "received.txt"]


def test_second_fetch_asks_nothing(misbehaving: Misbehaving, tmp_path: Path) -> None:
    fetch(source_at(misbehaving.url), tmp_path)
    fetch(source_at(misbehaving.url), tmp_path)
    assert len(misbehaving.asked) == 1


def test_cut_connection_goes_on_where_it_broke(misbehaving: Misbehaving, tmp_path: Path) -> None:
    misbehaving.cut_after = [70_000, 50_000]
    (path,) = fetch(source_at(misbehaving.url), tmp_path)
    assert path.read_bytes() == misbehaving.body
    assert misbehaving.asked == [None, "bytes=70000-", "bytes=120000-"]


def test_server_without_ranges_starts_over(misbehaving: Misbehaving, tmp_path: Path) -> None:
    misbehaving.cut_after, misbehaving.ranges = [70_000], False
    (path,) = fetch(source_at(misbehaving.url), tmp_path)
    assert path.read_bytes() == misbehaving.body


def test_resumes_a_part_of_an_earlier_run(misbehaving: Misbehaving, tmp_path: Path) -> None:
    misbehaving.cut_after = [40_000] * fetching.ATTEMPTS
    with pytest.raises(FetchFailed, match="peer closed connection"):
        fetch(source_at(misbehaving.url), tmp_path)
    assert not (tmp_path / "file.bin").exists()
    (path,) = fetch(source_at(misbehaving.url), tmp_path)
    assert path.read_bytes() == misbehaving.body
    assert misbehaving.asked[-1] == f"bytes={40_000 * fetching.ATTEMPTS}-"


def test_a_new_version_is_never_glued_to_an_old_part(
    misbehaving: Misbehaving, tmp_path: Path
) -> None:
    misbehaving.cut_after = [40_000] * fetching.ATTEMPTS
    with pytest.raises(FetchFailed):
        fetch(source_at(misbehaving.url), tmp_path)
    misbehaving.body, misbehaving.etag = b"abcdefghij" * 20_000, '"two"'
    (path,) = fetch(source_at(misbehaving.url), tmp_path)
    assert path.read_bytes() == misbehaving.body


def test_wrong_checksum_leaves_nothing(misbehaving: Misbehaving, tmp_path: Path) -> None:
    with pytest.raises(FetchFailed, match=r"SHA-256 is .* instead of") as failure:
        fetch(source_at(misbehaving.url, "0" * 64), tmp_path)
    assert failure.value.where == misbehaving.url
    assert not (tmp_path / "file.bin").exists()
    assert not list(tmp_path.glob("*.part"))


def test_missing_page_says_where_and_what_next(misbehaving: Misbehaving, tmp_path: Path) -> None:
    misbehaving.status = 404
    with pytest.raises(FetchFailed, match="404") as failure:
        fetch(source_at(misbehaving.url), tmp_path)
    assert misbehaving.url in failure.value.one_line()
    assert "semia synthesise made_up" in failure.value.next_step
    assert len(misbehaving.asked) == 1


def test_busy_server_is_asked_again_but_not_for_ever(
    misbehaving: Misbehaving, tmp_path: Path
) -> None:
    misbehaving.status = 503
    with pytest.raises(FetchFailed, match="503"):
        fetch(source_at(misbehaving.url), tmp_path)
    assert len(misbehaving.asked) == fetching.ATTEMPTS


def test_slow_server_runs_into_the_timeout(
    misbehaving: Misbehaving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    misbehaving.pause = 0.6
    monkeypatch.setattr(fetching, "TIMEOUT", httpx.Timeout(0.1))
    monkeypatch.setattr(fetching, "ATTEMPTS", 2)
    with pytest.raises(FetchFailed, match="ReadTimeout"):
        fetch(source_at(misbehaving.url), tmp_path)


def test_nobody_listening(tmp_path: Path) -> None:
    with pytest.raises(FetchFailed, match="ConnectError"):
        fetch(source_at("http://127.0.0.1:9/file.bin"), tmp_path)


def test_every_source_has_an_https_address_and_a_licence() -> None:
    for source in SOURCES.values():
        assert source.downloads
        assert all(download.url.startswith("https://") for download in source.downloads)
        assert source.licence
        assert source.citation
