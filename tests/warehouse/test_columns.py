import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.errors import BadFile
from warehouse.sources.columns import raw_name, raw_names


@pytest.mark.parametrize(
    ("published", "raw"),
    [
        ("KTAS duration_min", "ktas_duration_min"),
        ("Diagnosis in ED", "diagnosis_in_ed"),
        ("CONJUNTVIT", "conjuntvit"),
        ("2HRMAX", "x2hrmax"),
        ("_origin", "origin"),
        ("cond-name-fr", "cond_name_fr"),
        ("  Año  ", "ano"),
        ("Teléfono móvil", "telefono_movil"),
        ("Tele\u0301fono", "telefono"),
        ("İD", "id"),
        ("Área cm²", "area_cm2"),
        ("x" * 80, "x" * 63),
    ],
)
def test_a_published_name_becomes_a_raw_one(published: str, raw: str) -> None:
    assert raw_name(published) == raw


@given(st.text())
def test_every_raw_name_can_stand_bare_in_sql(published: str) -> None:
    name = raw_name(published)
    assert len(name) <= 63
    assert name == "" or (name.isascii() and name.isidentifier() and not name.startswith("_"))
    assert raw_name(name) == name


def test_two_columns_of_one_name_are_refused() -> None:
    with pytest.raises(BadFile, match=r"Columns 1 and 3 .* a_b \[f\.csv, line 1\]"):
        raw_names(["A b", "c", "a-B"], "f.csv")


def test_a_column_without_a_name_gets_one() -> None:
    assert raw_names(["", "a", "??"], "f.csv") == ["column_1", "a", "column_3"]
