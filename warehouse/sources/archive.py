"""Taking one file out of a downloaded archive, without ever writing outside its folder."""

import re
import shutil
import zipfile
from pathlib import Path, PurePosixPath

from warehouse.errors import FetchFailed


def take_member(archive: Path, pattern: str, target: Path) -> None:
    """Write the only member whose file name matches `pattern` to `target`, all or nothing.

    Folders inside the archive are ignored. Raises `FetchFailed` when the archive is damaged or
    no member matches: the publisher has then changed what it offers.
    """
    part = target.with_name(target.name + ".part")
    try:
        with zipfile.ZipFile(archive) as opened:
            member = _only_match(opened, pattern, archive)
            with opened.open(member) as source, part.open("wb") as sink:
                shutil.copyfileobj(source, sink)
    except (zipfile.BadZipFile, EOFError) as error:
        raise FetchFailed(
            f"the archive cannot be opened: {error}",
            where=str(archive),
            next_step=f"delete {archive} and fetch again",
        ) from error
    part.replace(target)


def _only_match(opened: zipfile.ZipFile, pattern: str, archive: Path) -> str:
    for member in opened.namelist():
        name = PurePosixPath(member).name
        if re.fullmatch(pattern, name, flags=re.IGNORECASE) and "__MACOSX" not in member:
            return member
    raise FetchFailed(
        f"the archive holds no file that looks like {pattern!r}",
        where=str(archive),
        next_step="open the archive, and put the file where docs/reference/sources.md says",
    )
