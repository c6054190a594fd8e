"""A clinic finds its own answers that await a doctor's word, page by page, and nobody else's."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from api.access import keys
from api.access.check import key_file
from api.log.entries import SpooledLog
from ml.serving.bundle import Bundle
from tests.api.conftest import client_of
from warehouse.connection import connect
from warehouse.postgres import schema
from warehouse.settings import Settings

ASKED = {"age_years": 34, "evidence": [{"code": "fever", "state": "present"}]}
CONFIRMED = {"problem": "arbovirus", "verdict": "confirmed", "answer_code": "dengue"}
pytestmark = pytest.mark.database


class Clinic:
    """A clinic with a key of its own; what it asks and says is in the database when it returns."""

    def __init__(self, client: httpx.Client, log: SpooledLog, name: str, key: str) -> None:
        self.name = name
        self._client, self._log = client, log
        self._headers = {"Authorization": f"Bearer {key}"}

    def ask(self, count: int, **more: object) -> list[str]:
        """So many assessments; their ids, the newest first."""
        answers = [
            self._client.post("/v1/assessments", json=ASKED | more, headers=self._headers).json()
            for _ in range(count)
        ]
        self._log.carry()
        return [answer["id"] for answer in answers][::-1]

    def say(self, about: str, **said: str) -> None:
        """A word on an answer."""
        address = f"/v1/assessments/{about}/feedback"
        assert self._client.post(address, json=said, headers=self._headers).status_code == 202
        self._log.carry()

    def get(self, address: str) -> httpx.Response:
        """Whatever it is told there."""
        return self._client.get(address, headers=self._headers)

    def ids(self, query: str = "") -> list[str]:
        """The ids on the first page."""
        return [one["id"] for one in self.get(f"/v1/assessments?{query}").json()["assessments"]]


@pytest.fixture
def clinics(
    way: str, database: Settings, tmp_path: Path, bundle: Bundle
) -> Iterator[tuple[Clinic, Clinic]]:
    """Two clinics of one service over a database; the log is empty before and after."""
    schema.prepare(database)
    _empty(database)
    settings = database.model_copy(update={"access": "keys"})
    log = SpooledLog(database)
    log.spool = type(log.spool)(tmp_path / "spool")
    named = {n: keys.issue(key_file(settings), n, ["assess"], 1)[1] for n in ("north", "south")}
    with client_of(way, settings, bundle, log) as client:
        north, south = (Clinic(client, log, *item) for item in named.items())
        yield north, south
    key_file(settings).unlink()
    _empty(database)


def _empty(settings: Settings) -> None:
    with connect("semia_owner", settings) as owner:
        owner.execute("truncate serving.assessments, serving.feedback, serving.audit_chain")


def test_the_newest_come_first_a_page_at_a_time(clinics: tuple[Clinic, Clinic]) -> None:
    north, _ = clinics
    made = north.ask(5)
    seen: list[str] = []
    address: str | None = "/v1/assessments?limit=2"
    pages = 0
    while address:
        answer = north.get(address)
        page = answer.json()
        seen += [one["id"] for one in page["assessments"]]
        address, pages = page["next"], pages + 1
        told = f'<{address}>; rel="next"' if address else None
        assert answer.headers.get("link") == told
        # What is asked in the meantime pushes nothing from one page to the next.
        north.ask(1)
    assert seen == made
    assert pages == 3


def test_it_tells_what_was_answered_and_never_what_was_asked(
    clinics: tuple[Clinic, Clinic],
) -> None:
    north, _ = clinics
    (name,) = north.ask(1, problems=["arbovirus"])
    answer = north.get("/v1/assessments")
    (one,) = answer.json()["assessments"]
    (told,) = one["answers"]
    assert (one["id"], told["problem"], told["feedback"]) == (name, "arbovirus", None)
    assert set(one) == {"id", "created_at", "answers"}
    assert 0 < told["probability"] <= 1
    assert "fever" not in answer.text
    assert "34" not in json.dumps(told["first"])
    assert answer.headers["cache-control"] == "no-store"


def test_one_that_somebody_confirmed_awaits_nothing(clinics: tuple[Clinic, Clinic]) -> None:
    north, _ = clinics
    accepted, overridden, confirmed = north.ask(3)
    north.say(confirmed, **CONFIRMED)
    north.say(accepted, problem="arbovirus", verdict="accepted")
    north.say(overridden, problem="arbovirus", verdict="overridden", reason="wrong")
    assert north.ids() == [accepted, overridden, confirmed]
    assert north.ids("awaiting=feedback") == [accepted, overridden]
    north.say(overridden, **CONFIRMED | {"verdict": "overridden", "reason": "wrong"})
    assert north.ids("awaiting=feedback") == [accepted]
    listed = {one["id"]: one for one in north.get("/v1/assessments").json()["assessments"]}
    words = {name: _word(one) for name, one in listed.items()}
    assert words == {
        accepted: ("accepted", None),
        overridden: ("overridden", "dengue"),
        confirmed: ("confirmed", "dengue"),
    }


def _word(listed: dict[str, Any]) -> tuple[str, str | None]:
    (said,) = [one["feedback"] for one in listed["answers"] if one["feedback"]]
    return said["verdict"], said["answer_code"]


def test_a_later_word_takes_an_earlier_one_back(clinics: tuple[Clinic, Clinic]) -> None:
    north, _ = clinics
    (name,) = north.ask(1)
    north.say(name, **CONFIRMED)
    north.say(name, problem="arbovirus", verdict="overridden", reason="other_evidence")
    assert north.ids("awaiting=feedback") == [name]


def test_one_question_can_be_looked_for(clinics: tuple[Clinic, Clinic], bundle: Bundle) -> None:
    north, _ = clinics
    other = next(problem for problem in bundle.problems if problem != "arbovirus")
    (alone,) = north.ask(1, problems=[other])
    (both,) = north.ask(1, problems=["arbovirus", other])
    north.say(both, **CONFIRMED)
    assert north.ids("problem=arbovirus") == [both]
    assert north.ids("awaiting=feedback&problem=arbovirus") == []
    assert north.ids(f"awaiting=feedback&problem={other}") == [both, alone]
    assert north.ids("awaiting=feedback") == [alone]


def test_a_clinic_sees_its_own_alone(clinics: tuple[Clinic, Clinic]) -> None:
    north, south = clinics
    mine, theirs = north.ask(3), south.ask(2)
    assert north.ids() == mine
    assert south.ids() == theirs
    # Where another one's page ended is a moment like any other.
    address = north.get("/v1/assessments?limit=1").json()["next"]
    assert {one["id"] for one in south.get(address).json()["assessments"]} <= set(theirs)


def test_a_word_of_another_clinic_changes_nothing(clinics: tuple[Clinic, Clinic]) -> None:
    north, south = clinics
    (name,) = north.ask(1)
    south.say(name, **CONFIRMED)
    assert north.ids("awaiting=feedback") == [name]
    assert south.ids() == []
    assert all(
        one["feedback"] is None
        for one in north.get("/v1/assessments").json()["assessments"][0]["answers"]
    )


@pytest.mark.parametrize(
    ("declared", "seen"), [("north", {"north"}), ("south", {"south"}), ("", set()), ("'", set())]
)
def test_the_database_itself_shows_the_service_one_clinic(
    clinics: tuple[Clinic, Clinic], database: Settings, declared: str, seen: set[str]
) -> None:
    """Whatever the query says: a connection of the service's own, without a condition."""
    for clinic in clinics:
        (name,) = clinic.ask(1)
        clinic.say(name, **CONFIRMED)
    with connect("semia_api", database) as service:
        service.execute("select set_config('semia.clinic', %s, true)", [declared])
        for table in ("assessments", "feedback"):
            rows = service.execute(f"select clinic from serving.{table}")  # type: ignore[arg-type]
            assert {clinic for (clinic,) in rows} == seen


