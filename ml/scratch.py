"""A warehouse for one use: its own database, made in a temporary folder and gone afterwards."""

import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from warehouse.postgres import schema, server
from warehouse.progress import Progress
from warehouse.server_state import HOST
from warehouse.settings import Settings

_TERMINATED = 128 + signal.SIGTERM


@contextmanager
def scratch_warehouse(settings: Settings, progress: Progress) -> Iterator[Settings]:
    """Settings of an empty warehouse with roles and schemas; server and folder go at the end.

    The person's own database is never asked, not even one named by SEMIA_DATABASE_URL. A
    termination signal ends the block like Ctrl-C does, so that nothing outlives it.
    """
    home = Path(tempfile.mkdtemp(prefix="semia-scratch-"))
    # The database's own user must be able to pass through when root runs this.
    home.chmod(0o711)
    own = settings.model_copy(
        update={"home": home, "data_dir": None, "database_url": None, "pg_host": HOST}
    )
    with _ended_by_signals():
        try:
            server.ensure_running(own, progress)
            schema.prepare(own)
            yield own
        finally:
            server.remove(own)
            shutil.rmtree(home, ignore_errors=True)


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Turn SIGTERM into an exit that runs what must be run; only the main thread may."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _end(_number: int, _frame: FrameType | None) -> None:
    sys.exit(_TERMINATED)
