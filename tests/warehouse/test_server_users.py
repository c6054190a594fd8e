"""Who runs the embedded server, and where its state may lie."""

import json
import os
import pwd
import shutil
import stat
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.warehouse.conftest import Notes
from warehouse.connection import connect
from warehouse.errors import WrongSetting
from warehouse.postgres import place, programs, schema, server
from warehouse.postgres.account import Account, server_account
from warehouse.server_state import data_folder, pointer, state_folder
from warehouse.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")

pytestmark = pytest.mark.database
only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the server to another")

_WALK = """
import json, os, sys
from pathlib import Path
from warehouse.connection import connect
from warehouse.postgres import schema, server
from warehouse.settings import Settings
settings = Settings(home=Path(sys.argv[1]))
found = server.ensure_running(settings)
schema.prepare(settings)
with connect("semia_dbt", settings) as connection:
    user = connection.execute("select current_user").fetchone()[0]
server.stop(settings)
print(json.dumps({"user": user, "folder": str(found.folder), "uid": os.getuid()}))
"""


def modes(folder: Path) -> dict[Path, int]:
    return {path: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.parents)}


def reachable_python(user: pwd.struct_passwd) -> Path:
    """This Python, or the system's of the same version if this one lies where root alone may go."""
    account = Account(user.pw_uid, user.pw_gid, is_other=True)
    system = Path(f"/usr/bin/python3.{sys.version_info.minor}")
    for candidate in (Path(sys.executable), system):
        try:
            if account.run([candidate, "-c", ""], Path("/"), 30).returncode == 0:
                return candidate
        except WrongSetting:
            continue
    pytest.skip("needs a Python that an ordinary user may run")


@pytest.fixture
def closed(open_folder: Path) -> Settings:
    """A home below a folder that only its owner may enter."""
    wall = open_folder / "closed"
    wall.mkdir(mode=0o700)
    return Settings(home=wall / "home")


@only_root
def test_root_hands_the_server_to_nobody(own: Settings) -> None:
    server.ensure_running(own)
    pid = int((data_folder(state_folder(own)) / "postmaster.pid").read_text().splitlines()[0])
    nobody = pwd.getpwnam("nobody")
    status = Path(f"/proc/{pid}/status").read_text()
    assert f"Uid:\t{nobody.pw_uid}\t{nobody.pw_uid}" in status
    assert f"Gid:\t{nobody.pw_gid}\t{nobody.pw_gid}" in status
    groups = next(line for line in status.splitlines() if line.startswith("Groups:"))
    assert groups.split()[1:] == []
    environment = Path(f"/proc/{pid}/environ").read_text()
    assert "SEMIA" not in environment


@only_root
def test_under_a_closed_home_the_state_lies_elsewhere(closed: Settings, notes: Notes) -> None:
    before = modes(closed.home.parent)
    try:
        server.ensure_running(closed, notes)
        schema.prepare(closed)
        folder = state_folder(closed)
        assert modes(closed.home.parent) == before
        assert not folder.is_relative_to(closed.home)
        assert folder.name.startswith(f"semia-{os.geteuid()}-")
        assert stat.S_IMODE((folder / "server.json").stat().st_mode) == 0o600
        assert [note for note in notes.notes if str(folder) in note]
        server.stop(closed)
        assert server.ensure_running(closed, notes).folder == folder
    finally:
        server.remove(closed)
    assert not folder.exists()


@only_root
def test_the_data_of_a_removed_home_are_set_aside(
    closed: Settings, open_folder: Path, notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, "_elsewhere", lambda: [open_folder])
    kept = []
    try:
        first = server.ensure_running(closed)
        assert first.folder is not None
        shutil.rmtree(closed.home)
        second = server.ensure_running(closed, notes)
        kept = list(first.folder.parent.glob(f"{first.folder.name}.*"))
        assert len(kept) == 1
        assert (kept[0] / "data" / "PG_VERSION").exists()
        assert not (kept[0] / "data" / "postmaster.pid").exists()
        assert second.is_running
        assert [note for note in notes.notes if str(kept[0]) in note]
    finally:
        server.remove(closed)


