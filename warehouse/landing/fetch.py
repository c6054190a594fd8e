"""Fetching a source's published files: checked, resumed, never half written."""

import errno
import hashlib
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx

from warehouse.errors import DiskFull, FetchFailed
from warehouse.landing import socrata
from warehouse.progress import Progress, Silent
from warehouse.sources.source import Download, Source

ATTEMPTS = 4
# Seconds to connect, and to wait for the next bytes; a long download may well take hours.
TIMEOUT = httpx.Timeout(20.0, read=60.0)
PAUSE_SECONDS = 1.0


def fetch(
    source: Source, folder: Path, progress: Progress | None = None, token: str | None = None
) -> list[Path]:
    """Bring the published files of `source` into `folder`; return the paths of its tables' files.

    Files that are there already are left alone. What was received is written down in
    `received.txt` with address, time, size and SHA-256. `token` is the app token shown to Socrata
    services. Raises `FetchFailed` naming the address and what to do next, and `DiskFull`; neither
    leaves a table's file half written.
    """
    listener = progress or Silent()
    wanted = [folder / table.file for table in source.tables]
    if all(path.exists() for path in wanted):
        return wanted
    folder.mkdir(parents=True, exist_ok=True)
    listener.note(f"{source.title}. Licence: {source.licence}. Please cite: {source.citation}")
    with httpx.Client(timeout=TIMEOUT, follow_redirects=True) as client:
        for download in source.downloads:
            _bring(client, source, download, folder, listener, token)
    missing = [path.name for path in wanted if not path.exists()]
    if missing:
        raise _failed(source, source.homepage, f"what came does not hold {', '.join(missing)}")
    return wanted


def _bring(
    client: httpx.Client,
    source: Source,
    download: Download,
    folder: Path,
    progress: Progress,
    token: str | None,
) -> None:
    target = folder / download.file
    if not target.exists():
        part = folder / f"{download.file}.part"
        try:
            if download.is_paged:
                _gather(client, source, download, part, token, progress)
            else:
                _receive(client, source, download, part, progress)
            _check(source, download, part)
            part.replace(target)
            _mark(part).unlink(missing_ok=True)
        except OSError as error:
            raise _unwritable(error, folder) from error
    if download.unpack is not None:
        download.unpack(target, folder)
        target.unlink(missing_ok=True)


def _gather(
    client: httpx.Client,
    source: Source,
    download: Download,
    part: Path,
    token: str | None,
    progress: Progress,
) -> None:
    """Fill `part` with all pages of a Socrata resource."""
    try:
        socrata.fill(client, download.url, part, token, progress)
    except socrata.GaveUp as error:
        raise _failed(source, download.url, str(error)) from error


def _receive(
    client: httpx.Client, source: Source, download: Download, part: Path, progress: Progress
) -> None:
    """Fill `part`, going on where an earlier try broke off, in at most `ATTEMPTS` tries."""
    trouble = "no answer"
    for attempt in range(ATTEMPTS):
        try:
            for received in _stream(client, source, download.url, part, progress):
                progress.advance(received)
        except httpx.TransportError as error:
            trouble = f"{type(error).__name__}: {error}".rstrip(": ")
        except _TryAgain as error:
            trouble = str(error)
        else:
            return
        if attempt + 1 < ATTEMPTS:
            time.sleep(PAUSE_SECONDS * 2**attempt)
    raise _failed(source, download.url, f"{trouble}, {ATTEMPTS} times")


class _TryAgain(Exception):
    """The answer may well be better next time."""


def _stream(
    client: httpx.Client, source: Source, url: str, part: Path, progress: Progress
) -> Iterator[int]:
    """Append what is still missing to `part`; yield the size of each piece."""
    have, mark = _so_far(part)
    headers = {"Accept-Encoding": "identity"}
    if have:
        headers |= {"Range": f"bytes={have}-", "If-Range": mark}
    with client.stream("GET", url, headers=headers) as answer:
        if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            # The part is as long as the file, or longer than what is there now: start over.
            part.unlink()
            raise _TryAgain("the file has changed at its address")
        _refuse_errors(source, url, answer)
        resumed = answer.headers.get("Content-Range", "").startswith(f"bytes {have}-")
        _mark(part).write_text(answer.headers.get("ETag", ""), "utf-8")
        length = answer.headers.get("Content-Length")
        progress.start(
            f"fetching {source.name} from {httpx.URL(url).host}", int(length) if length else None
        )
        with part.open("ab" if resumed else "wb") as file:
            # As the pieces come, so that a cut loses none; httpx itself notices a short answer.
            for piece in answer.iter_raw():
                file.write(piece)
                yield len(piece)


def _so_far(part: Path) -> tuple[int, str]:
    """How much of the file is there, and the mark of the version it is of.

    Without a strong mark two versions could be glued together, so nothing counts as there.
    """
    mark = _mark(part).read_text("utf-8") if _mark(part).exists() else ""
    if not part.exists() or not mark or mark.startswith("W/"):
        return 0, ""
    return part.stat().st_size, mark


def _mark(part: Path) -> Path:
    return part.with_name(part.name + ".etag")


def _refuse_errors(source: Source, url: str, answer: httpx.Response) -> None:
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS or answer.is_server_error:
        raise _TryAgain(f"the server answered {answer.status_code}")
    if not answer.is_success:
        raise _failed(source, url, f"the server answered {answer.status_code}")


def _check(source: Source, download: Download, part: Path) -> None:
    """Compare checksums where the publisher's is known, and write down what came."""
    with part.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if download.sha256 is not None and digest != download.sha256:
        part.unlink()
        raise _failed(source, download.url, f"SHA-256 is {digest} instead of {download.sha256}")
    now = datetime.now(UTC).isoformat(timespec="seconds")
    line = f"{now}\t{download.url}\t{part.stat().st_size}\t{digest}\n"
    with (part.parent / "received.txt").open("a", encoding="utf-8") as notes:
        notes.write(line)


def _failed(source: Source, url: str, what: str) -> FetchFailed:
    files = ", ".join(table.file for table in source.tables)
    return FetchFailed(
        f"{source.name} could not be fetched: {what}",
        where=url,
        next_step=(
            f"semia fetch {source.name} again later, put {files} into "
            f"SEMIA_DATA_DIR/{source.name}/ yourself, or semia synthesise {source.name}"
        ),
    )


def _unwritable(error: OSError, folder: Path) -> Exception:
    if error.errno == errno.ENOSPC:
        free = shutil.disk_usage(folder).free // 2**20
        return DiskFull(
            f"no room for the download, {free} MB are free",
            where=str(folder),
            next_step="free some space, then fetch again: it goes on where it stopped",
        )
    return FetchFailed(
        f"the download could not be written: {error.strerror}",
        where=str(folder),
        next_step=f"check that you may write to {folder}",
    )
