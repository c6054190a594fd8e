"""What the in-database feature stores gain over Feast's own PostgreSQL stores, on one machine.

A server of its own is started in a temporary folder and filled with generated encounters. Each
measurement runs in a process of its own, so its peak memory is its own; times are the best of
three, warm, after one run that is not counted. One JSON object a line goes to stdout.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from statistics import median
from typing import TYPE_CHECKING, Any

from one_row import NARROW, one_row

from warehouse import connection
from warehouse.postgres import schema, server
from warehouse.progress import Silent
from warehouse.settings import Settings

if TYPE_CHECKING:
    from feast import FeatureStore

OURS = "feature_repo.in_database"
# The shape of the widest problem: vitals, two wide tables of signs, and two columns of all.
VIEWS = {"demographics": 2, "vitals": 14, "signs": 200, "antecedents": 56}
ENCOUNTERS = 100_000
BARE = "bare prepared SELECT"
NO_LOOPS = "stock Feast, enable_nestloop=off"


@dataclass(frozen=True)
class Claim:
    """Ours against a peer: which measurement, on how many rows, and the ratio to reach."""

    text: str
    measure: str
    rows: int
    peer_name: str
    to_reach: float


CLAIMS = (
    Claim("historical, 60 features, 10,000 rows", "narrow", 10_000, "stock Feast", 2),
    Claim("historical, 60 features, 100,000 rows", "narrow", 100_000, NO_LOOPS, 1.5),
    Claim("training set, 272 features of 4 views, 44,895 rows", "wide", 44_895, NO_LOOPS, 1.5),
    Claim("online, 1 key, 60 features, median", "online", 1, "stock Feast", 4),
    Claim("online, 50 keys, 60 features, median", "online", 50, "stock Feast", 20),
    Claim("online, 1 key, 60 features, median", "online", 1, BARE, 0.5),
    Claim("serving plan, 1 key, 60 features, median", "plan", 1, BARE, 1 / 1.5),
)


def fill(settings: Settings) -> None:
    """Make one feature table per view, a sign in ten known, indexed as dbt indexes them."""
    with connection.connect("semia_owner", settings, autocommit=True) as owner:
        owner.execute("create schema bench")
        owner.execute("grant usage on schema bench to semia_api")
        owner.execute(
            "alter default privileges in schema bench grant select on tables to semia_api"
        )
        for name, width in VIEWS.items():
            kind = "double precision" if width < NARROW - 4 else "smallint"
            value = "random() * 100" if kind != "smallint" else "(random() * 10)::int / 10"
            columns = ", ".join(f"{name}_{number} {kind}" for number in range(width))
            values = ", ".join(f"nullif({value}, 0)" for _ in range(width))
            owner.execute(
                f"create table bench.{name} (encounter_id text primary key, event_timestamp"
                f" timestamptz not null, created_at timestamptz not null, {columns})"
            )
            owner.execute(
                f"insert into bench.{name} select md5(i::text), seen, seen, {values}"
                f" from generate_series(1, {ENCOUNTERS}) as i, lateral (select timestamptz"
                " '2020-01-01' + mod(i * 7919, 365 * 86400) * interval '1 s' as seen) as t"
            )
            owner.execute(
                f"create index on bench.{name}"
                " (encounter_id, event_timestamp desc, created_at desc)"
            )
            owner.execute(f"vacuum analyze bench.{name}")


def open_store(settings: Settings, ours: bool) -> "FeatureStore":
    """A Feast store on the bench's tables: ours, or Feast's own."""
    from feast import Entity, FeatureStore, FeatureView, Field, RepoConfig, ValueType
    from feast.infra.offline_stores.contrib.postgres_offline_store.postgres_source import (
        PostgreSQLSource,
    )
    from feast.types import Float64, Int32, String

    where = connection.parameters("semia_owner", settings)
    fields = {
        "host": where.host, "port": where.port, "database": where.dbname, "user": where.user,
        "password": where.password, "db_schema": "bench", "sslmode": "prefer",
    }  # fmt: skip
    offline = f"{OURS}.offline.InDatabaseOfflineStore" if ours else "postgres"
    online = f"{OURS}.online.InDatabaseOnlineStore" if ours else "postgres"
    store = FeatureStore(
        config=RepoConfig(
            project="bench", provider="local",
            registry=str(settings.home / f"registry-{ours}.db"),
            offline_store={"type": offline, **fields}, online_store={"type": online, **fields},
            entity_key_serialization_version=3,
        )
    )  # fmt: skip
    encounter = Entity(name="encounter", join_keys=["encounter_id"], value_type=ValueType.STRING)
    views = [
        FeatureView(
            name=name,
            entities=[encounter],
            schema=[
                Field(name="encounter_id", dtype=String),
                *(
                    Field(name=f"{name}_{number}", dtype=Float64 if width < NARROW - 4 else Int32)
                    for number in range(width)
                ),
            ],
            source=PostgreSQLSource(
                name=name, table=f"bench.{name}", timestamp_field="event_timestamp",
                created_timestamp_column="created_at",
            ),
        )
        for name, width in VIEWS.items()
    ]  # fmt: skip
    store.apply([encounter, *views])
    return store


def references(measure: str) -> list[str]:
    """The features a measurement asks for."""
    if measure == "wide":
        return [f"{name}:{name}_{i}" for name, width in VIEWS.items() for i in range(width)]
    return [f"signs:signs_{number}" for number in range(NARROW)]


def historical(store: "FeatureStore", measure: str, rows: int) -> Callable[[], object]:
    """A retrieval for so many encounters that come as a DataFrame, to Arrow."""
    import hashlib

    import pandas as pd

    asked = pd.DataFrame(
        {
            "encounter_id": [
                hashlib.md5(str(i).encode(), usedforsecurity=False).hexdigest()
                for i in range(1, rows + 1)
            ],
            "event_timestamp": pd.date_range("2021-01-01", periods=rows, freq="min", tz="UTC"),
        }
    )
    return lambda: store.get_historical_features(asked, references(measure)).to_arrow()


def online(store: "FeatureStore", rows: int, materialise: bool) -> Callable[[], object]:
    """An online read of so many keys; Feast's own store is given copies of these rows first."""
    import hashlib

    import pandas as pd

    names = [
        hashlib.md5(str(i).encode(), usedforsecurity=False).hexdigest() for i in range(1, rows + 1)
    ]
    if materialise:
        home = Path(str(store.config.registry.path)).parent
        with connection.connect("semia_owner", Settings(home=home)) as owner:
            cursor = owner.execute(
                "select * from bench.signs where encounter_id = any(%s)", (names,)
            )
            assert cursor.description is not None
            frame = pd.DataFrame(
                cursor.fetchall(), columns=[one.name for one in cursor.description]
            )
        store.write_to_online_store("signs", frame)
    keys = [{"encounter_id": name} for name in names]
    features = references("narrow")
    return lambda: store.get_online_features(features, keys).to_dict()


