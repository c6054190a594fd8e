"""Patient identifiers never land: a keyed hash (HMAC-SHA-256, RFC 2104) takes their place."""

import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path

import pyarrow as pa

from warehouse.errors import WrongSetting
from warehouse.settings import Settings


def hash_key(settings: Settings) -> bytes:
    """SEMIA_HASH_KEY, or the key in SEMIA_HOME/hash.key, made and kept private at first use."""
    if settings.hash_key is not None:
        return settings.hash_key.get_secret_value().encode()
    path = settings.home.expanduser().resolve() / "hash.key"
    try:
        return _read_or_make(path)
    except OSError as error:
        raise WrongSetting(
            f"The key for patient identifiers cannot be kept: {error.strerror}",
            where=str(path),
            next_step="set SEMIA_HOME to a folder of your own, or SEMIA_HASH_KEY",
        ) from error


def hashed(values: pa.Array, key: bytes) -> pa.Array:
    """Each text replaced by the hex of its keyed hash; null and empty text stay what they are."""
    words = values.dictionary_encode()
    tokens = [_token(word, key) for word in words.dictionary.to_pylist()]
    return pa.array(tokens, pa.string()).take(words.indices)


def _token(word: str, key: bytes) -> str:
    return hmac.digest(key, word.encode(), "sha256").hex() if word else word


def _read_or_make(path: Path) -> bytes:
    if path.exists():
        return path.read_bytes()
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"hash.key.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
        # A link fails if the name is taken, so of two beginners one key wins, and it is whole.
        with suppress(FileExistsError):
            path.hardlink_to(draft)
    finally:
        draft.unlink()
    return path.read_bytes()
