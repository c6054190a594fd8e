"""Many patients at once: a line for each line, in order, bad ones answered in their place."""

import csv
import io
import json
from pathlib import Path

import httpx
import pytest

from api.batch.cells import MOST_LINE_BYTES
from api.batch.tables import read_lines
from api.bundle.vocabulary import parse
from api.words.errors import Problem
from tests.support.tiny_vocabulary import vocabulary
from warehouse.settings import Settings

PATH = "/v1/assessments/batch"
NDJSON = {"Content-Type": "application/x-ndjson"}
CSV = {"Content-Type": "text/csv"}
FEVER = {"age_years": 34, "evidence": [{"code": "fever", "state": "present"}]}


def lines_of(response: httpx.Response) -> list[dict[str, object]]:
    assert response.status_code == 200, response.text
    return [json.loads(line) for line in response.text.splitlines()]


def test_each_line_gets_the_answer_it_would_get_alone(client: httpx.Client) -> None:
    people = [{**FEVER, "age_years": age} for age in (3, 40, 88)]
    sent = "\n".join(json.dumps(one) for one in people)
    found = lines_of(client.post(PATH, content=sent, headers=NDJSON))
    assert [line["line"] for line in found] == [1, 2, 3]
    for one, line in zip(people, found, strict=True):
        alone = client.post("/v1/assessments", json=one).json()
        assert line["assessment"]["answers"] == alone["answers"]  # type: ignore[index]


def test_a_bad_line_says_so_in_its_place_and_the_others_are_answered(client: httpx.Client) -> None:
    bad = ["not json", '{"age_years": -1}', "[]", '{"a": 1, "a": 2}', "x" * (MOST_LINE_BYTES + 9)]
    good = json.dumps(FEVER)
    sent = "\n".join(text for one in bad for text in (good, one)) + "\n" + good
    found = lines_of(client.post(PATH, content=sent, headers=NDJSON))
    assert [line["line"] for line in found] == list(range(1, 12))
    assert ["refused" in line for line in found] == [False, True] * 5 + [False]
    statuses = [line["refused"]["status"] for line in found if "refused" in line]  # type: ignore[index]
    assert statuses == [422, 422, 422, 422, 413]


@pytest.mark.parametrize(
    ("language", "said", "words"),
    [
        (
            "es",
            "«quizás» no se entiende aquí: escriba presente, sí o 1; ausente, no o 0; "
            "o desconocido.",
            ["presente", "sí", "1", "ausente", "no", "0", "desconocido"],
        ),
        (
            "en",
            "'quizás' is not understood here: write present, yes or 1; absent, no or 0; "
            "or unknown.",
            ["present", "yes", "1", "absent", "no", "0", "unknown"],
        ),
    ],
)
def test_a_word_that_says_nothing_of_a_sign_is_told_which_words_do(
    client: httpx.Client, language: str, said: str, words: list[str]
) -> None:
    head = "age_years,language,fever,cough\n"
    bad = f"34,{language},quizás,7\n"
    good = "".join(f"34,{language},{word},\n" for word in words)
    sent = (head + bad + good).encode()
    refused, *others = lines_of(
        client.post(PATH, content=sent, headers=CSV | {"Accept": NDJSON["Content-Type"]})
    )
    fields = refused["refused"]["errors"]  # type: ignore[index]
    assert [(one["pointer"], one["code"]) for one in fields] == [
        ("#/fever", "not_state"),
        ("#/cough", "not_state"),
    ]
    assert fields[0]["detail"] == said
    assert all(
        word in said and "assessment" in line for word, line in zip(words, others, strict=True)
    )
    table = client.post(PATH, content=sent, headers=CSV)
    assert f"fever: {said}" in table.text


