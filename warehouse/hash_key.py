"""The key that replaces patient identifiers, and the keyed hash (HMAC-SHA-256, RFC 2104) of one.

A key is a line, or several once it has been rotated: each line hashes what the one before it
made, so rows that have landed can be hashed on without the identifiers they came from.
"""

import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path

from warehouse.errors import WrongSetting
from warehouse.settings import Settings


def hash_key(settings: Settings) -> bytes:
    """SEMIA_HASH_KEY, or the key in SEMIA_HOME/hash.key, made and kept private at first use."""
    if settings.hash_key is not None:
        return settings.hash_key.get_secret_value().encode()
    path = key_file(settings)
    try:
        return _read_or_make(path)
    except OSError as error:
        raise WrongSetting(
            f"The key for patient identifiers cannot be kept: {error.strerror}",
            where=str(path),
            next_step="set SEMIA_HOME to a folder of your own, or SEMIA_HASH_KEY",
        ) from error


class KeyAtHand:
    """The key if there is one already, for whoever asks again and again; none is made.

    A file is read again only once it is another one than before, as a rotation makes it.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._path = key_file(settings)
        self._read: tuple[os.stat_result, bytes] | None = None

    def get(self) -> bytes | None:
        """The key of now, or None. Raises what `hash_key` raises."""
        if self._settings.hash_key is not None:
            return hash_key(self._settings)
        try:
            file = self._path.stat()
        except FileNotFoundError:
            return None
        if self._read is None or not _is_same(file, self._read[0]):
            self._read = file, hash_key(self._settings)
        return self._read[1]


def _is_same(one: os.stat_result, other: os.stat_result) -> bool:
    """Whether a file is the very one that it was, with nothing written to it since."""
    return (one.st_ino, one.st_mtime_ns, one.st_size) == (
        other.st_ino,
        other.st_mtime_ns,
        other.st_size,
    )


def key_file(settings: Settings) -> Path:
    """Where the key is kept when no setting gives it."""
    return settings.home.expanduser().resolve() / "hash.key"


def fingerprint(key: bytes) -> str:
    """What tells one key from another and does not give it away."""
    return token("which key is this", key)[:16]


def write_secret(path: Path, content: bytes) -> None:
    """Write a new file that only its owner may read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def new_line() -> bytes:
    """A line for a key: 32 random bytes."""
    return secrets.token_hex(32).encode()


def token(word: str, key: bytes) -> str:
    """The hex of a text's keyed hash; empty text stays empty."""
    for line in key.split(b"\n") if word else ():
        word = hmac.digest(line, word.encode(), "sha256").hex()
    return word


def _read_or_make(path: Path) -> bytes:
    if path.exists():
        return path.read_bytes()
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"hash.key.{secrets.token_hex(8)}")
    try:
        write_secret(draft, new_line())
        # A link fails if the name is taken, so of two beginners one key wins, and it is whole.
        with suppress(FileExistsError):
            path.hardlink_to(draft)
    finally:
        draft.unlink()
    return path.read_bytes()
