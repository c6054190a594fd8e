"""What a table calls its columns: codes, words of either language, or something unknown."""

import io
import json

import httpx
import pytest

from api.batch.tables import read_lines
from api.bundle.vocabulary import parse
from tests.api.test_batch import CSV, PATH, lines_of
from warehouse.vocabulary import as_bundle_vocabulary, load_vocabulary


@pytest.mark.parametrize("name", ["observations", "evidence", "place", "patient", "prevalence"])
def test_a_column_named_as_a_part_of_a_request_spoils_its_line_alone(
    client: httpx.Client, name: str
) -> None:
    sent = f"{name},heart_rate_per_min,fever,municipality\nlooks well,80,yes,68001\n,80,yes,\n"
    headers = CSV | {"Accept": "application/x-ndjson"}
    spoilt, sound = lines_of(client.post(PATH, content=sent.encode(), headers=headers))
    assert [one["pointer"] for one in spoilt["refused"]["errors"]] == [f"#/column {name}"]
    assert "looks well" not in json.dumps(spoilt)
    assert "assessment" in sound


def test_columns_go_by_the_words_of_the_vocabulary() -> None:
    known = parse(as_bundle_vocabulary(load_vocabulary()))
    heads = (
        "ID;Edad;Sexo;Fiebre;Temperatura;Dolor de cabeza;Presión arterial sistólica;Week;Depression"
    )
    file = io.BytesIO(f"{heads}\nb1;34;hombre;sí;38,9;no;120;2026-W40;yes".encode())
    ((_, name, asked),) = read_lines(file, "text/csv", known)
    assert name == "b1"
    # A word of two signs is none: it may be the illness or the mood.
    assert asked() == {
        "age_years": 34.0,
        "sex": "male",
        "observations": {"temperature_c": 38.9, "systolic_bp_mmhg": 120.0},
        "evidence": [
            {"code": "fever", "state": "present"},
            {"code": "headache", "state": "absent"},
            {"code": "Depression", "state": "present"},
        ],
        "place": {"week": "2026-W40"},
    }


def test_a_column_that_is_unknown_is_said_to_be_so_and_not_its_cell(client: httpx.Client) -> None:
    sent = b"fever,diagnostico,temprature_c\nyes,dengue,\nyes,,39\n"
    headers = CSV | {"Accept": "application/x-ndjson"}
    word, number = lines_of(client.post(PATH, content=sent, headers=headers))
    assert [one["pointer"] for one in word["refused"]["errors"]] == ["#/diagnostico"]
    (fault,) = number["refused"]["errors"]
    assert (fault["pointer"], fault["suggestions"]) == (
        "#/observations/temprature_c", ["temperature_c"],
    )  # fmt: skip


def read(table: bytes) -> list[tuple[str | None, object]]:
    """The caller's name and the request of each line of a table."""
    known = parse(as_bundle_vocabulary(load_vocabulary()))
    return [(name, asked()) for _, name, asked in read_lines(io.BytesIO(table), "text/csv", known)]


def test_a_decimal_comma_in_quotation_marks_is_one() -> None:
    ((name, asked),) = read(b'id,age_years,temperature_c\n"1,5",34,"38,9"\n')
    assert name == "1,5"
    assert asked == {"age_years": 34.0, "observations": {"temperature_c": 38.9}}


def test_a_thousand_is_not_read_as_one() -> None:
    ((_, asked),) = read(b'age_years,previous_ed_visits\n34,"1,000"\n')
    assert asked["observations"] == {"previous_ed_visits": "1,000"}
    ((_, asked),) = read(b"age_years;temperature_c\n34;38,125\n")
    assert asked["observations"] == {"temperature_c": 38.125}


def test_a_comma_in_a_heading_does_not_part_a_spanish_table() -> None:
    heads = "Edad;Intensidad del dolor (0 sin dolor, 10 el peor);Temperatura"
    ((_, asked),) = read(f"{heads}\n34;7;38,9\n".encode())
    assert asked == {
        "age_years": 34.0,
        "observations": {"pain_score": 7.0, "temperature_c": 38.9},
    }


def test_a_line_that_asks_nothing_says_so_and_no_more(client: httpx.Client) -> None:
    answer = client.post(PATH, content=b"id,age_years\na,\n", headers=CSV)
    assert answer.text.splitlines()[1].startswith('2,a,,"D')


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_table_is_read_as_any_spreadsheet_writes_its_letters(encoding: str) -> None:
    table = "id;Edad;Sexo;Presión arterial sistólica;Tos\nmaría;34;mujer;120;sí\n"
    ((name, asked),) = read(table.encode(encoding))
    assert name == "maría"
    assert asked == {
        "age_years": 34.0,
        "sex": "female",
        "observations": {"systolic_bp_mmhg": 120.0},
        "evidence": [{"code": "cough", "state": "present"}],
    }
