"""Run dbt against the warehouse: raw rows in, tested features out.

dbt runs as a program of its own beside our interpreter, so nothing of it is imported here. What
it reaches, and where it writes, is given by the environment of `profile_environment` alone.
"""

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from warehouse.building.build_lock import BuildLock, only_build
from warehouse.building.dbt_failure import failure_of
from warehouse.connection import connect, parameters
from warehouse.errors import BuildFailed, DiskFull
from warehouse.progress import Progress, Silent
from warehouse.settings import Settings

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"

# Compiling a feature view of 240 columns to machine code takes longer than running it: the whole
# build took 60 s with jit and 29 s without.
_OPTIONS = "-c jit=off -c work_mem=64MB"
# What dbt says we read as JSON. Its log people read: words, which also cost it less to write.
_TOLD = (
    "--log-format", "json", "--log-format-file", "debug", "--no-use-colors", "--no-use-colors-file"
)  # fmt: skip
_PROJECT_SUFFIXES = {".sql", ".yml", ".csv", ".md"}
_LIBPQ_NAMES = {"sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl", "connect_timeout"}
_RESULT_EVENTS = {
    "LogModelResult", "LogTestResult", "LogSeedResult", "LogSnapshotResult", "LogNodeResult"
}  # fmt: skip
_SKIPPED_EVENTS = {"SkippingDetails", "LogSkipBecauseError"}


@dataclass(frozen=True)
class DbtResult:
    """What a run of dbt did: how many seeds, models and tests passed, in how many seconds."""

    nodes: int
    seconds: float


@dataclass
class _Heard:
    """What dbt said while it ran that matters afterwards."""

    nodes: int = 0
    errors: list[str] = field(default_factory=list)
    # Each node that failed, and with which message.
    failed: list[tuple[str, str]] = field(default_factory=list)


def build(
    settings: Settings,
    progress: Progress | None = None,
    select: str | None = None,
    then: Callable[[], None] | None = None,
) -> DbtResult:
    """Build and test every model, or those `select` names in dbt's own syntax, each fully rebuilt.

    When that went well `then` is called, before anybody else may build.
    Raises `BuildFailed` naming the first model or test that failed, `DatabaseAway` if no
    database answers, `DiskFull` if it ran out of room.
    """
    chosen = ["--select", select] if select else []
    return run_dbt(["build", "--full-refresh", *chosen], settings, progress, then)


def run_dbt(
    arguments: Sequence[str],
    settings: Settings,
    progress: Progress | None = None,
    then: Callable[[], None] | None = None,
) -> DbtResult:
    """Run `dbt <arguments>` and wait for it, `then` as `build` says; raises what that raises."""
    connect("semia_dbt", settings).close()
    began = time.monotonic()
    heard, progress = _Heard(), progress or Silent()
    with only_build(settings, progress) as lock:
        _forget_another_project(settings, project_digest(settings))
        status = _listen(arguments, settings, progress, heard, lock)
        if status == 0 and then:
            then()
    if status != 0:
        failure = failure_of(target_folder(settings), heard.errors, heard.failed)
        if not isinstance(failure, DiskFull):
            # No model is to blame for a database that went away: this says so instead.
            connect("semia_dbt", settings).close()
        raise failure
    return DbtResult(heard.nodes, round(time.monotonic() - began, 2))


