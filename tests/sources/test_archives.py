"""Taking published files out of the archives and workbooks they come in."""

import zipfile
from pathlib import Path

import pytest

from warehouse.errors import FetchFailed
from warehouse.sources.archive import take_member
from warehouse.sources.ktas.workbook import workbook_to_csv
from warehouse.sources.registry import SOURCES

SHEET = """<?xml version="1.0"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>NRS_pain</t></is></c></row>
<row r="2"><c r="A2"><v>3</v></c><c r="B2" t="e"><v>#NULL!</v></c></row>
<row r="3"><c r="B3"><v>7</v></c></row>
</sheetData></worksheet>"""
STRINGS = """<?xml version="1.0"?>
<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<si><r><t>KTAS_</t></r><r><t>expert</t></r></si></sst>"""


def archive(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as opened:
        for name, content in members.items():
            opened.writestr(name, content)
    return path


def test_member_is_found_in_any_folder_and_case(tmp_path: Path) -> None:
    made = archive(tmp_path / "a.zip", {"x/Data Set.csv": b"1", "__MACOSX/data set.csv": b"2"})
    take_member(made, r"data[ _]set\.csv", tmp_path / "data_set.csv")
    assert (tmp_path / "data_set.csv").read_bytes() == b"1"


def test_archive_without_the_file_or_damaged_is_refused(tmp_path: Path) -> None:
    made = archive(tmp_path / "a.zip", {"readme.txt": b"1"})
    with pytest.raises(FetchFailed, match="holds no file"):
        take_member(made, r"data\.csv", tmp_path / "data.csv")
    made.write_bytes(b"not a zip")
    with pytest.raises(FetchFailed, match="cannot be opened"):
        take_member(made, r"data\.csv", tmp_path / "data.csv")
    assert not (tmp_path / "data.csv").exists()


def test_workbook_becomes_the_circulated_file(tmp_path: Path) -> None:
    members = {"xl/worksheets/sheet1.xml": SHEET.encode(), "xl/sharedStrings.xml": STRINGS.encode()}
    made = archive(tmp_path / "s001.xlsx", members)
    workbook_to_csv(made, tmp_path / "data.csv")
    assert (tmp_path / "data.csv").read_bytes() == b"KTAS_expert;NRS_pain\r\n3;#BO\xde!\r\n;7\r\n"


def test_another_workbook_or_none_is_refused(tmp_path: Path) -> None:
    strings = STRINGS.replace("KTAS_", "other").encode()
    members = {"xl/worksheets/sheet1.xml": SHEET.encode(), "xl/sharedStrings.xml": strings}
    with pytest.raises(FetchFailed, match="KTAS_expert"):
        workbook_to_csv(archive(tmp_path / "s.xlsx", members), tmp_path / "data.csv")
    (tmp_path / "t.xlsx").write_text("<html>sorry</html>")
    with pytest.raises(FetchFailed, match="no Excel workbook"):
        workbook_to_csv(tmp_path / "t.xlsx", tmp_path / "data.csv")


def test_ddxplus_is_unpacked_from_its_nested_archive(tmp_path: Path) -> None:
    inner = archive(tmp_path / "inner.zip", {"release_test_patients": b"AGE\n"})
    members = {
        "release_conditions.json": b"{}",
        "release_evidences.json": b"{}",
        "release_test_patients.zip": inner.read_bytes(),
    }
    made = archive(tmp_path / "outer.zip", members)
    folder = tmp_path / "out"
    folder.mkdir()
    unpack = SOURCES["ddxplus"].downloads[0].unpack
    assert unpack is not None
    unpack(made, folder)
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        table.file for table in SOURCES["ddxplus"].tables
    )


def test_yale_keeps_the_r_file_and_says_what_r_must_do(tmp_path: Path) -> None:
    inner = archive(tmp_path / "inner.zip", {"repo/Results/5v_cleandf.RData": b"RDX"})
    made = archive(tmp_path / "files.zip", {"admissionprediction-v1.zip": inner.read_bytes()})
    unpack = SOURCES["yale_triage"].downloads[0].unpack
    assert unpack is not None
    with pytest.raises(FetchFailed, match="converted by R") as failure:
        unpack(made, tmp_path)
    assert (tmp_path / "5v_cleandf.RData").read_bytes() == b"RDX"
    assert "docs/reference/sources.md" in failure.value.next_step
