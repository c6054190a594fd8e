"""A server of a benchmark's own, in a temporary folder that goes away with it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from warehouse.postgres import schema, server
from warehouse.progress import Silent
from warehouse.settings import Settings, load_settings


@contextmanager
def own_server() -> Iterator[Settings]:
    """Settings of a server that runs, with roles and schemas and nothing else in it."""
    with tempfile.TemporaryDirectory(prefix="semia-bench-", ignore_cleanup_errors=True) as folder:
        settings = Settings(home=Path(folder), pg_bin=load_settings().pg_bin)
        server.ensure_running(settings, Silent())
        try:
            schema.prepare(settings)
            yield settings
        finally:
            server.remove(settings)
