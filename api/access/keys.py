"""API keys of clinics: made, listed, revoked. Only their hashes are stored, in one file.

A key is 256 random bits, so one SHA-256 keeps it: there is nothing to guess. Two keys of a clinic
may be valid at once, which is how a key is changed without anybody waiting.
"""

import fcntl
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from api.access.clinics import is_clinic
from warehouse.errors import BadFile, UnknownName, WrongSetting

Scope = Literal["assess", "metrics"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
_PREFIX = "semia"


class Key(BaseModel):
    """A stored key: its clinic, scopes, expiry time, and the hash of its secret."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    clinic: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    expires_at: datetime
    sha256: str

    def is_valid(self, now: datetime) -> bool:
        """Whether it still opens anything."""
        return now < self.expires_at and is_clinic(self.clinic)


_KEYS = TypeAdapter(tuple[Key, ...])


def issue(file: Path, clinic: str, scopes: Sequence[Scope], days: int) -> tuple[Key, str]:
    """Make a key for `clinic` that is valid `days` days; the text returned is shown once.

    Raises `WrongSetting` for a name the database would not take.
    """
    if not is_clinic(clinic):
        raise WrongSetting(
            "a clinic is called by up to 40 small letters, digits and underscores, and not local",
            where=clinic,
            next_step="semia key new clinic_north",
        )
    name, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
    now = datetime.now(UTC)
    key = Key(
        id=name,
        clinic=clinic,
        scopes=tuple(scopes),
        created_at=now,
        expires_at=now + timedelta(days=days),
        sha256=_digest(secret),
    )
    _change(file, lambda keys: (*keys, key))
    return key, f"{_PREFIX}_{name}_{secret}"


def revoke(file: Path, name: str) -> Key:
    """Forget the key `name`; raise `UnknownName` where there is none."""
    found = {key.id: key for key in read(file)}
    if name not in found:
        raise UnknownName(f"there is no key {name!r}", where=str(file), next_step="semia key list")
    _change(file, lambda keys: tuple(key for key in keys if key.id != name))
    return found[name]


def read(file: Path) -> tuple[Key, ...]:
    """Every key kept; raise `BadFile` where the file is damaged."""
    try:
        return _KEYS.validate_json(file.read_bytes())
    except FileNotFoundError:
        return ()
    except ValidationError as error:
        raise BadFile(
            "the file of keys is damaged",
            where=str(file),
            next_step="put it back from a backup, or remove it and make new keys: semia key new",
        ) from error


class KeyRing:
    """The keys of one file, read again whenever it has changed."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seen: tuple[int, int] | None = None
        self._keys: dict[str, Key] = {}

    def holder(self, text: str) -> Key | None:
        """The valid key that `text` is, or None."""
        prefix, _, rest = text.partition("_")
        name, _, secret = rest.partition("_")
        key = self._current().get(name)
        # Compared even where there is no such key, so that the time taken tells nothing.
        is_right = hmac.compare_digest(_digest(secret), key.sha256 if key else "0" * 64)
        if key is None or prefix != _PREFIX or not is_right or not key.is_valid(datetime.now(UTC)):
            return None
        return key

    def _current(self) -> dict[str, Key]:
        """The keys as the file has them now; none where it is missing or damaged."""
        try:
            found = self._file.stat()
            seen = (found.st_mtime_ns, found.st_ino)
            if seen != self._seen:
                self._keys = {key.id: key for key in read(self._file)}
                self._seen = seen
        except (FileNotFoundError, BadFile):
            self._seen, self._keys = None, {}
        return self._keys


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _change(file: Path, change: Callable[[tuple[Key, ...]], tuple[Key, ...]]) -> None:
    """Replace the file in one step, so that a reader sees the old keys or the new ones."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with _alone(file.with_suffix(".lock")):
        fresh = file.with_suffix(".new")
        written = json.dumps(_KEYS.dump_python(change(read(file)), mode="json"), indent=1)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.write(written)
        fresh.replace(file)


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Hold the lock file while a key is made or revoked: two commands at once lose nothing."""
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
