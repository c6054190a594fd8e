"""Orphapackets: an archive with one JSON file for each disorder, a few hundred held at a time."""

import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from warehouse.errors import BadFile
from warehouse.sources.lines import fetch_again
from warehouse.sources.orphanet.rows import FIELDS, Refused, chunks, opened
from warehouse.sources.source import Chunk

# Whatever the archive's folders are called; a download of the whole repository holds more.
_PACKET = re.compile(r"(^|/)ORPHApacket_\d+\.json$")
# The longest published packet has 0.6 MB; one of this size is an attack on our memory.
_LONGEST_BYTES = 2**24


def is_packet(name: str) -> bool:
    """Whether a file of an archive is a packet."""
    return _PACKET.search(name) is not None


def packets(path: Path) -> Iterator[Chunk]:
    """One row for each packet of the archive `path`; its line is its place among them, from 1.

    A packet that is no JSON object, or has a field we do not know, is a reject. Raises `BadFile`
    for a damaged or empty archive.
    """
    return chunks(map(_packet, _contents(path)), path, "The archive holds no packet")


def _contents(path: Path) -> Iterator[bytes]:
    with opened(path) as archive:
        for member in archive.infolist():
            if is_packet(member.filename):
                yield _content(archive, member, path)


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path) -> bytes:
    with archive.open(member) as opened:
        content = opened.read(_LONGEST_BYTES + 1)
    if len(content) > _LONGEST_BYTES:
        raise BadFile(
            f"A packet is longer than {_LONGEST_BYTES // 2**20} MB",
            where=f"{path.name}, {member.filename}",
            next_step=fetch_again(path),
        )
    return content


def _packet(content: bytes) -> dict[str, Any] | Refused:
    """What a packet says, or what is wrong with it."""
    found = _parsed(content)
    if isinstance(found, str):
        return Refused(found, content[:1000].decode("utf-8", "backslashreplace"))
    return found


def _parsed(content: bytes) -> dict[str, Any] | str:
    try:
        found = json.loads(content.decode("utf-8-sig"))["Orphapacket"]
    except UnicodeDecodeError:
        return "bytes that are not utf-8"
    except (ValueError, RecursionError):
        return "not JSON"
    except (KeyError, TypeError):
        return "no Orphapacket"
    if not isinstance(found, dict):
        return "no Orphapacket"
    strange = set(found) - set(FIELDS)
    if strange:
        return f"a field that is not known: {min(strange)}"
    return _unstorable(found) if b"\\u" in content else found


def _unstorable(found: dict[str, Any]) -> dict[str, Any] | str:
    """What PostgreSQL's text cannot hold can only be written as an escape."""
    try:
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return "half a surrogate pair"
    return "a NUL character" if "\\u0000" in json.dumps(found, ensure_ascii=False) else found