def test_a_table_in_is_a_table_out(client: httpx.Client) -> None:
    sent = (
        "id,age_years,sex,temperature_c,fever,cough\n"
        "bed 1,34,female,38.9,present,absent\n"
        "=cmd(),old,female,,present,\n"
        "\n"
        "bed 3,,,,,present,too many\n"
        "bed 4,90,male,,unknown,present\n"
    )
    response = client.post(PATH, content=sent.encode(), headers=CSV)
    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert [row["line"] for row in rows] == ["2", "3", "5", "6"]
    assert [row["id"] for row in rows] == ["bed 1", "'=cmd()", "bed 3", "bed 4"]
    assert [bool(row["refused"]) for row in rows] == [False, True, True, False]
    assert all(
        0 <= float(rows[0][f"{name}_probability"]) <= 1 for name in ("severity", "arbovirus")
    )
    assert rows[0]["assessment_id"]
    assert rows[0]["arbovirus_broader"] in ("ill", "not_ill")
    assert 0.5 <= float(rows[0]["arbovirus_broader_probability"]) <= 1
    assert rows[0]["arbovirus_broader_confident"] in ("true", "false")
    assert "severity_broader" not in rows[0]


def test_a_table_of_a_spanish_spreadsheet_says_the_same(client: httpx.Client) -> None:
    english = (
        "id,age_years,sex,fever,temperature_c\nbed 1,34,female,present,38.9\nbed 2,3.5,,absent,40\n"
    )
    spanish = (
        "\ufeffid;age_years;sex;fever;temperature_c\r\n"
        "bed 1;34;Mujer;Sí;38,9\r\nbed 2;3,5;;no;40\r\n"
    )

    flags = english.replace("present", "1").replace("absent", "0")
    heads = spanish.replace("age_years;sex;fever;temperature_c", "Edad;Sexo;FIEBRE;temperatura")

    def said(sent: str) -> list[tuple[str, ...]]:
        text = client.post(PATH, content=sent.encode(), headers=CSV).text
        if sent.startswith("\ufeff"):
            # It opens in the program it came from.
            assert text.startswith("\ufeffline;id;")
            text = text.removeprefix("\ufeff").replace(",", ".").replace(";", ",")
        rows = list(csv.DictReader(io.StringIO(text)))
        assert [row["refused"] for row in rows] == ["", ""]
        assert all(0 < float(row["severity_probability"]) <= 1 for row in rows)
        return [
            tuple(value for name, value in row.items() if name != "assessment_id") for row in rows
        ]

    assert said(spanish) == said(english) == said(flags) == said(heads)


def test_a_cell_of_a_sign_that_is_no_state_is_refused_as_such(client: httpx.Client) -> None:
    sent = b"fever,temperature_c\nhigh,39\n2,39\n"
    response = client.post(PATH, content=sent, headers=CSV)
    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert all(row["refused"].startswith("fever: ") for row in rows)


def test_a_table_may_be_answered_as_json_lines(client: httpx.Client) -> None:
    headers = CSV | {"Accept": "application/x-ndjson"}
    (line,) = lines_of(client.post(PATH, content=b"id,fever\na,present\n", headers=headers))
    assert (line["line"], line["id"]) == (2, "a")


@pytest.mark.parametrize(
    "sent",
    [
        b"D\xac\r\x00,id\n1\r2,3\n",
        b'"id,fever\n"x,present\n',
        b"\xff\xfe,id\n,\n",
        b"\r\n\r\n,\n,,,\n",
    ],
)
def test_bytes_that_are_no_table_are_refused_line_by_line(
    client: httpx.Client, sent: bytes
) -> None:
    response = client.post(PATH, content=sent, headers=CSV)
    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert response.status_code == 200
    assert len(rows) == 1
    assert rows[0]["refused"]


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ("age_years,age_years\n30,31\n", "age_years"),
        ("fever,age_years, fever\npresent,30,absent\n", "fever"),
        ("id,age_years,id\na,30,b\n", "id"),
        ("age_years\n1_0\n", "age_years"),
        ("age_years\n\uff13\uff10\n", "age_years"),
        ("age_years\nnan\n", "age_years"),
        ("age_years\n1e999\n", "age_years"),
    ],
)
def test_a_cell_that_could_mean_two_things_is_refused(
    client: httpx.Client, sent: str, why: str
) -> None:
    (row,) = csv.DictReader(io.StringIO(client.post(PATH, content=sent, headers=CSV).text))
    assert row["assessment_id"] == ""
    assert why in row["refused"]


