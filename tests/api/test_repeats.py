"""A request sent again is noted once; what has not changed is not sent again."""

import json

import httpx
import pytest

from warehouse.settings import Settings

ASKED = {"age_years": 30, "problems": ["arbovirus"]}


def ask(client: httpx.Client, key: str | None, given: object = ASKED) -> str:
    headers = {} if key is None else {"Idempotency-Key": key}
    answer = client.post("/v1/assessments", json=given, headers=headers)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


def test_the_same_key_and_body_are_the_same_request(client: httpx.Client) -> None:
    assert ask(client, "a") == ask(client, "a")
    different = {ask(client, "a"), ask(client, "b"), ask(client, "a", ASKED | {"age_years": 31})}
    assert len(different) == 3
    assert ask(client, None) != ask(client, None)


def test_the_id_of_a_repeat_is_the_one_in_the_log(
    client: httpx.Client, api_settings: Settings
) -> None:
    name = ask(client, "again")
    (segment,) = (api_settings.home / "spool").glob("*.ndjson")
    assert json.loads(segment.read_bytes().splitlines()[-1])["row"]["assessment_id"] == name


def test_feedback_repeats_as_safely(client: httpx.Client) -> None:
    said = {"problem": "arbovirus", "verdict": "accepted"}
    path = f"/v1/assessments/{ask(client, None)}/feedback"
    given = [client.post(path, json=said, headers={"Idempotency-Key": "a"}) for _ in range(2)]
    assert [answer.status_code for answer in given] == [202, 202]
    assert given[0].json()["id"] == given[1].json()["id"]


def test_a_key_that_is_too_long_is_refused(client: httpx.Client) -> None:
    answer = client.post("/v1/assessments", json=ASKED, headers={"Idempotency-Key": "x" * 256})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "too_long"


@pytest.mark.parametrize(
    "path", ["/v1/vocabulary", "/v1/places", "/v1/models", "/v1/models/arbovirus"]
)
def test_what_the_client_has_is_not_sent_again(client: httpx.Client, path: str) -> None:
    etag = client.get(path).headers["etag"]
    again = client.get(path, headers={"If-None-Match": f'"other", {etag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
