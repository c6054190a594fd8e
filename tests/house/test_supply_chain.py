"""What `make lint` and `make audit` look for is found: each is shown what it must not let pass."""

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from api.access import keys

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
# Written in two parts, or this file would be found.
SECRETS = {
    "AWS": "AKIA" + "IOSFODNN7EXAMPLB",
    "private key": "-----BEGIN RSA " + "PRIVATE KEY-----",
    "GitHub": "ghp_" + "abcdefghijklmnopqrstuvwxyz0123456789",
}


def line_of_lint(program: str) -> list[str]:
    """How `make lint` calls a program, as make itself would."""
    command = ["make", "--dry-run", "--always-make", "lint"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    (line,) = re.findall(rf"^.*{program} .*$", told, re.MULTILINE)
    return str(line[line.index(program) :]).split()[1:]


def looked_through(file: Path) -> int:
    words = line_of_lint("detect-secrets-hook")
    return subprocess.run([BIN / "detect-secrets-hook", *words, file], cwd=ROOT).returncode


@pytest.mark.parametrize("what", list(SECRETS))
def test_a_secret_fails_the_lint(tmp_path: Path, what: str) -> None:
    file = tmp_path / "code.py"
    file.write_text(f"""KEY = "{SECRETS[what]}"\n""", "utf-8")
    assert looked_through(file) == 1


def test_a_clinics_key_fails_the_lint(tmp_path: Path) -> None:
    file = tmp_path / "notes.md"
    file.write_text(keys.issue(tmp_path / "keys.json", "north", ["assess"], 1)[1], "utf-8")
    assert looked_through(file) == 1
    file.write_text("semia key new north, and then semia_00000000_ with the rest of it", "utf-8")
    assert looked_through(file) == 0


def test_a_dangerous_call_fails_the_lint(tmp_path: Path) -> None:
    (tmp_path / "code.py").write_text("import os\nos.listdir(name)\n", "utf-8")
    words = [word for word in line_of_lint("bandit") if word.startswith("-")]
    assert subprocess.run([BIN / "bandit", *words, tmp_path], cwd=ROOT).returncode == 0
    (tmp_path / "code.py").write_text(
        "import subprocess\nsubprocess.call('ls ' + name, shell=True)\n", "utf-8"
    )
    assert subprocess.run([BIN / "bandit", *words, tmp_path], cwd=ROOT).returncode == 1


@pytest.fixture
def audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit", ROOT / ".ci/audit.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("packages", "code", "said"),
    [
        ([{"name": "a", "version": "1", "vulns": []}], 0, "1 of 1"),
        ([{"name": "a", "version": "1", "vulns": [{"id": "CVE-1"}]}], 1, "CVE-1"),
        ([{"name": "a", "skip_reason": "no network"}], 0, "NOT CHECKED"),
        (None, 0, "NOT CHECKED"),
    ],
    ids=["clean", "vulnerable", "not known", "no answer"],
)
def test_a_known_vulnerability_fails_the_audit(
    audit: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    packages: list[dict[str, object]] | None,
    code: int,
    said: str,
) -> None:
    printed = "" if packages is None else json.dumps({"dependencies": packages})
    done = subprocess.CompletedProcess([], 1, printed, "")
    monkeypatch.setattr(audit.subprocess, "run", lambda *_, **__: done)
    assert audit.main(["some.lock"]) == code
    assert said in capsys.readouterr().out
