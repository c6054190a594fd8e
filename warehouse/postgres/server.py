"""The embedded PostgreSQL: started when needed, only on the loopback, on a port of its own."""

import shutil
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from psycopg import sql

from warehouse.connection import connect, parameters
from warehouse.errors import DatabaseAway, DatabaseRefused, DiskFull, SemiaError, WrongSetting
from warehouse.postgres.access import admit, require_tls
from warehouse.postgres.account import Account, server_account
from warehouse.postgres.cluster import Cluster
from warehouse.postgres.place import only_one, settle
from warehouse.postgres.process import read_lock, server_of
from warehouse.postgres.programs import find_programs, make_reachable
from warehouse.progress import Progress, Silent
from warehouse.server_state import (
    DATABASE,
    HOST,
    Identity,
    authority_file,
    damaged,
    data_folder,
    log_file,
    new_identity,
    read_identity,
    state_folder,
    unusable,
    write_identity,
)
from warehouse.settings import Settings

if TYPE_CHECKING:
    from warehouse.postgres.certificates import Issued

_PATIENCE_SECONDS = 60.0
_PAUSE_SECONDS = 0.3
_TOO_LITTLE_BYTES = 2**24
_DISK_FULL = "No space left on device"


@dataclass(frozen=True)
class Server:
    """A PostgreSQL to work with; `folder` holds the embedded one's state, None for any other."""

    host: str
    port: int
    folder: Path | None
    is_running: bool


def ensure_running(settings: Settings, progress: Progress = Silent()) -> Server:
    """Start the embedded server unless it answers or SEMIA_DATABASE_URL names another.

    Raises `DatabaseAway` when it will not start, `DiskFull` when there is no room for it.
    """
    if settings.database_url is not None:
        connect("semia_owner", settings).close()
        return status(settings)
    found = status(settings)
    if found.is_running:
        return found
    with only_one(settings):
        # Another process may have started it while this one waited for the lock.
        found = status(settings)
        return found if found.is_running else _started(settings, progress)


def certify(settings: Settings, names: Sequence[str], progress: Progress = Silent()) -> "Issued":
    """Make or renew the embedded server's certificate, for the loopback and `names`.

    From then on every connection is encrypted; a running server is started again for it. Raises
    `WrongSetting` where the server is somebody else's, or its programs cannot speak TLS.
    """
    if settings.database_url is not None:
        raise WrongSetting(
            "Certificates are for the embedded server; this one is somebody else's",
            where="SEMIA_DATABASE_URL",
            next_step="ask who looks after that server for its authority's certificate, and name "
            "it there as sslrootcert",
        )
    folder = state_folder(settings)
    require_tls(find_programs(settings, data_folder(folder)))
    # Stopped first: clients follow the files, and would no longer reach the server as it was.
    was_running = stop(settings)
    # Only here, because cryptography takes every other command a fifth of a second to import.
    from warehouse.postgres.certificates import issue

    issued = issue(authority_file(settings), names)
    if was_running:
        ensure_running(settings, progress)
    return issued


def stop(settings: Settings) -> bool:
    """Stop the embedded server; False if it was not running or is not the embedded one."""
    folder = state_folder(settings)
    if settings.database_url is not None or not read_lock(data_folder(folder)):
        return False
    with only_one(settings):
        return _cluster(settings, folder, server_account(data_folder(folder))).stop()


def remove(settings: Settings) -> None:
    """Stop the embedded server and delete its data, wherever they lie: a warehouse for one use.

    Where root made the home and nobody else may enter it they lie outside, and would outlast it.
    """
    stop(settings)
    shutil.rmtree(state_folder(settings), ignore_errors=True)


def status(settings: Settings) -> Server:
    """Where the server is and whether it answers."""
    if settings.database_url is not None:
        where = parameters("semia_owner", settings)
        return Server(where.host, where.port, None, _answers(settings))
    folder = state_folder(settings)
    identity = read_identity(folder)
    port = identity.port if identity else 0
    return Server(HOST, port, folder, identity is not None and _answers(settings))


def ran_out_of_room(settings: Settings) -> bool:
    """Whether the embedded server last complained of a full disk: it goes down when its log of
    changes cannot grow, and to its clients that looks like any other crash.
    """
    if settings.database_url is not None:
        return False
    log = log_file(state_folder(settings))
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    return any(_DISK_FULL in line for line in lines[-50:])


def _started(settings: Settings, progress: Progress) -> Server:
    try:
        return _start(settings, progress)
    except OSError as error:
        raise unusable(error, state_folder(settings)) from error


def _start(settings: Settings, progress: Progress) -> Server:
    folder, account = settle(settings, progress)
    cluster = _cluster(settings, folder, account)
    identity = read_identity(folder)
    if not cluster.data.exists():
        progress.note("Making a new database")
        identity = new_identity(free_port())
        write_identity(folder, identity)
        cluster.make(identity.passwords["semia_owner"])
    if identity is None:
        raise damaged(folder)
    port = _start_patiently(settings, cluster, identity)
    _make_database(settings)
    progress.note(f"PostgreSQL {cluster.programs.major} answers on {HOST}:{port}")
    return Server(HOST, port, folder, is_running=True)


def _cluster(settings: Settings, folder: Path, account: Account) -> Cluster:
    programs = find_programs(settings, data_folder(folder))
    return Cluster(make_reachable(programs, account, folder), account, folder)


def _start_patiently(settings: Settings, cluster: Cluster, identity: Identity) -> int:
    """Start, again and again while a killed server's remains go away; the port it took."""
    deadline, port = time.monotonic() + _PATIENCE_SECONDS, identity.port
    how = admit(settings, cluster)
    complaint = "a server holds the data and does not answer; it may be repairing them"
    while True:
        if server_of(cluster.data) is None:
            cluster.clear_stale_lock()
            port = _keep_port(cluster, identity)
            complaint = cluster.start(port, how)
        if not complaint or _answers(settings):
            return port
        if time.monotonic() > deadline or _DISK_FULL in complaint:
            raise _will_not_start(cluster, complaint)
        time.sleep(_PAUSE_SECONDS)


def _keep_port(cluster: Cluster, identity: Identity) -> int:
    """The port of last time, or a new one, remembered, if somebody else has taken it."""
    if _is_free(identity.port):
        return identity.port
    port = free_port()
    write_identity(cluster.folder, Identity(port, identity.passwords))
    return port


def _will_not_start(cluster: Cluster, complaint: str) -> SemiaError:
    if _DISK_FULL in complaint or shutil.disk_usage(cluster.folder).free < _TOO_LITTLE_BYTES:
        return DiskFull(
            "No room left for the database to start",
            where=str(cluster.folder),
            next_step="free some space, then run semia up again",
        )
    return DatabaseAway(
        f"The embedded database does not start: {complaint}",
        where=str(cluster.log),
        next_step="read that log, then run semia up again",
    )


def _make_database(settings: Settings) -> None:
    """Create our database on a running server that does not have it yet."""
    with connect("semia_owner", settings, dbname="postgres", autocommit=True) as connection:
        found = connection.execute("select from pg_database where datname = %s", [DATABASE])
        if found.rowcount == 0:
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(DATABASE)))


def _answers(settings: Settings) -> bool:
    """Whether the server takes our password: another program on the port would not."""
    kwargs = {} if settings.database_url else {"dbname": "postgres"}
    try:
        connect("semia_owner", settings, connect_timeout=2, **kwargs).close()
    except (DatabaseAway, DatabaseRefused):
        return False
    return True


def free_port() -> int:
    """A port of the loopback on which nobody listens."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True