@pytest.mark.parametrize(
    "statement",
    [
        "select request from serving.assessments",
        "select asked_by from serving.assessments",
        "select to_jsonb(a) from serving.assessments as a",
        "select reason from serving.feedback",
        "select asked_by from serving.feedback",
        "select * from serving.audit_chain",
    ],
)
def test_what_was_asked_and_by_whom_stays_closed_to_the_service(
    database: Settings, statement: str
) -> None:
    schema.prepare(database)
    with (
        connect("semia_api", database) as service,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        service.execute(statement)  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("query", "place", "code"),
    [
        ("limit=0", "#/query/limit", "too_small"),
        ("limit=201", "#/query/limit", "too_great"),
        ("limit=many", "#/query/limit", "not_number"),
        ("limit=" + "9" * 5000, "#/query/limit", "not_number"),
        ("awaiting=nothing", "#/query/awaiting", "not_allowed"),
        ("problem=weather", "#/query/problem", "unknown_problem"),
        ("problem=%00", "#/query/problem", "unknown_problem"),
        ("page=2", "#/query/page", "unknown_field"),
        ("after=", "#/query/after", "not_a_cursor"),
        ("after=ñ", "#/query/after", "not_a_cursor"),
        ("after=W10", "#/query/after", "not_a_cursor"),
        ("after=WyIyMDI2LTExLTMwIiwieCJd", "#/query/after", "not_a_cursor"),
        ("after=" + "x" * 501, "#/query/after", "too_long"),
    ],
)
def test_what_makes_no_sense_is_refused(
    clinics: tuple[Clinic, Clinic], query: str, place: str, code: str
) -> None:
    answer = clinics[0].get(f"/v1/assessments?{query}")
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == (place, code)


def test_nobody_lists_without_a_key(clinics: tuple[Clinic, Clinic]) -> None:
    assert clinics[0]._client.get("/v1/assessments").status_code == 401


def test_an_id_that_never_was_is_no_place_to_be_afraid_of(clinics: tuple[Clinic, Clinic]) -> None:
    from api.http.pages import cursor

    north, _ = clinics
    made = north.ask(1)
    far, long_ago = ("9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59")
    assert north.ids(f"after={cursor((far, str(uuid4())))}") == made
    assert north.ids(f"after={cursor((long_ago, str(uuid4())))}") == []