def test_other_types_and_nothing_at_all(client: httpx.Client) -> None:
    assert client.post(PATH, json=FEVER).status_code == 415
    assert client.post(PATH, content=b"", headers=NDJSON).text == ""
    assert client.post(PATH, headers=NDJSON | {"Accept": "image/png"}).status_code == 406


def test_every_answer_given_is_in_the_log(
    client: httpx.Client, api_settings: Settings, way: str
) -> None:
    sent = (json.dumps(FEVER) + "\n") * 200
    found = lines_of(client.post(PATH, content=sent, headers=NDJSON))
    given = [line["assessment"]["id"] for line in found]  # type: ignore[index]
    kept = [
        json.loads(line)["row"]["assessment_id"]
        for segment in Path(api_settings.home / "spool").glob("*.ndjson")
        for line in segment.read_text().splitlines()
    ]
    assert sorted(given) == sorted(kept)
    assert len(set(given)) == 200


def test_without_a_store_a_named_patient_is_answered_without_history_and_told_so(
    client: httpx.Client,
) -> None:
    named = {**FEVER, "patient": {"source": "ktas", "identifier": "17"}}
    (line,) = lines_of(client.post(PATH, content=json.dumps(named), headers=NDJSON))
    assert "no_history" in {one["code"] for one in line["assessment"]["warnings"]}  # type: ignore[index]


def test_a_file_longer_than_what_is_assessed_at_once_keeps_its_order(client: httpx.Client) -> None:
    ages = [str(age % 90) for age in range(150)]
    ages[64], ages[100] = "x", "-1"
    sent = "id,age_years,fever\n" + "".join(f"{n},{age},present\n" for n, age in enumerate(ages))
    rows = list(csv.DictReader(io.StringIO(client.post(PATH, content=sent, headers=CSV).text)))
    assert [row["id"] for row in rows] == [str(n) for n in range(150)]
    assert [n for n, row in enumerate(rows) if row["refused"]] == [64, 100]
    told = lines_of(
        client.post(PATH, content=sent, headers=CSV | {"Accept": "application/x-ndjson"})
    )
    for row, line in zip(rows, told, strict=True):
        if "assessment" in line:
            first = line["assessment"]["answers"][0]["ranked"][0]  # type: ignore[index]
            assert row["severity"] == first["code"]
            assert float(row["severity_probability"]) == pytest.approx(
                first["probability"], abs=1e-4
            )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_as_any_spreadsheet_ends_them(client: httpx.Client, end: str) -> None:
    rows = ["id,age_years,fever", "a,34,yes", "", "b,-1,no", "c,70,"]
    headers = CSV | {"Accept": "application/x-ndjson"}
    found = lines_of(client.post(PATH, content=end.join(rows) + end, headers=headers))
    assert [(one["line"], one["id"], "refused" in one) for one in found] == [
        (2, "a", False), (4, "b", True), (5, "c", False),
    ]  # fmt: skip


def test_a_long_file_of_old_line_ends_is_cut_where_they_are() -> None:
    rows = [f"{number},{number % 90},yes" for number in range(12_000)]
    rows[5_000] = "long," + "9" * (3 * MOST_LINE_BYTES)
    file = io.BytesIO("\r".join(["id,age_years,fever", *rows]).encode())
    read = list(read_lines(file, "text/csv", parse(vocabulary({}))))
    assert [number for number, *_ in read] == list(range(2, 12_002))
    assert [name for _, name, _ in read if name != "long"] == [
        str(number) for number in range(12_000) if number != 5_000
    ]
    with pytest.raises(Problem):
        read[5_000][2]()
    assert read[-1][2]() == {"age_years": 29.0, "evidence": [{"code": "fever", "state": "present"}]}


def test_a_batch_that_finds_no_room_on_the_disk_is_told(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As in a container with a read-only root: what is small is answered all the same."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    line = b'{"age_years": 30, "problems": ["arbovirus"]}\n'
    headers = {"Content-Type": "application/x-ndjson"}
    for lines, status in ((1, 200), (30_000, 503)):
        answer = client.post("/v1/assessments/batch", content=line * lines, headers=headers)
        assert answer.status_code == status
    assert answer.json()["type"] == "urn:semia:problem:no-room"
