"""One side of a comparison of feature stores.

    python -m benchmarks.feature_sides HOME WHO WORK ROWS

WHO is `ours`, `stock`, `bench_no_loops` (stock with `enable_nestloop = off`), `sql` (written by
hand), `plan` (what serves doctors) or `feast` (its reader through Feast). WORK is one of `_WORK`.
"""

import asyncio
import sys
import warnings
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from api.history.rows import DatabaseReader
from benchmarks.feature_tables import TTL, WIDEST, columns, key, open_store, references
from benchmarks.turns import answer
from ml.serving.serving_plan import ServedView, ServingPlan
from warehouse import connection
from warehouse.settings import Settings

if TYPE_CHECKING:
    import pandas as pd

Work = Callable[[], object]
# On which the year of the generated rows begins.
FIRST_DAY = datetime(2020, 1, 1, tzinfo=UTC)
_HISTORIES = {"wide": ("measured",), "long": ("observed",), "widest": WIDEST}


def history(settings: Settings, who: str, work: str, rows: int) -> Work:
    """Features of so many encounters as of their moments, to Arrow; `sql` leaves them there."""
    views = _HISTORIES[work]
    if who == "sql":
        return _history_by_hand(settings, views, rows, from_spine=work == "long")
    store = open_store(settings, who)
    asked = "select * from bench.spine" if work == "long" else _asked(rows)
    return lambda: store.get_historical_features(asked, references(views)).to_arrow()


def _asked(rows: int) -> "pd.DataFrame":
    import pandas as pd

    return pd.DataFrame(
        {
            "encounter_id": [key(number) for number in range(1, rows + 1)],
            "event_timestamp": pd.date_range("2021-01-01", periods=rows, freq="min", tz="UTC"),
        }
    )


def _history_by_hand(
    settings: Settings, views: tuple[str, ...], rows: int, *, from_spine: bool
) -> Work:
    """What the server takes to find every row and spell it for a client, who is not there."""
    kept = connection.connect("semia_owner", settings, autocommit=True)
    kept.execute("set jit = off")
    kept.execute(
        "create temporary table asked as select md5(i::text) as encounter_id, timestamptz"
        f" '2021-01-01' + (i - 1) * interval '1 min' as event_timestamp"
        f" from generate_series(1, {rows}) as i"
    )
    kept.execute("analyze asked")
    joins = " ".join(
        f"left join lateral (select {', '.join(columns(view))} from bench.{view} as f"
        " where f.encounter_id = asked.encounter_id and f.event_timestamp <= asked.event_timestamp"
        f" and f.event_timestamp >= asked.event_timestamp - interval '{TTL.days} days'"
        f" order by f.event_timestamp desc, f.created_at desc limit 1) as {view} on true"
        for view in views
    )
    relation = "bench.spine" if from_spine else "asked"
    query = f"select * from {relation} as asked {joins}"
    return lambda: kept.execute(f"copy ({query}) to '/dev/null' (format binary)".encode())


def online(settings: Settings, who: str, _work: str, rows: int) -> Work:
    """A read of so many keys; Feast's own store is given copies of these rows first."""
    names = [key(number) for number in range(1, rows + 1)]
    if who == "sql":
        return _bare(settings, names)
    store = open_store(settings, who)
    if who == "stock":
        store.write_to_online_store("measured", _copied(settings, names))
    keys = [{"encounter_id": name} for name in names]
    features = references(("measured",))
    return lambda: store.get_online_features(features, keys).to_dict()


def _copied(settings: Settings, names: list[str]) -> "pd.DataFrame":
    import pandas as pd

    with connection.connect("semia_owner", settings) as owner:
        cursor = owner.execute(
            "select * from bench.measured where encounter_id = any(%s)", (names,)
        )
        assert cursor.description is not None
        return pd.DataFrame(cursor.fetchall(), columns=[one.name for one in cursor.description])


def _bare(settings: Settings, names: list[str]) -> Work:
    """A prepared SELECT on a connection kept for it: the least there can be."""
    kept = connection.connect("semia_owner", settings, autocommit=True)
    one = len(names) == 1
    query = (
        f"select encounter_id, event_timestamp, {', '.join(columns('measured'))}"
        f" from bench.measured where encounter_id = {'$1' if one else 'any($1)'}"
    ).encode()

    def bare() -> object:
        cursor = psycopg.RawCursor(kept)
        cursor.format = psycopg.pq.Format.BINARY
        return cursor.execute(query, [names[0] if one else names], prepare=True).fetchall()

    return bare


def served(settings: Settings, who: str, _work: str, _rows: int) -> Work:
    """A patient's row as the service reads it: by the serving plan, or through Feast."""
    names = columns("measured")
    view = ServedView(
        name="measured", relation=("bench", "measured"), event_time="event_timestamp",
        created="created_at", ttl_seconds=TTL.total_seconds(),
        columns={name: name for name in names},
    )  # fmt: skip
    plan = ServingPlan(service="bench", key="encounter_id", views=(view,))
    reader: Any = DatabaseReader(settings)
    if who == "feast":
        from semia.feast_reader import FeastReader

        reader = FeastReader(open_store(settings, "ours"))
    # As the service has one: it stays, and the connections that are kept belong to it.
    loop = asyncio.new_event_loop()
    return lambda: loop.run_until_complete(reader.read(plan, key(1)))


def servable(settings: Settings, who: str, _work: str, _rows: int) -> Work:
    """Whatever has to be done after dbt before the rows of `measured` can be read online.

    Feast's own way takes minutes: it is given the fifth of the year that the rows are of.
    """
    store = open_store(settings, who)
    until = datetime.now(UTC) if who == "ours" else FIRST_DAY + timedelta(days=73)
    return lambda: store.materialize(FIRST_DAY, until, ["measured"])


_WORK: dict[str, Callable[[Settings, str, str, int], Work]] = {
    **dict.fromkeys(_HISTORIES, history), "online": online, "served": served, "servable": servable,
}  # fmt: skip


def main(home: str, who: str, work: str, rows: str) -> None:
    """Be that side until the input ends."""
    warnings.simplefilter("ignore")
    answer(_WORK[work](Settings(home=Path(home)), who, work, int(rows)))


if __name__ == "__main__":
    main(*sys.argv[1:])
