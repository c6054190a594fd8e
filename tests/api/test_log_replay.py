"""What is carried to the database is what stands on disk: every column of every clinic, in turn."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from psycopg.rows import dict_row

from api.log.entries import _line
from api.log.spool import Spool
from warehouse import audit
from warehouse.connection import connect
from warehouse.postgres import schema
from warehouse.settings import Settings

pytestmark = pytest.mark.database


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
    monkeypatch.setattr(carried, "_AT_ONCE", at_once)
    schema.prepare(database)
    asked = [assessment(clinic) for clinic in ("north", "south", "south", "north")]
    said = feedback(asked[1])
    spool = Spool(tmp_path)
    for log, row in [*(("assessments", row) for row in asked), ("feedback", said)]:
        spool.append(_line(log, row))
    # The same row once more, as after a kill.
    spool.append(_line("assessments", asked[0]))
    spool.finish()
    assert carried.carry(spool, database) == 6
    assert spool.waiting() == []
    ids = [row["assessment_id"] for row in asked]
    assert kept(database, "assessments", "assessment_id", ids) == asked
    assert kept(database, "feedback", "feedback_id", [said["feedback_id"]]) == [said]
    assert audit.verify(database).faults == ()
