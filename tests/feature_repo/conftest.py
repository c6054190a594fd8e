"""A schema to experiment in, and stores on it: ours and Feast's own."""

import feature_repo  # noqa: F401, I001 - before Feast, whose import it puts right

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from feast import FeatureStore
from feast.feast_object import FeastObject

from tests.feature_repo.laboratory import OURS, SCHEMA, Table, make_tables, open_laboratory
from warehouse import connection
from warehouse.settings import Settings

OpenStore = Callable[..., FeatureStore]


@pytest.fixture(scope="session")
def server_fields(database: Settings) -> dict[str, Any]:
    """The running server, in the words of Feast's PostgreSQL configuration."""
    where = connection.parameters("semia_owner", database)
    return {
        "host": where.host,
        "port": where.port,
        "database": where.dbname,
        "db_schema": SCHEMA,
        "user": where.user,
        "password": where.password,
        "sslmode": "prefer",
    }


@pytest.fixture(scope="session")
def bench(database: Settings) -> Iterator[psycopg.Connection[Any]]:
    """A connection that may make tables in the laboratory, and clears it away in the end."""
    with connection.connect("semia_owner", database, autocommit=True) as owner:
        yield owner
        owner.execute(f"drop schema if exists {SCHEMA} cascade")


@pytest.fixture(scope="session")
def open_store(
    bench: psycopg.Connection[Any],
    server_fields: dict[str, Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[OpenStore]:
    """Make tables anew and open a store on them; with `kinds`, on tables that are there."""
    folder: Path = tmp_path_factory.mktemp("stores")
    numbers = count()
    opened: list[FeatureStore] = []

    def open_one(
        *tables: Table,
        kinds: dict[str, str] = OURS,
        afresh: bool = True,
        more: Sequence[FeastObject] = (),
    ) -> FeatureStore:
        if afresh:
            make_tables(bench, tables)
        store = open_laboratory(kinds, server_fields, folder / str(next(numbers)), tables, more)
        opened.append(store)
        return store

    yield open_one
    for store in opened:
        store._get_provider().online_store.teardown(store.config, [], [])
