"""The first page of a backup: when, of what, how many rows, and what proves it whole."""

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from warehouse.errors import BadBackup
from warehouse.hash_key import hash_key
from warehouse.recovery.contents import Content
from warehouse.settings import Settings

DUMP = "warehouse.dump"
BUNDLE = "bundle"
_MANIFEST = "manifest.json"
_FORMAT = 1


@dataclass(frozen=True)
class Manifest:
    """What a backup holds; `key` tells one key for identifiers from another, and is not it."""

    made_at: str
    server_version: str
    owner: str
    schemas: list[str]
    tables: dict[str, Content]
    dump_sha256: str
    key: str
    format: int = _FORMAT


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write manifest.json into the backup."""
    (folder / _MANIFEST).write_text(json.dumps(asdict(manifest), indent=1), encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Read manifest.json and verify the dump beside it; raise `BadBackup` if it is damaged."""
    try:
        words = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        words["tables"] = {name: Content(**table) for name, table in words["tables"].items()}
        manifest = Manifest(**words)
        is_whole = file_sha256(folder / DUMP) == manifest.dump_sha256
    except FileNotFoundError as error:
        raise _bad("This folder is no backup: a file is missing", Path(error.filename)) from error
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise _bad(f"The backup cannot be read: {error}", folder / _MANIFEST) from error
    if manifest.format != _FORMAT:
        raise _bad(f"The backup is written in format {manifest.format}", folder / _MANIFEST)
    if not is_whole:
        raise _bad("The backup is damaged: its checksum does not hold", folder / DUMP)
    return manifest


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def key_mark(settings: Settings) -> str:
    """A mark of the key that hides identifiers, from which the key cannot be had back."""
    return hmac.digest(hash_key(settings), b"semia backup", "sha256").hex()[:16]


def _bad(what: str, where: Path) -> BadBackup:
    return BadBackup(what, where=str(where), next_step="choose another backup")
