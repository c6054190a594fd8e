"""A Socrata resource, such as those of datos.gov.co, read whole: page by page, each row once.

Without `$order=:id` pages repeat rows and skip others, and without `$limit` there are 1,000 of
them (SODA API, "Paging through Data"). Columns are not asked for: a record brings its own.
"""

import json
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import httpx

from warehouse.progress import Progress

PAGE_ROWS = 50_000
ATTEMPTS = 5
PAUSE_SECONDS = 1.0
# A server may ask for more patience than this, but a person waits at the terminal.
LONGEST_PAUSE_SECONDS = 60.0

_Answer = TypeVar("_Answer")


class GaveUp(Exception):
    """The resource could not be read to its end; the text says why."""


class _TryAgain(Exception):
    """The answer may well be better next time; `seconds` is what the server asks to wait."""

    def __init__(self, what: str, seconds: float = 0.0) -> None:
        self.seconds = seconds
        super().__init__(what)


def fill(client: httpx.Client, url: str, part: Path, token: str | None, progress: Progress) -> None:
    """Fill `part` with every record of the resource at `url`, one JSON object a line.

    Goes on where an earlier try broke off, as long as the resource has not changed since; if it
    changes while it is read, reading starts over. `token` is an app token, which the service
    answers more readily. Raises `GaveUp`; what came until then stays in `part`.
    """
    headers = {"X-App-Token": token} if token else {}
    for _ in range(ATTEMPTS):
        mark = _patiently(lambda: _mark(client, url, headers))
        have = _so_far(part, mark)
        progress.start(f"fetching {httpx.URL(url).host}", int(mark["rows"]))
        progress.advance(have)
        trouble = None
        try:
            _append(client, url, headers, part, have, int(mark["rows"]), progress)
        except GaveUp as error:
            trouble = error
        if _patiently(lambda: _mark(client, url, headers)) == mark:
            if trouble is not None:
                raise trouble
            _mark_file(part).unlink()
            return
        # A resource that has shrunk has no rows where the old count promised some.
        part.unlink(missing_ok=True)
    raise GaveUp("the resource keeps changing while it is read")


def _append(
    client: httpx.Client,
    url: str,
    headers: dict[str, str],
    part: Path,
    have: int,
    rows: int,
    progress: Progress,
) -> None:
    """Write the pages from row `have` on; a page is written whole or not at all."""
    while have < rows:
        page = _patiently(partial(_page, client, url, headers, have))
        text = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in page)
        with part.open("a", encoding="utf-8") as file:
            file.write(text)
        have += len(page)
        progress.advance(len(page))


def _page(
    client: httpx.Client, url: str, headers: dict[str, str], offset: int
) -> list[dict[str, Any]]:
    question = {"$limit": str(PAGE_ROWS), "$offset": str(offset), "$order": ":id"}
    page = _records(_ask(client, url, headers, question))
    if not page:
        raise _TryAgain(f"an empty page after {offset} rows")
    return page


def _mark(client: httpx.Client, url: str, headers: dict[str, str]) -> dict[str, str]:
    """What tells this version of the resource from another: its rows and its last change."""
    answer = _ask(client, url, headers, {"$select": "count(*)"})
    try:
        rows = int(next(iter(_records(answer)[0].values())))
    except (IndexError, StopIteration, ValueError, TypeError) as error:
        raise _TryAgain("no count of rows") from error
    changed = answer.headers.get("X-SODA2-Truth-Last-Modified", "")
    return {"rows": str(rows), "changed": changed}


def _ask(
    client: httpx.Client, url: str, headers: dict[str, str], question: dict[str, str]
) -> httpx.Response:
    answer = client.get(url, params=question, headers=headers)
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS or answer.is_server_error:
        wait = answer.headers.get("Retry-After", "")
        seconds = float(wait) if wait.isdecimal() else 0.0
        raise _TryAgain(f"the server answered {answer.status_code}", seconds)
    if not answer.is_success:
        raise GaveUp(f"the server answered {answer.status_code}")
    return answer


def _records(answer: httpx.Response) -> list[dict[str, Any]]:
    try:
        found = answer.json()
    except ValueError as error:
        raise _TryAgain("a page that is cut short") from error
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise _TryAgain("an answer that is no list of records")
    return found


def _patiently(ask: Callable[[], _Answer]) -> _Answer:
    """The answer of `ask`, tried again after longer and longer pauses; raise `GaveUp`."""
    trouble = ""
    for attempt in range(ATTEMPTS):
        asked_for = 0.0
        try:
            return ask()
        except httpx.TransportError as error:
            trouble = f"{type(error).__name__}: {error}".rstrip(": ")
        except _TryAgain as error:
            trouble, asked_for = str(error), error.seconds
        if attempt + 1 < ATTEMPTS:
            pause = max(PAUSE_SECONDS * 2**attempt, asked_for)
            time.sleep(min(pause, LONGEST_PAUSE_SECONDS))
    raise GaveUp(f"{trouble}, {ATTEMPTS} times")


def _so_far(part: Path, mark: dict[str, str]) -> int:
    """Number of complete records of this version in `part`; another version's part is dropped."""
    known = _mark_file(part)
    if part.exists() and known.exists() and known.read_text("utf-8") == json.dumps(mark):
        return _whole_lines(part)
    part.write_bytes(b"")
    known.write_text(json.dumps(mark), "utf-8")
    return 0


def _whole_lines(part: Path) -> int:
    """Cut off the line that a kill left unfinished, and count the others."""
    lines, end = 0, 0
    with part.open("rb+") as file:
        for line in file:
            if line.endswith(b"\n"):
                lines, end = lines + 1, end + len(line)
        file.truncate(end)
    return lines


def _mark_file(part: Path) -> Path:
    return part.with_name(part.name + ".version")
