import hashlib
import hmac
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pytest
from pydantic import SecretStr

from warehouse.errors import WrongSetting
from warehouse.hash_key import hash_key
from warehouse.landing.identifiers import hashed
from warehouse.settings import Settings


def test_identifiers_become_keyed_hashes() -> None:
    found = hashed(pa.array(["1001", None, "1001", ""]), b"key").to_pylist()
    token = hmac.new(b"key", b"1001", hashlib.sha256).hexdigest()
    assert found == [token, None, token, ""]
    assert hashed(pa.array(["1001"]), b"other").to_pylist() != [token]
    assert hashed(pa.array([], pa.string()), b"key").to_pylist() == []


def test_the_published_test_case_of_the_algorithm() -> None:
    # RFC 4231, test case 2.
    found = hashed(pa.array(["what do ya want for nothing?"]), b"Jefe").to_pylist()
    assert found == ["5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"]


def test_the_key_is_made_once_and_private(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "new" / "home")
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: hash_key(settings), range(32)))
    assert len(keys) == 1
    assert len(keys.pop()) == 64
    folder = tmp_path / "new" / "home"
    assert stat.S_IMODE((folder / "hash.key").stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir()] == ["hash.key"]


def test_a_key_that_is_given_is_used(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, hash_key=SecretStr("given"))
    assert hash_key(settings) == b"given"
    assert list(tmp_path.iterdir()) == []


def test_a_key_that_cannot_be_kept_is_said(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(WrongSetting, match="SEMIA_HASH_KEY"):
        hash_key(Settings(home=tmp_path / "home"))
