"""Clients that go on reading online while the database is stopped and started again."""

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import psycopg

from benchmarks.feature_tables import key, open_store, references
from warehouse import connection
from warehouse.postgres import server
from warehouse.progress import Silent
from warehouse.settings import Settings

CLIENTS = 16
# How long it stays down; a restart for an update takes about as long.
DOWN_SECONDS = 2.0


@dataclass(frozen=True)
class Read:
    """One read of one client: when it began, when it ended, and whether it was answered."""

    began: float
    ended: float
    answered: bool


@dataclass(frozen=True)
class Restart:
    """What the clients saw, and the connections there were before and long after."""

    reads: int
    failed: int
    failed_while_up: int
    recovery: float
    connections: int
    allowed: int


def restart_under_load(settings: Settings, seconds: float) -> Restart:
    """Read with every client for so long, with the server away in the middle."""
    # The pool tells of every attempt to reach the server.
    logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)
    store = open_store(settings, "ours")
    features = references(("measured",))
    until = time.monotonic() + seconds

    def client(number: int) -> list[Read]:
        found = []
        while (began := time.monotonic()) < until:
            answered = True
            try:
                store.get_online_features(features, [{"encounter_id": key(number)}]).to_dict()
            except (psycopg.Error, OSError):
                answered = False
                time.sleep(0.01)
            found.append(Read(began, time.monotonic(), answered))
        return found

    with ThreadPoolExecutor(CLIENTS) as pool:
        clients = [pool.submit(client, number) for number in range(1, CLIENTS + 1)]
        time.sleep(seconds / 2)
        down = time.monotonic()
        server.stop(settings)
        time.sleep(DOWN_SECONDS)
        server.ensure_running(settings, Silent())
        up = time.monotonic()
        reads = [one.result() for one in clients]
    return _seen(settings, store, reads, down, up)


def _seen(
    settings: Settings,
    store: Any,  # noqa: ANN401 - Feast is imported by who opens a store
    reads: list[list[Read]],
    down: float,
    up: float,
) -> Restart:
    failed = [one for some in reads for one in some if not one.answered]
    # From the first moment at which the server answers us to every client's next answer.
    back = [min(one.ended for one in some if one.answered and one.ended > up) for some in reads]
    with connection.connect("semia_owner", settings) as owner:
        row = owner.execute(
            "select count(*) from pg_stat_activity where backend_type = 'client backend'"
            " and pid <> pg_backend_pid() and datname = current_database()"
        ).fetchone()
    return Restart(
        reads=sum(map(len, reads)),
        failed=len(failed),
        failed_while_up=sum(one.began > up or one.ended < down for one in failed),
        recovery=max(back) - up,
        connections=row[0] if row else 0,
        allowed=store.config.online_store.max_conn,
    )
