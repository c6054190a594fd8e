"""The vocabulary a client builds its form from."""

import csv
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.bundle.common_signs import COMMON
from api.bundle.vocabulary import parse
from ml.serving.bundle import Bundle
from tests.support.tiny_vocabulary import OBSERVATIONS, SIGNS
from warehouse.vocabulary import as_bundle_vocabulary, load_vocabulary


def test_every_code_comes_with_words_in_both_languages(client: httpx.Client) -> None:
    vocabulary = client.get("/v1/vocabulary").json()
    assert {entry["code"] for entry in vocabulary["symptoms"]} == set(SIGNS)
    assert {entry["code"] for entry in vocabulary["observations"]} == set(OBSERVATIONS)
    for part in ("symptoms", "observations", "diagnoses"):
        assert all(set(entry["label"]) == {"es", "en"} for entry in vocabulary[part])
    assert set(vocabulary["questions"]) == set(vocabulary["problem_signs"])


def test_measurements_have_limits_and_units_people_read(client: httpx.Client) -> None:
    entries = {e["code"]: e for e in client.get("/v1/vocabulary").json()["observations"]}
    age = entries["age_years"]
    assert (age["minimum"], age["maximum"]) == (0, 120)
    assert age["unit_label"] == {"es": "años", "en": "years"}
    assert entries["temperature_c"]["unit_label"] == {"es": "°C", "en": "°C"}
    assert entries["pain_score"]["unit_label"] == {"es": "", "en": ""}


def test_common_signs_are_signs_of_this_vocabulary(client: httpx.Client) -> None:
    vocabulary = client.get("/v1/vocabulary").json()
    known = {entry["code"] for entry in vocabulary["symptoms"]}
    assert vocabulary["common_signs"][0] == "fever"
    assert len(vocabulary["common_signs"]) >= 12
    assert set(vocabulary["common_signs"]) <= known


def test_the_whole_vocabulary_can_be_served_and_searched() -> None:
    whole = parse(as_bundle_vocabulary(load_vocabulary()))
    assert len(whole.symptoms) > 400
    assert whole.signs_near("fiever") == ["fever"]
    assert "rash" in whole.signs_near("sarpullido")
    units = {words["es"] for words in (o.unit_label for o in whole.observations)}
    assert units == {"", "años", "/min", "mmHg", "°C", "%", "días"}


def test_every_common_sign_is_in_the_vocabulary_that_models_learn_from() -> None:
    seed = Path(__file__).resolve().parents[2] / "dbt_project/seeds/vocabulary/symptoms.csv"
    with seed.open(encoding="utf-8", newline="") as rows:
        codes = {row["code"] for row in csv.DictReader(rows)}
    assert set(COMMON) <= codes


def test_an_unchanged_vocabulary_is_not_sent_again(client: httpx.Client) -> None:
    first = client.get("/v1/vocabulary")
    etag = first.headers["etag"]
    for asked in (etag, f'"other", {etag}', "*"):
        again = client.get("/v1/vocabulary", headers={"If-None-Match": asked})
        assert again.status_code == 304
        assert again.content == b""
        assert again.headers["etag"] == etag
    changed = client.get("/v1/vocabulary", headers={"If-None-Match": '"other"'})
    assert changed.json() == first.json()


def test_long_answers_are_compressed_where_the_client_can_read_it(client: httpx.Client) -> None:
    small = client.get("/v1/vocabulary", headers={"Accept-Encoding": "gzip"})
    assert small.headers["content-encoding"] == "gzip"
    plain = client.get("/v1/vocabulary", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert small.content == plain.content
    assert int(small.headers["content-length"]) < int(plain.headers["content-length"]) / 2


def test_models_say_what_they_learned_from(client: httpx.Client, bundle: Bundle) -> None:
    listed = client.get("/v1/models").json()
    assert listed["bundle_version"] == bundle.version
    assert [model["problem"] for model in listed["models"]] == list(bundle.problems)
    one = client.get("/v1/models/arbovirus").json()
    assert one["origin"] == "synthetic"
    assert one["classes"] == ["dengue", "chikungunya", "other_disease"]
    assert one["card"].startswith("# ")
    assert one["features"] == list(bundle.problems["arbovirus"].about.features)


def test_ready_names_what_is_served(client: httpx.Client, bundle: Bundle) -> None:
    ready = client.get("/health/ready").json()
    assert ready["status"] == "ok"
    assert ready["bundle_version"] == bundle.version
    assert client.get("/health/live").json()["version"] == ready["version"]


def entries(page: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    return [
        (part, entry["code"], entry.get("problem"))
        for part in ("symptoms", "observations", "diagnoses")
        for entry in page[part]
    ]


def test_its_pages_together_are_the_whole(client: httpx.Client) -> None:
    whole = client.get("/v1/vocabulary").json()
    seen, signs = [], {problem: [] for problem in whole["problem_signs"]}
    address: str | None = "/v1/vocabulary?limit=7"
    while address:
        answer = client.get(address)
        page = answer.json()
        assert len(entries(page)) == 7 or page["next"] is None
        assert answer.headers.get("link") == (
            f'<{page["next"]}>; rel="next"' if page["next"] else None
        )
        seen += entries(page)
        for problem, codes in page["problem_signs"].items():
            signs[problem] += codes
        address = page["next"]
    assert len(seen) == len(set(seen))
    assert sorted(seen, key=str) == sorted(entries(whole), key=str)
    told = {code for _, code, _ in entries(whole)}
    assert {p: sorted(codes) for p, codes in signs.items()} == {
        p: sorted(told.intersection(codes)) for p, codes in whole["problem_signs"].items()
    }
    assert whole["next"] is None


@pytest.mark.parametrize("word", ["Vómito", "VOMITO", "vomi", "vomiting", "  vómito "])
def test_it_is_searched_without_accents(client: httpx.Client, word: str) -> None:
    found = client.get("/v1/vocabulary", params={"search": word}).json()
    assert "vomiting" in [entry["code"] for entry in found["symptoms"]]
    assert len(entries(found)) < len(entries(client.get("/v1/vocabulary").json()))


def test_a_page_found_nothing_on_is_empty(client: httpx.Client) -> None:
    found = client.get("/v1/vocabulary", params={"search": "zzzz"}).json()
    assert entries(found) == []
    assert found["common_signs"] == []


def test_a_page_has_an_etag_of_its_own(client: httpx.Client) -> None:
    page = client.get("/v1/vocabulary?limit=3")
    etag = page.headers["etag"]
    assert etag != client.get("/v1/vocabulary").headers["etag"]
    again = client.get("/v1/vocabulary?limit=3", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get("/v1/vocabulary?limit=4", headers={"If-None-Match": etag})
    assert other.status_code == 200


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("limit=0", "too_small"),
        ("limit=1001", "too_great"),
        ("after=no", "not_a_cursor"),
        ("after=WyJhIiwiYiJd", "not_a_cursor"),
        ("search=" + "x" * 101, "too_long"),
        ("offset=3", "unknown_field"),
    ],
)
def test_what_makes_no_sense_is_refused(client: httpx.Client, query: str, code: str) -> None:
    answer = client.get(f"/v1/vocabulary?{query}")
    assert answer.status_code == 422
    assert [error["code"] for error in answer.json()["errors"]] == [code]
