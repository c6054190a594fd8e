"""Pages of docs/how-to followed word by word, in a copy of the project."""

import re
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("semia", "warehouse", "feature_repo", "ml", "api", "dbt_project")
STEP = re.compile(
    r"^(New file|Append to|In) `([^`]+)`(?:, (.+?))?:\n\n```\w*\n(.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


def page(name: str) -> str:
    """The text of a page."""
    return (ROOT / "docs/how-to" / name).read_text(encoding="utf-8")


def copy_project(folder: Path, *more: str) -> Path:
    """A copy of the rooms, and of `more` files, which a test may change as a page says."""
    left = shutil.ignore_patterns("__pycache__", "target", "logs")
    for room in COPIED:
        shutil.copytree(ROOT / room, folder / room, ignore=left)
    for file in more:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, folder / file)
    return folder


def follow(text: str, project: Path) -> int:
    """Do to the files of `project` what the page says; how many steps that were."""
    steps = STEP.findall(text)
    assert len(steps) == len(re.findall(r"^(?:New file|Append to|In) `", text, re.MULTILINE))
    for what, name, where, written in steps:
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if what == "In":
            _edit(path, where, written)
        else:
            assert path.exists() == (what == "Append to"), name
            with path.open("a", encoding="utf-8") as file:
                file.write(written)
    return len(steps)


def _edit(path: Path, where: str, text: str) -> None:
    """Put `text` below or above a line that stands once in the file, or in its place."""
    ((_, line),) = re.findall(r"the line (``|`)(.+?)\1", where)
    lines = path.read_text(encoding="utf-8").split("\n")
    assert lines.count(line) == 1, line
    place, written = lines.index(line), text.rstrip("\n").split("\n")
    start, end = {
        "below": (place + 1, place + 1),
        "above": (place, place),
        "in place of": (place, place + 1),
    }[where.partition(" the line")[0]]
    lines[start:end] = written
    path.write_text("\n".join(lines), encoding="utf-8")