def profile_environment(settings: Settings) -> dict[str, str]:
    """The variables with which a plain `dbt` reaches the warehouse; they hold the password."""
    server = parameters("semia_dbt", settings)
    target = target_folder(settings)
    return {
        "SEMIA_DBT_HOST": server.host,
        "SEMIA_DBT_PORT": str(server.port),
        "SEMIA_DBT_USER": server.user,
        "SEMIA_DBT_PASSWORD": server.password,
        "SEMIA_DBT_DBNAME": server.dbname,
        "SEMIA_DBT_ROLE": "semia_dbt",
        "SEMIA_DBT_K_ANONYMITY": str(settings.k_anonymity),
        "DBT_PROJECT_DIR": str(PROJECT),
        "DBT_PROFILES_DIR": str(PROJECT),
        "DBT_TARGET_PATH": str(target),
        "DBT_LOG_PATH": str(target / "logs"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
        "PGOPTIONS": f"{server.options} {_OPTIONS}".strip(),
        **{
            f"PG{name.upper()}": value
            for name, value in server.extras.items()
            if name in _LIBPQ_NAMES
        },
    }


def target_folder(settings: Settings) -> Path:
    """Where dbt writes manifest.json, the compiled SQL and its logs."""
    return settings.home.resolve() / "dbt"


def fingerprint(settings: Settings) -> str:
    """A hash of the dbt project, of k, and of what is landed: equal means nothing to build."""
    digest = hashlib.sha256(project_digest(settings).encode())
    for row in landed(settings):
        digest.update(repr(row).encode())
    return digest.hexdigest()


def project_digest(settings: Settings) -> str:
    """A hash of the dbt project and of k."""
    digest = hashlib.sha256()
    for path in sorted(PROJECT.rglob("*")):
        if path.suffix in _PROJECT_SUFFIXES and path.is_file():
            digest.update(path.relative_to(PROJECT).as_posix().encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    digest.update(f"k={settings.k_anonymity}".encode())
    return digest.hexdigest()


def landed_tables(settings: Settings) -> set[str]:
    """The raw tables that hold a landed file; `DatabaseAway` if no database answers."""
    return {row[0] for row in landed(settings)}


def landed(settings: Settings) -> list[tuple[Any, ...]]:
    """What each raw table holds: its name, origin, file, the file's hash, when it landed."""
    with connect("semia_dbt", settings) as connection:
        if connection.execute("select to_regclass('raw._loads')").fetchone() == (None,):
            return []
        # The time tells a database made anew from the one that was built before.
        return connection.execute(
            """
            select distinct on (table_name, origin, file)
                table_name, origin, file, file_sha256, cast(finished_at as text)
            from raw._loads
            where status <> 'failed'
            order by table_name, origin, file, load_id desc
            """
        ).fetchall()


def _forget_another_project(settings: Settings, digest: str) -> None:
    """Make dbt parse the whole project again if it differs from the one parsed last.

    dbt 1.11 reads again what was edited alone, and then loses each snapshot whose test was: it
    refuses the project, and goes on doing so.
    """
    folder = target_folder(settings)
    read = folder / "project.sha256"
    if not read.exists() or read.read_text("utf-8") != digest:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "partial_parse.msgpack").unlink(missing_ok=True)
        read.write_text(digest, "utf-8")


def _listen(
    arguments: Sequence[str],
    settings: Settings,
    progress: Progress,
    heard: _Heard,
    lock: BuildLock,
) -> int:
    """Run dbt, report each finished node to `progress`, and return dbt's exit status."""
    target_folder(settings).mkdir(parents=True, exist_ok=True)
    command = [str(_program()), *_TOLD, *arguments]
    with subprocess.Popen(
        command,
        cwd=PROJECT,
        env={**os.environ, **profile_environment(settings)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        errors="replace",
        # dbt holds the lock as well: it goes on if we are killed.
        pass_fds=[lock.socket],
    ) as process:
        try:
            lock.name_holder(process.pid)
            for event in _events(process.stdout or ()):
                _note(event, arguments[0], progress, heard)
        except BaseException:
            process.terminate()
            raise
    return process.returncode


def _program() -> Path:
    program = Path(sys.executable).parent / "dbt"
    if not program.exists():
        raise BuildFailed("dbt is not installed", where=str(program), next_step="run make setup")
    return program


def _events(lines: Iterator[str] | Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401
    for line in lines:
        try:
            event = json.loads(line)
        except ValueError:
            # Not dbt but Python speaking, before dbt could set up its log.
            event = {"info": {"name": "", "level": "error", "msg": line.strip()}, "data": {}}
        if isinstance(event, dict) and "info" in event:
            yield event


def _note(event: dict[str, Any], text: str, progress: Progress, heard: _Heard) -> None:
    info, data = event["info"], event.get("data", {})
    name = info.get("name", "")
    if name == "LogStartLine" and data.get("index") == 1:
        progress.start(f"dbt {text}", data.get("total"))
    if name in _RESULT_EVENTS | _SKIPPED_EVENTS:
        progress.advance()
        heard.nodes += name in _RESULT_EVENTS
    if info.get("level") == "error" and info.get("msg"):
        heard.errors.append(str(info["msg"]))
    if name == "RunResultError":
        heard.failed.append((data["node_info"]["unique_id"], str(data["msg"])))
