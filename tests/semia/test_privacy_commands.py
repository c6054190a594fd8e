import json
import shutil
from pathlib import Path

import pytest

from tests.semia.conftest import typed
from tests.support.programs import require_program


@pytest.mark.program("postgres-ssl")
def test_certificates_are_one_command(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SEMIA_PG_BIN", str(require_program("postgres-ssl").parent))
    assert typed(monkeypatch, "certificates", "db.hospital.test", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert Path(told["authority"]) == home / "certificates/authority.crt"
    assert told["names"] == ["localhost", "127.0.0.1", "::1", "db.hospital.test"]
    shutil.rmtree(home)


def test_certificates_need_programs_that_speak_tls(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed(monkeypatch, "certificates") == 1
    assert "SEMIA_PG_BIN" in capsys.readouterr().err
    assert not home.exists()
