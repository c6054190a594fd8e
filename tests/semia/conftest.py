"""What the tests of the command line share: a home of their own, and a way to type."""

import sys
from pathlib import Path

import pytest

from semia import cli


def typed(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """Type a command; returns its exit code."""
    monkeypatch.setattr(sys, "argv", ["semia", *words])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    code = stopped.value.code
    return code if isinstance(code, int) else 0


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SEMIA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SEMIA_OFFLINE", "1")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"