def measure_here(settings: Settings, ours: bool, measure: str, rows: int) -> dict[str, float]:
    """Run one measurement in this process: seconds, and peak memory in MB."""
    if measure in ("plan", "bare"):
        return timed(one_row(settings, measure), repeats=2000, of=median)
    store = open_store(settings, ours)
    if measure == "online":
        work, repeats = online(store, rows, materialise=not ours), 300
    else:
        work, repeats = historical(store, measure, rows), 3
    return timed(work, repeats, median if measure == "online" else min)


def timed(
    work: Callable[[], object], repeats: int, of: Callable[[list[float]], float]
) -> dict[str, float]:
    """Seconds of a piece of work after one run that does not count, and peak memory in MB."""
    work()
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return {"seconds": of(times), "megabytes": getrusage(RUSAGE_SELF).ru_maxrss / 1024}


def measure_apart(home: Path, who: str, measure: str, rows: int) -> dict[str, float]:
    """The same in a process of its own."""
    command = [sys.executable, "-W", "ignore", __file__, "--home", str(home)]
    command += ["--one", who, measure, str(rows)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    result: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def report(home: Path, settings: Settings, claim: Claim) -> list[dict[str, Any]]:
    """The lines of one claim: time, and for history the peak memory of the asking process."""
    ours = measure_apart(home, "ours", claim.measure, claim.rows)
    if claim.peer_name == BARE:
        peer = measure_apart(home, "bare", "bare", claim.rows)
        return [line(claim, "", "ms", ours["seconds"] * 1e3, peer["seconds"] * 1e3, claim.to_reach)]
    loops = "off" if claim.peer_name == NO_LOOPS else "on"
    with connection.connect("semia_owner", settings, autocommit=True) as owner:
        owner.execute(f"alter database semia set enable_nestloop = {loops}")
        try:
            peer = measure_apart(home, "stock", claim.measure, claim.rows)
        finally:
            owner.execute("alter database semia reset enable_nestloop")
    lines = [line(claim, "", "ms", ours["seconds"] * 1e3, peer["seconds"] * 1e3, claim.to_reach)]
    if claim.measure != "online":
        memory = ours["megabytes"], peer["megabytes"]
        lines.append(line(claim, ", peak memory", "MB", *memory, to_reach=1))
    return lines


def line(
    claim: Claim, what: str, unit: str, ours: float, peer: float, to_reach: float
) -> dict[str, Any]:
    """One figure: how many times more the peer takes than ours."""
    return {
        "claim": claim.text + what,
        "ours": round(ours, 3),
        "peer": round(peer, 3),
        "peer_name": claim.peer_name,
        "unit": unit,
        "ratio": round(peer / ours, 2),
        "to_reach": to_reach,
        "holds": peer / ours >= to_reach,
    }


def main() -> None:
    """Measure every claim, or with --one a single side of one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="the only form there is")
    parser.add_argument("--only", default="", help="only claims that begin so")
    parser.add_argument("--home", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        who, measure, rows = arguments.one
        print(
            json.dumps(
                measure_here(Settings(home=arguments.home), who == "ours", measure, int(rows))
            )
        )
        return
    with tempfile.TemporaryDirectory(prefix="semia-bench-", ignore_cleanup_errors=True) as folder:
        settings = Settings(home=Path(folder))
        server.ensure_running(settings, Silent())
        try:
            schema.prepare(settings)
            fill(settings)
            for claim in (one for one in CLAIMS if one.text.startswith(arguments.only)):
                for figure in report(Path(folder), settings, claim):
                    print(json.dumps(figure), flush=True)
        finally:
            server.stop(settings)


if __name__ == "__main__":
    main()
