"""A site's files as they are: compressed, with fewer columns, or one of several alone."""

import gzip
from pathlib import Path

import pytest

from ml.site_files import found_in
from warehouse.errors import BadFile, WrongSetting
from warehouse.sources.registry import get_source


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder of KTAS and DDXPlus as their publishers write them."""
    for name in ("ktas", "ddxplus"):
        (tmp_path / name).mkdir()
        get_source(name).synthesise(tmp_path / name, 60, 5, 0.0)
    return tmp_path


def test_whole_files_need_no_note(site: Path) -> None:
    found = found_in(site, get_source("ktas"))
    assert found.notes == ()
    assert found.source == get_source("ktas")


def test_a_compressed_file_is_found_under_its_own_name(site: Path) -> None:
    plain = site / "ktas" / "data.csv"
    (site / "ktas" / "data.csv.gz").write_bytes(gzip.compress(plain.read_bytes()))
    plain.unlink()
    (table,) = found_in(site, get_source("ktas")).source.tables
    assert table.file == "data.csv.gz"


def test_a_file_written_in_capitals_is_found(site: Path) -> None:
    plain = site / "ktas" / "data.csv"
    whole = _rows(site)
    plain.rename(site / "ktas" / "DATA.CSV")
    assert _rows(site) == whole
    (site / "ktas" / "DATA.CSV.GZ").write_bytes(
        gzip.compress((site / "ktas" / "DATA.CSV").read_bytes())
    )
    (site / "ktas" / "DATA.CSV").unlink()
    (table,) = found_in(site, get_source("ktas")).source.tables
    assert table.file == "DATA.CSV.GZ"
    assert _rows(site) == whole


def _rows(site: Path) -> int:
    (table,) = found_in(site, get_source("ktas")).source.tables
    return sum(len(piece.rows) for piece in table.read(site / "ktas" / table.file))


@pytest.mark.parametrize(
    ("content", "said"), [(b"", "empty"), (bytes(range(256)), "not latin-1 text")]
)
def test_what_is_no_table_is_refused_and_no_published_file_is_offered(
    site: Path, content: bytes, said: str
) -> None:
    (site / "ktas" / "data.csv").write_bytes(content)
    with pytest.raises(BadFile, match=said) as refused:
        found_in(site, get_source("ktas"))
    assert "semia synthesise ktas" in refused.value.next_step
    assert "fetch" not in refused.value.next_step


def test_columns_that_a_site_lacks_are_told_and_not_asked_for(site: Path) -> None:
    path = site / "ktas" / "data.csv"
    rows = [line.split(";") for line in path.read_text("latin-1").splitlines()]
    kept = [i for i, name in enumerate(rows[0]) if name not in ("KTAS_RN", "Diagnosis in ED")]
    path.write_text("\n".join(";".join(row[i] for i in kept) for row in rows), "latin-1")
    found = found_in(site, get_source("ktas"))
    (table,) = found.source.tables
    assert set(get_source("ktas").tables[0].columns) - set(table.columns) == {
        "ktas_rn",
        "diagnosis_in_ed",
    }
    assert table.free_text == ("chief_complain",)
    assert found.notes == (
        "data.csv lacks 2 columns, which are unknown here: ktas_rn, diagnosis_in_ed",
    )


def test_a_file_that_is_another_keeps_all_its_columns_to_be_refused(site: Path) -> None:
    (site / "ktas" / "data.csv").write_text("sex;age\n1;40\n")
    (table,) = found_in(site, get_source("ktas")).source.tables
    assert table == get_source("ktas").tables[0]


def test_files_besides_the_patients_may_be_absent(site: Path) -> None:
    (site / "ddxplus" / "release_evidences.json").unlink()
    found = found_in(site, get_source("ddxplus"))
    assert [table.name for table in found.source.tables] == [
        "ddxplus_patients",
        "ddxplus_conditions",
    ]
    assert found.notes == ("ddxplus: there is no release_evidences.json; what it says is unknown",)


def test_without_the_patients_it_says_how_to_lay_them_out(site: Path) -> None:
    (site / "ddxplus" / "release_test_patients.csv").unlink()
    with pytest.raises(BadFile, match="lay the files out as"):
        found_in(site, get_source("ddxplus"))
    with pytest.raises(WrongSetting, match=r"ktas/data\.csv"):
        found_in(site / "nowhere", get_source("ktas"))
