"""A server of a benchmark's own, in a temporary folder that goes away with it."""

from collections.abc import Iterator
from contextlib import contextmanager

from ml.scratch import scratch_warehouse
from warehouse.progress import Silent
from warehouse.settings import Settings, load_settings


@contextmanager
def own_server() -> Iterator[Settings]:
    """Settings of a server that runs, with roles and schemas and nothing else in it."""
    with scratch_warehouse(Settings(pg_bin=load_settings().pg_bin), Silent()) as settings:
        yield settings
