"""Every answer is in the log before it is given, and in the database sooner or later, once."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest

from api.access import keys
from api.access.check import key_file
from api.log.entries import SpooledLog
from api.log.spool import Spool
from ml.serving.bundle import Bundle
from tests.api.conftest import client_of
from warehouse import audit
from warehouse.connection import connect
from warehouse.errors import DatabaseAway
from warehouse.postgres import schema
from warehouse.settings import Settings

ASKED = {"age_years": 97, "sex": "male", "evidence": [{"code": "fever", "state": "present"}]}


@pytest.fixture
def logged(way: str, tmp_path: Path, bundle: Bundle) -> Iterator[tuple[httpx.Client, SpooledLog]]:
    """A client of a service whose database is away, and its log."""
    settings = Settings(home=tmp_path / "home", offline=True, access="keys")
    text = keys.issue(key_file(settings), "north", ["assess"], 1)[1]
    log = SpooledLog(settings)
    with client_of(way, settings, bundle, log) as client:
        client.headers["Authorization"] = f"Bearer {text}"
        yield client, log


def rows(log: SpooledLog) -> list[tuple[str, dict[str, object]]]:
    log.spool.finish()
    found = []
    for segment in log.spool.waiting():
        for line in segment.read_text("utf-8").splitlines():
            kept = json.loads(line)
            found.append((kept["log"], kept["row"]))
    return found


def test_what_was_asked_and_answered_is_kept(logged: tuple[httpx.Client, SpooledLog]) -> None:
    client, log = logged
    answer = client.post("/v1/assessments", json=ASKED).json()
    ((name, row),) = rows(log)
    assert name == "assessments"
    assert row["assessment_id"] == answer["id"]
    assert row["clinic"] == "north"
    assert row["request"] == {**ASKED, "age_years": 90}
    told = {a["problem"]: a["probabilities"] for a in row["answer"]["answers"]}  # type: ignore[index]
    assert told == {
        a["problem"]: {o["code"]: round(o["probability"], 6) for o in a["ranked"]}
        for a in answer["answers"]
    }


def test_every_way_to_ask_is_kept(logged: tuple[httpx.Client, SpooledLog]) -> None:
    client, log = logged
    patient = {"resourceType": "Patient", "id": "secret-id-1", "birthDate": "1980-01-01"}
    bundle = {"resourceType": "Bundle", "entry": [{"resource": patient}]}
    hook = {"hook": "patient-view", "hookInstance": "i", "prefetch": {"patient": patient}}
    assert client.post("/v1/fhir/assess", json=bundle).status_code == 200
    assert client.post("/cds-services/semia-patient-view", json=hook).status_code == 200
    found = rows(log)
    assert [name for name, _ in found] == ["assessments", "assessments"]
    assert "secret-id-1" not in json.dumps(found)


def test_a_refused_question_leaves_no_row(logged: tuple[httpx.Client, SpooledLog]) -> None:
    client, log = logged
    client.post("/v1/assessments", json={"age_years": -1})
    assert rows(log) == []


def test_without_room_for_the_row_no_answer_is_given(
    logged: tuple[httpx.Client, SpooledLog], tmp_path: Path
) -> None:
    client, _ = logged
    (tmp_path / "home/spool").write_text("a file where the folder should be")
    answer = client.post("/v1/assessments", json=ASKED)
    assert answer.status_code == 503
    assert answer.json()["type"] == "urn:semia:problem:no-log"


def test_a_doctors_word_is_kept(logged: tuple[httpx.Client, SpooledLog]) -> None:
    client, log = logged
    about = str(uuid4())
    said = {"problem": "arbovirus", "verdict": "confirmed", "answer_code": "dengue"}
    answer = client.post(f"/v1/assessments/{about}/feedback", json=said)
    assert answer.status_code == 202
    ((name, row),) = rows(log)
    assert name == "feedback"
    assert row["feedback_id"] == answer.json()["id"]
    assert {**said, "reason": None}.items() <= row.items()


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({"problem": "nothing", "verdict": "accepted"}, "#/problem"),
        (
            {"problem": "arbovirus", "verdict": "confirmed", "answer_code": "flu"},
            "#/answer_code",
        ),
        ({"problem": "arbovirus", "verdict": "confirmed"}, "#/answer_code"),
        ({"problem": "arbovirus", "verdict": "overridden"}, "#/reason"),
        ({"problem": "arbovirus", "verdict": "perhaps"}, "#/verdict"),
        ({"problem": "arbovirus", "verdict": "overridden", "reason": "free text"}, "#/reason"),
    ],
)
def test_a_word_that_makes_no_sense_is_refused(
    logged: tuple[httpx.Client, SpooledLog], said: dict[str, str], place: str
) -> None:
    client, log = logged
    answer = client.post(f"/v1/assessments/{uuid4()}/feedback", json=said)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [place]
    assert rows(log) == []


def test_feedback_on_what_is_no_assessment_is_refused(
    logged: tuple[httpx.Client, SpooledLog],
) -> None:
    client, _ = logged
    said = {"problem": "arbovirus", "verdict": "accepted"}
    assert client.post("/v1/assessments/7/feedback", json=said).status_code == 422


@pytest.mark.database
def test_rows_reach_the_database_once_it_is_back(
    logged: tuple[httpx.Client, SpooledLog], database: Settings, tmp_path: Path
) -> None:
    client, log = logged
    ids = [UUID(client.post("/v1/assessments", json=ASKED).json()["id"]) for _ in range(3)]
    with pytest.raises(DatabaseAway):
        log.carry()
    assert len(rows(log)) == 3
    schema.prepare(database)
    reachable = SpooledLog(database)
    reachable.spool = log.spool
    (segment,) = log.spool.waiting()
    copy = segment.read_bytes()
    assert reachable.carry() == 3
    # As after a kill between the database's commit and the removal of the file.
    segment.write_bytes(copy)
    reachable.carry()
    assert log.spool.waiting() == []
    with connect("semia_dbt", database) as connection:
        found = connection.execute(
            "select assessment_id, clinic, request ->> 'age_years' from serving.assessments"
            " where assessment_id = any(%s)",
            [ids],
        ).fetchall()
    assert sorted(row[0] for row in found) == sorted(ids)
    assert {row[1:] for row in found} == {("north", "90.0")}
    assert audit.verify(database).faults == ()


def test_a_killed_process_loses_no_line(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from api.log.spool import Spool\n"
        "spool = Spool(Path(sys.argv[1])); n = 0\n"
        "while True:\n"
        "    spool.append(str(n).encode()); print(n, flush=True); n += 1"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        while int(process.stdout.readline()) < 200:
            pass
        spool = Spool(tmp_path)
        with spool.taken(spool.waiting()[0]) as lines:
            assert lines is None
        os.kill(process.pid, signal.SIGKILL)
        told = [200, *(int(line) for line in process.stdout.read().split("\n")[:-1])]
    with spool.taken(spool.waiting()[0]) as lines:
        assert lines is not None
        assert [int(line) for line in lines][: told[-1] + 1] == list(range(told[-1] + 1))
    assert spool.waiting() == []


def test_lines_of_a_segment_stay_where_carrying_fails(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.append(b"one")
    spool.finish()
    (segment,) = spool.waiting()
    with pytest.raises(RuntimeError), spool.taken(segment):
        raise RuntimeError
    with spool.taken(segment) as lines:
        assert lines == [b"one"]


def test_a_line_that_found_no_room_spoils_no_other(tmp_path: Path) -> None:
    """The disk fills up amid a line, and there is room again for the next one."""
    code = (
        "import resource, sys; from pathlib import Path; from api.log.spool import Spool\n"
        "spool = Spool(Path(sys.argv[1]))\n"
        "def room(size):\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))\n"
        "spool.append(b'a' * 60)\n"
        "room(100)\n"
        "for line in (b'b' * 60, b'c' * 120):\n"
        "    try: spool.append(line)\n"
        "    except OSError: print('refused')\n"
        "room(resource.RLIM_INFINITY)\n"
        "spool.append(b'd' * 60)"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["refused", "refused"]
    spool = Spool(tmp_path)
    # A segment for each refusal would be an empty one for each question while the disk is full.
    (segment,) = spool.waiting()
    with spool.taken(segment) as lines:
        assert lines == [b"a" * 60, b"d" * 60]


def test_a_segment_that_cannot_be_cut_is_left_for_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A device is always full, and is no file that has a length."""
    spool = Spool(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(spool, "_begin", lambda: os.open("/dev/full", os.O_WRONLY))
        with pytest.raises(OSError, match="No space left") as refused:
            spool.append(b"one")
    assert refused.value.filename == str(tmp_path)
    spool.append(b"two")
    (segment,) = spool.waiting()
    assert segment.read_bytes() == b"two\n"
