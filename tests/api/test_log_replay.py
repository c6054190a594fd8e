"""What is carried to the database is what stands on disk: every column of every clinic, in turn."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from psycopg.rows import dict_row

from api.log import replay as log_replay
from api.log.entries import _line
from api.log.spool import Spool
from warehouse import audit
from warehouse.connection import connect
from warehouse.errors import SemiaError
from warehouse.postgres import schema
from warehouse.settings import Settings

pytestmark = pytest.mark.database


@pytest.mark.parametrize(
    ("printed", "rows"),
    [
        (
            b'at 12:00 {"log":"assessments","row":{"b":"}"}}\tseen\n',
            [b'{"log":"assessments","row":{"b":"}"}}'],
        ),
        (
            b'{"log":"assessments"}\t{"log":"feedback"}\r\n',
            [b'{"log":"assessments"}', b'{"log":"feedback"}'],
        ),
        (
            b'{"log":"assessments","ro\t{"log":"feedback"}\n',
            [b'{"log":"assessments","ro', b'{"log":"feedback"}'],
        ),
        (b'{"log":"feedback","\xff\xc3\xb1":1} \n', [b'{"log":"feedback","\xff\xc3\xb1":1}']),
        (
            b'{"log":"feedback","row":' + b"[" * 100_000,
            [b'{"log":"feedback","row":' + b"[" * 100_000],
        ),
        (b'{"_aws":{}}\nSTART\n', []),
        (b'{"log":"{\\"log\\":\\"feedback\\"}\\n","stream":"stdout"}\n', []),
    ],
    ids=["behind", "between", "cut short", "no UTF-8", "too deep", "none", "Docker's own"],
)
def test_rows_are_told_from_what_a_keeper_of_logs_puts_around_them(
    printed: bytes, rows: list[bytes]
) -> None:
    assert list(log_replay.rows_in(printed.splitlines(keepends=True))) == rows


def assessment(clinic: str) -> dict[str, Any]:
    return {
        "assessment_id": str(uuid4()),
        "clinic": clinic,
        "asked_by": f"key of {clinic}",
        "created_at": "2026-11-29T20:00:00.123456+00:00",
        "request": {"age_years": 34.5, "evidence": [{"code": "fever", "state": "present"}]},
        "answer": {"answers": [{"probabilities": {"dengue": 1e-6, "ñ": 0.25}}], "red_flags": []},
    }


def feedback(of: dict[str, Any]) -> dict[str, Any]:
    return {
        "feedback_id": str(uuid4()),
        "assessment_id": of["assessment_id"],
        "clinic": of["clinic"],
        "asked_by": None,
        "created_at": "2026-11-29T20:01:00+00:00",
        "problem": "arbovirus",
        "verdict": "overridden",
        "answer_code": "dengue",
        "reason": "other_evidence",
    }


def kept(settings: Settings, log: str, key: str, ids: list[str]) -> list[dict[str, Any]]:
    """These rows as the database has them, in the order in which they were sealed."""
    with connect("semia_owner", settings) as owner:
        found = owner.cursor(row_factory=dict_row).execute(
            f"select t.* from serving.{log} as t"  # type: ignore[arg-type]
            f" join serving.audit_chain as c on c.row_id = t.{key} and c.log = '{log}'"
            " where c.row_id = any(%s::uuid[]) order by c.link_no",
            [ids],
        )
        rows = [dict(row) for row in found]
    for row in rows:
        row |= {name: str(row[name]) for name in row if name.endswith("_id")}
        row["created_at"] = row["created_at"].isoformat()
    return rows


@pytest.mark.parametrize("at_once", [1_000, 2], ids=["together", "two by two"])
def test_rows_arrive_as_they_were_written(
    database: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(log_replay, "_AT_ONCE", at_once)
    schema.prepare(database)
    asked = [assessment(clinic) for clinic in ("north", "south", "south", "north")]
    said = feedback(asked[1])
    spool = Spool(tmp_path)
    for log, row in [*(("assessments", row) for row in asked), ("feedback", said)]:
        spool.append(_line(log, row))
    # The same row once more, as after a kill.
    spool.append(_line("assessments", asked[0]))
    spool.finish()
    assert log_replay.carry(spool, database) == 6
    assert spool.waiting() == []
    ids = [row["assessment_id"] for row in asked]
    assert kept(database, "assessments", "assessment_id", ids) == asked
    assert kept(database, "feedback", "feedback_id", [said["feedback_id"]]) == [said]
    assert audit.verify(database).faults == ()


def edited(line: bytes) -> list[bytes]:
    """What may become of a line on disk: cut, joined to another, a value that fits nowhere."""
    return [
        line[:-20],
        line[: len(line) // 2] + line,
        b"[]",
        b'"text"',
        b"null",
        b'{"log": "assessments", "row": {}}',
        b'{"log": "nothing", "row": {"clinic": "north"}}',
        b'{"log": "assessments", "row": {"clinic": {}}}',
        *(line.replace(b'"north"', clinic, 1) for clinic in (b"null", b"true", b"[]", b"{}")),
        line.replace(b'"north"', b'"Not a clinic"', 1),
        line.replace(b'"2026-11-29', b'"yesterday', 1),
        line.replace(b'"fever"', b'"\\u0000"', 1),
        b"\xff\xfe",
    ]


def test_a_line_that_nothing_can_be_made_of_keeps_no_other_waiting(
    database: Settings, tmp_path: Path
) -> None:
    schema.prepare(database)
    spool = Spool(tmp_path)
    before, after, later = (assessment("north") for _ in range(3))
    bad = edited(_line("assessments", assessment("north")))
    for line in [_line("assessments", before), *bad, _line("assessments", after)]:
        spool.append(line)
    spool.finish()
    spool.append(_line("assessments", later))
    spool.finish()
    assert log_replay.carry(spool, database) == 3
    assert spool.waiting() == []
    ids = [row["assessment_id"] for row in (before, after, later)]
    assert kept(database, "assessments", "assessment_id", ids) == [before, after, later]
    (aside,) = spool.left_aside()
    assert aside.read_bytes().split(b"\n")[:-1] == bad
    assert aside.stat().st_mode & 0o777 == 0o600
    assert audit.verify(database).faults == ()


def test_a_line_changed_after_it_was_brought_changes_nothing(
    database: Settings, tmp_path: Path
) -> None:
    schema.prepare(database)
    spool, row = Spool(tmp_path), assessment("north")
    for told in (row, row | {"answer": {"answers": [], "red_flags": ["forged"]}}):
        spool.append(_line("assessments", told))
        spool.finish()
        log_replay.carry(spool, database)
    assert kept(database, "assessments", "assessment_id", [row["assessment_id"]]) == [row]


@pytest.mark.parametrize(
    ("away", "back"),
    [
        (
            "alter table serving.assessments rename column asked_by to old",
            "alter table serving.assessments rename column old to asked_by",
        ),
        ("alter schema serving rename to older", "alter schema older rename to serving"),
        (
            "revoke insert on serving.assessments from semia_api",
            "grant insert on serving.assessments to semia_api",
        ),
    ],
    ids=["a column", "the schema", "a right"],
)
def test_a_database_that_is_not_ready_for_the_log_yet_is_waited_for(
    database: Settings, tmp_path: Path, away: str, back: str
) -> None:
    """As one of another version, before `semia up` has made what is missing."""
    schema.prepare(database)
    spool, row = Spool(tmp_path), assessment("north")
    spool.append(_line("assessments", row))
    spool.finish()
    with connect("semia_owner", database, autocommit=True) as owner:
        owner.execute(away.encode())
        try:
            with pytest.raises(SemiaError):
                log_replay.carry(spool, database)
        finally:
            owner.execute(back.encode())
    assert (len(spool.waiting()), spool.left_aside()) == (1, [])
    assert log_replay.carry(spool, database) == 1
    assert kept(database, "assessments", "assessment_id", [row["assessment_id"]]) == [row]
