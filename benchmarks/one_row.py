"""Reads of one key without Feast: as the service does it, and the least there can be."""

import hashlib
from collections.abc import Callable

import psycopg

from api.patient import DatabaseReader
from ml.serving_plan import ServedView, ServingPlan
from warehouse import connection
from warehouse.settings import Settings

NARROW = 60


def one_row(settings: Settings, measure: str) -> Callable[[], object]:
    """A read of one key without Feast: as the service does it, or the least there can be."""
    key = hashlib.md5(b"1", usedforsecurity=False).hexdigest()
    columns = [f"signs_{number}" for number in range(NARROW)]
    if measure == "plan":
        view = ServedView(
            name="signs", relation=("bench", "signs"), event_time="event_timestamp",
            created="created_at", ttl_seconds=0, columns={name: name for name in columns},
        )  # fmt: skip
        plan = ServingPlan(service="bench", key="encounter_id", views=(view,))
        reader = DatabaseReader(settings)
        return lambda: reader.read(plan, key)
    kept = connection.connect("semia_owner", settings, autocommit=True)
    query = f"select event_timestamp, {', '.join(columns)} from bench.signs where encounter_id = $1"

    def bare() -> object:
        cursor = psycopg.RawCursor(kept)
        cursor.format = psycopg.pq.Format.BINARY
        return cursor.execute(query.encode(), [key], prepare=True).fetchall()

    return bare