@only_root
def test_a_folder_that_a_stranger_put_in_the_way_is_not_used(
    closed: Settings, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs, free = open_folder / "theirs", open_folder / "free"
    theirs.mkdir()
    free.mkdir()
    monkeypatch.setattr(place, "_elsewhere", lambda: [theirs, free])
    trap = theirs / place._name(closed)
    trap.mkdir()
    os.chown(trap, 1, 1)
    try:
        found = server.ensure_running(closed)
        assert found.folder is not None
        assert found.folder.parent == free
        assert list(trap.iterdir()) == []
    finally:
        server.remove(closed)


@only_root
def test_with_no_reachable_folder_it_says_what_to_set(
    closed: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, "_elsewhere", lambda: [closed.home.parent])
    with pytest.raises(WrongSetting, match="SEMIA_HOME to a folder every user may enter"):
        server.ensure_running(closed)
    assert not pointer(closed).exists()


@only_root
def test_programs_in_a_closed_folder_are_copied_to_the_state(
    own: Settings, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = programs._wheel_folders()[0].parents[1]
    closed_packages = open_folder / "closed-packages"
    closed_packages.mkdir(mode=0o700)
    for name in (wheel.name, f"{wheel.name}.libs"):
        if (wheel.parent / name).exists():
            shutil.copytree(wheel.parent / name, closed_packages / name, symlinks=True)
    folders = [path.parent for path in closed_packages.glob("*/pginstall*/bin/pg_ctl")]
    monkeypatch.setattr(programs, "_wheel_folders", lambda: folders)
    found = server.ensure_running(own)
    assert found.is_running
    assert stat.S_IMODE(closed_packages.stat().st_mode) == 0o700
    copied = own.home.resolve() / "postgres" / "programs"
    pid = int((own.home / "postgres/data/postmaster.pid").read_text().splitlines()[0])
    assert Path(f"/proc/{pid}/exe").readlink().is_relative_to(copied)


@only_root
def test_given_programs_that_the_server_cannot_run_are_refused(
    own: Settings, open_folder: Path
) -> None:
    closed_folder = open_folder / "closed-programs"
    closed_folder.mkdir(mode=0o700)
    (closed_folder / "bin").symlink_to(programs._wheel_folders()[0])
    mine = own.model_copy(update={"pg_bin": closed_folder / "bin"})
    with pytest.raises(WrongSetting, match="cannot run the programs of SEMIA_PG_BIN"):
        server.ensure_running(mine)


def walk_as_daemon(home: Path) -> subprocess.CompletedProcess[str]:
    """Start, prepare, connect and stop as an ordinary user, in a process of their own."""
    user = pwd.getpwnam("daemon")
    return subprocess.run(
        [reachable_python(user), "-c", _WALK, str(home)],
        cwd=ROOT,
        env={
            "PATH": os.defpath,
            "PYTHONPATH": f"{ROOT}:{sysconfig.get_path('platlib')}",
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        user=user.pw_uid,
        group=user.pw_gid,
        extra_groups=[],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@only_root
def test_an_ordinary_user_runs_it_as_themselves(open_folder: Path) -> None:
    home = open_folder / "theirs"
    home.mkdir()
    user = pwd.getpwnam("daemon")
    os.chown(home, user.pw_uid, user.pw_gid)
    home.chmod(0o700)
    done = walk_as_daemon(home)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "user": "semia_dbt",
        "folder": str(home / "postgres"),
        "uid": user.pw_uid,
    }
    assert (home / "postgres/data").stat().st_uid == user.pw_uid


@only_root
@pytest.mark.parametrize("place_name", ["closed/home", "new-home"])
def test_a_folder_of_somebody_else_is_refused(open_folder: Path, place_name: str) -> None:
    (open_folder / "closed").mkdir(mode=0o700)
    done = walk_as_daemon(open_folder / place_name)
    assert done.returncode == 1
    said = done.stderr.splitlines()[-1]
    assert said.startswith("warehouse.errors.WrongSetting: The database's folder cannot be used")
    assert "set SEMIA_HOME to a folder of your own" in said


@only_root
def test_root_respects_data_that_an_ordinary_user_owns(open_folder: Path) -> None:
    data = open_folder / "data"
    data.mkdir()
    os.chown(data, 1, 1)
    assert server_account(data) == Account(1, 1, is_other=True)


def test_an_older_postgresql_will_do(own: Settings) -> None:
    if not DEBIAN_15.exists():
        pytest.skip("needs Debian's PostgreSQL 15")
    older = own.model_copy(update={"pg_bin": DEBIAN_15})
    server.ensure_running(older)
    schema.prepare(older)
    with connect("semia_owner", older) as connection:
        version = connection.info.server_version
        letters = connection.execute("select upper('ñandú')").fetchone()
    assert version // 10000 == 15
    assert letters == ("ÑANDÚ",)
    server.stop(older)
