from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from benchmarks.free_text_table import PAGE, false_removals, page, recall
from tests.support.programs import require_public_data
from warehouse.connection import connect
from warehouse.landing.free_text import scrub, scrubbed
from warehouse.landing.land import land
from warehouse.settings import Settings
from warehouse.sources.ktas.record import SOURCE as KTAS

PERSONS = {
    "Paciente Juan Carlos Pérez, CC 1.032.456.789, tos": "Paciente [nombre], [documento], tos",
    "TI: 1032456789 tel 310 555 1234": "[documento] [teléfono]",
    "cédula de ciudadanía No. 52.123.456 de Bogotá": "[documento] de Bogotá",
    "NUIP 1098765432 y RC 1 098 765 432": "[documento] y [documento]",
    "escribir a ana.lopez@correo.com.co": "escribir a [correo]",
    "+57 310-555-1234 o (604) 555 1234": "[teléfono] o [teléfono]",
    "Sra. Yuleidy Wbeimar de la Hoz consulta": "Sra. [nombre] consulta",
    "PACIENTE PEREZ GOMEZ JUAN DE 45 AÑOS": "PACIENTE [nombre] DE 45 AÑOS",
    "madre maría fernanda lópez refiere": "madre [nombre] refiere",
}


@pytest.mark.parametrize(("note", "expected"), PERSONS.items())
def test_a_person_is_taken_out(note: str, expected: str) -> None:
    assert scrub(note) == expected


@pytest.mark.parametrize(
    "note",
    [
        "",
        "Penicilina benzatínica 2.400.000 UI, carga viral 1200000 copias",
        "Dolores lumbares, dolor en cruz, llanto sin consuelo",
        "Síndrome de Guillain Barré, signo de Murphy, Hospital San Juan de Dios",
        "TA 120/80, FC 98, 500 cc, 12/03/2024, plaquetas 150000",
        "pain, chest Lt; Rt. side motor weakness; open wound, hand",
    ],
)
def test_what_is_no_person_stays(note: str) -> None:
    assert scrub(note) == note


def test_nearly_everybody_is_found_and_nearly_nothing_else() -> None:
    found = {kind: hits / planted for kind, (hits, planted) in recall(scrub).items()}
    assert min(found[kind] for kind in ("document", "phone", "email")) >= 0.99
    assert found["name"] >= 0.90
    changed, sentences = false_removals(scrub)
    assert changed <= 0.05 * sentences


def test_the_page_says_what_a_run_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_columns_keep_their_length_and_their_unknowns() -> None:
    column = pa.array(["Sra. Nayibe Haddad", None, "", "tos"])
    assert scrubbed(column).to_pylist() == ["Sra. [nombre]", None, "", "tos"]


@pytest.mark.public_data
def test_no_published_complaint_is_mistaken_for_a_person() -> None:
    file = require_public_data() / "ktas/data.csv"
    chunks = list(KTAS.tables[0].read(file))
    complaints = [text for c in chunks for text in c.rows.column("chief_complain").to_pylist()]
    assert len(complaints) > 900
    assert [text for text in complaints if text and scrub(text) != text] == []


@pytest.mark.database
def test_nothing_of_a_person_lands(database: Settings, tmp_path: Path) -> None:
    KTAS.synthesise(tmp_path, 60, 1, 0.0)
    file = tmp_path / "data.csv"
    head, first, *rest = file.read_text("latin-1").splitlines()
    cells = first.split(";")
    cells[6] = "Sra. Nayibe Haddad CC 1.032.456.789 tel 3105551234 na@clinica.co"
    broken = "paciente Juan Pérez;CC 1032456789"
    file.write_text("\n".join([head, ";".join(cells), *rest, broken]) + "\n", "latin-1")
    table = replace(KTAS.tables[0], name="free_text_probe")
    land(replace(KTAS, name="probe", tables=(table,)), tmp_path, "synthetic", database)
    with connect("semia_ingest", database) as connection:
        landed = connection.execute("select probe::text from raw.free_text_probe as probe")
        kept = " ".join(row[0] for row in landed.fetchall())
        query = "select original from raw._rejects where table_name = 'free_text_probe'"
        refused = connection.execute(query).fetchall()
        connection.execute("drop table raw.free_text_probe")
        connection.execute("delete from raw._rejects where table_name = 'free_text_probe'")
        connection.execute("delete from raw._loads where table_name = 'free_text_probe'")
    assert "Sra. [nombre] [documento] [teléfono] [correo]" in kept
    assert refused == [("paciente [nombre];[documento]",)]
