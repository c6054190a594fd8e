"""docs/how-to/add-a-source.md, followed word by word: from a CSV nobody has seen to features."""

import csv
import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.pages import ROOT, copy_project, follow, page
from warehouse.connection import connect
from warehouse.postgres import server
from warehouse.settings import Settings

pytestmark = pytest.mark.database

PAGE = page("add-a-source.md")
ROWS = 150
# What a terminal finds under these names.
PROGRAMS = {
    "semia": "from semia.cli import main; main()",
    "pytest": "import pytest, sys; sys.exit(pytest.main(sys.argv[1:]))",
}


def write_wounds(path: Path) -> list[list[str]]:
    """The page's file with rows of its own: commas, NA, empty cells, names, one age of 96."""
    chance = random.Random(11)
    (header,) = re.findall(r"^Documento;.+$", PAGE, re.MULTILINE)
    rows = [
        [
            str(10_000_000 + number * 7919), "Ana Pérez", str(chance.randint(1, 89)),
            chance.choice("FM"), f"{chance.uniform(0.5, 40):.1f}".replace(".", ","),
            chance.choice(["si", "no", ""]), chance.choice("01"),
            f"{number % 28 + 1:02d}/03/2024", f"herida {number}, la vio la Dra. Carmen Gómez",
        ]
        for number in range(ROWS)
    ]  # fmt: skip
    rows[0][2], rows[1][4], rows[2][4] = "96", "NA", "12,5"
    with path.open("w", encoding="cp1252", newline="") as file:
        csv.writer(file, delimiter=";").writerows([header.split(";"), *rows])
    return rows


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, str]]:
    """A warehouse after everything the page says, and what its terminal said."""
    project = copy_project(tmp_path_factory.mktemp("project"), "docs/reference/sources.md")
    (project / "tests/sources").mkdir(parents=True)
    write_wounds(project / "wounds.csv")
    own = Settings(home=tmp_path_factory.mktemp("source-home"), offline=True)
    first, last = re.findall(r"```bash\n(.*?)```", PAGE, re.DOTALL)
    try:
        said = terminal(project, own, first)
        assert follow(PAGE, project) == 3
        yield own, said + terminal(project, own, last)
    finally:
        server.remove(own)


def terminal(project: Path, own: Settings, typed: str) -> str:
    """What is said when the lines are typed one after the other in the project's folder."""
    programs = project / "bin"
    programs.mkdir(exist_ok=True)
    for name, code in PROGRAMS.items():
        (programs / name).write_text(f'#!/bin/sh\nexec {sys.executable} -c "{code}" "$@"\n')
        (programs / name).chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{programs}:{os.environ['PATH']}",
        "PYTHONPATH": str(project),
        "SEMIA_HOME": str(own.home),
        "SEMIA_OFFLINE": "1",
    }
    done = subprocess.run(
        ["/bin/sh", "-ec", typed], cwd=project, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-1500:] + done.stderr[-1500:]
    return done.stdout + done.stderr


def ask(own: Settings, question: str) -> list[tuple[object, ...]]:
    with connect("semia_owner", own) as connection:
        return connection.execute(question).fetchall()  # type: ignore[call-overload,no-any-return]


def test_the_page_leads_to_features_of_every_row(followed: tuple[Settings, str]) -> None:
    own, said = followed
    counted = ask(
        own,
        "select count(*), max(age_years), count(is_infected), count(wound_area_cm2)"
        " from features.feat_encounter__wound_clinic",
    )
    ((rows, oldest, infected, areas),) = counted
    assert (rows, oldest, areas) == (ROWS, 90, ROWS - 1)
    assert isinstance(infected, int)
    assert 0 < infected < ROWS
    third = "select wound_area_cm2 from {} where encounter_id = 'wound_clinic-public-4'"
    assert ask(own, third.format("features.feat_encounter__wound_clinic")) == [(12.5,)]
    assert "2 passed" in said


def test_no_person_of_the_file_is_in_the_warehouse(followed: tuple[Settings, str]) -> None:
    own, _ = followed
    names = ask(own, "select column_name from information_schema.columns"
                     " where table_name = 'wound_clinic_rows'")  # fmt: skip
    assert ("documento",) in names
    assert ("nombre",) not in names
    kept = ask(own, "select documento, nota from raw.wound_clinic_rows")
    assert len({document for document, _ in kept}) == ROWS
    assert all(re.fullmatch("[0-9a-f]{64}", str(document)) for document, _ in kept)
    assert not [note for _, note in kept if "Carmen" in str(note) or "Gómez" in str(note)]


def test_what_the_skeleton_writes_is_formatted_and_holds_no_row(
    tmp_path: Path,
) -> None:
    project = copy_project(tmp_path)
    (project / "tests/sources").mkdir(parents=True)
    rows = write_wounds(project / "wounds.csv")
    own = Settings(home=tmp_path / "home", offline=True)
    command = "semia source new wound_clinic --file wounds.csv --json 2>/dev/null"
    answer = json.loads(terminal(project, own, command))
    written = [project / path for path in answer["written"]]
    text = "\n".join(path.read_text(encoding="utf-8") for path in written)
    assert not [cell for row in rows for cell in (row[0], row[1], row[-1]) if cell in text]
    assert not re.search(r"\b96\b", text)
    modules = [str(path) for path in written if path.suffix == ".py"]
    settings = ["--config", str(ROOT / "pyproject.toml")]
    for check in (["format", "--check"], ["check"]):
        command_line = [str(Path(sys.executable).parent / "ruff"), *check, *settings, *modules]
        done = subprocess.run(command_line, cwd=project, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout
