"""What `semia source new` takes a file and its columns for, and what it refuses."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from warehouse.errors import BadFile, NotEnoughData, WrongSetting
from warehouse.new_source.columns import Column, examined
from warehouse.new_source.look import look
from warehouse.new_source.write import write
from warehouse.sources.imitate import Days, Numbers, Words

UNTIL = date(2024, 12, 31)


def column(name: str, cells: Sequence[str]) -> Column:
    return examined(name, name, cells, ("NA",))


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["0", "1"] * 20, "flag"),
        (["1", "2", "15"] * 10, "whole"),
        (["1,5", "2", "-0.25"] * 10, "number"),
        (["05001", "05002"] * 20, "word"),
        (["si", "No", "sí"] * 10, "answer"),
        (["2024-03-04", "2024-03-05T10:00:00"] * 20, "day"),
        (["04/03/2024", "31/12/2024"] * 20, "day"),
        (["red", "blue"] * 20, "word"),
        (["red"] * 40 + ["only one says so"], "text"),
        (["Dra. Ana Pérez", "Dr. Juan Gómez"] * 20, "text"),
        (["7"] * 9, "text"),
        ([""] * 40, "text"),
    ],
)
def test_a_column_is_taken_for_what_all_its_cells_are(cells: list[str], kind: str) -> None:
    assert column("finding", cells).kind == kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("documento", "person"),
        ("patient_id", "person"),
        ("nombre", "withheld"),
        ("nombre_del_paciente", "withheld"),
        ("numero_identificacion", "person"),
        ("c_dula", "person"),
        ("tel_fono_m_vil", "withheld"),
        ("correo_contacto", "withheld"),
        ("fecha_nacimiento", "withheld"),
        ("nombre_barrio", "withheld"),
        ("edad", "age"),
        ("valid", "whole"),
    ],
)
def test_a_name_that_tells_of_a_person_outweighs_the_cells(name: str, kind: str) -> None:
    assert column(name, [str(number) for number in range(40)]).kind == kind


def test_shapes_tell_ranges_and_common_words_and_no_end() -> None:
    ages = column("edad", [*map(str, range(20, 60)), "97"])
    assert isinstance(ages.shape, Numbers)
    assert 20 < ages.shape.low < ages.shape.high < 60
    words = column("sexo", ["F", "M"] * 20 + ["", "NA"]).shape
    assert isinstance(words, Words)
    assert words.words == ("F", "M")
    assert isinstance(column("visto", ["04/03/2024"] * 20).shape, Days)


def test_a_share_of_few_rows_is_not_told() -> None:
    assert column("sexo", ["F"] * 99 + [""]).unknown == 0.05
    assert column("sexo", ["F"] * 60 + ["NA"] * 40).unknown == 0.4


@pytest.mark.parametrize(("separator", "encoding"), [(";", "cp1252"), ("\t", "utf-8-sig")])
def test_separator_and_encoding_are_found(tmp_path: Path, separator: str, encoding: str) -> None:
    path = tmp_path / "visits.csv"
    rows = [["Área", "señal"], *([["1,5", "sí"]] * 30), ["?", "no"]]
    path.write_text("\n".join(map(separator.join, rows)) + "\n", encoding=encoding)
    found = look(path)
    assert (found.separator, found.encoding) == (separator, encoding.removesuffix("-sig"))
    assert found.nothing == ("?",)
    assert [one.published for one in found.columns] == ["Área", "señal"]
    assert [one.kind for one in found.columns] == ["number", "answer"]
    assert found.rows == 31


def test_accents_hide_nobody(tmp_path: Path) -> None:
    """As files from Windows have their headers: an accent more, and nothing else changes."""
    header = ["Cédula", "Teléfono", "Dirección", "Edad (años)", "Fecha de atención", "Fumó"]
    rows = [
        [
            str(10**7 + n),
            str(3 * 10**9 + n),
            f"Calle {n}",
            f"{n}",
            "04/03/2024",
            "ND" if n else "Sí",
        ]
        for n in range(40)
    ]
    path = tmp_path / "visits.csv"
    path.write_text("\n".join(map(";".join, [header, *rows])) + "\n", encoding="cp1252")
    found = look(path)
    assert {one.name: one.kind for one in found.columns} == {
        "cedula": "person",
        "telefono": "withheld",
        "direccion": "withheld",
        "edad_anos": "age",
        "fecha_de_atencion": "day",
        "fumo": "text",
    }
    assert found.nothing == ("ND",)


def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    lone, few, taken = tmp_path / "lone.csv", tmp_path / "few.csv", tmp_path / "twice.csv"
    lone.write_text("just a line\n" * 30)
    few.write_text("a,b\n" + "1,2\n" * 5)
    taken.write_text("a,A\n" + "1,2\n" * 30)
    with pytest.raises(BadFile, match="no text of separated columns"):
        look(lone)
    with pytest.raises(NotEnoughData, match="too few rows to tell types from: 5"):
        look(few)
    with pytest.raises(BadFile, match="both be called a"):
        look(taken)
    with pytest.raises(BadFile, match="cannot be read"):
        look(tmp_path / "gone.csv")


@pytest.mark.parametrize("name", ["Upper", "with-dash", "../up", "x" * 40, "_under"])
def test_a_name_that_is_none_leaves_nothing_behind(tmp_path: Path, name: str) -> None:
    path = tmp_path / "visits.csv"
    path.write_text("a,b\n" + "1,2\n" * 30)
    with pytest.raises(WrongSetting, match="cannot be a source's name"):
        write(name, look(path), UNTIL, tmp_path / "project")
    assert not (tmp_path / "project").exists()


def test_without_the_source_code_nothing_is_written(tmp_path: Path) -> None:
    path = tmp_path / "visits.csv"
    path.write_text("a,b\n" + "1,2\n" * 30)
    with pytest.raises(WrongSetting, match="nowhere to write"):
        write("visits", look(path), UNTIL, tmp_path)
