"""A backup back into a warehouse: in one transaction, which ends only if every row is there."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, cast

from psycopg import sql

from warehouse.building.build_lock import BuildLock, only_build
from warehouse.connection import connect, speaking_plainly
from warehouse.errors import BadBackup, WrongSetting
from warehouse.postgres import schema
from warehouse.progress import Progress, Silent
from warehouse.recovery.backup import failed
from warehouse.recovery.clients import Clients, find_clients
from warehouse.recovery.contents import SPELLING, Content, content_query, schemas_of, tables_of
from warehouse.recovery.manifest import BUNDLE, DUMP, Manifest, key_mark, read_manifest
from warehouse.settings import Settings

_MISMATCH = "differs from the backup"
# A line of pg_restore's list that makes a schema or gives a right to it.
_SCHEMA = re.compile(r"\d+; \d+ \d+ (SCHEMA - |ACL - SCHEMA )")


def restore(
    settings: Settings, folder: Path, *, replace: bool = False, progress: Progress = Silent()
) -> Manifest:
    """Make the warehouse hold what the backup in `folder` holds, and nothing else.

    Until the last row is in and counted, and after any failure, the warehouse holds what it held
    before. Raises `BadBackup` for a damaged backup, `WrongSetting` for a warehouse that holds
    rows unless `replace` is given.
    """
    manifest = read_manifest(folder)
    clients = find_clients(settings)
    with only_build(settings, progress) as lock:
        if not replace:
            _refuse_to_overwrite(settings)
        progress.start(f"Restore: {len(manifest.tables)} tables of {manifest.made_at}")
        _pour_back(clients, folder / DUMP, manifest, _old_schemas(settings), lock)
    # Rights are given anew: a role that is younger than the backup has none in it.
    schema.prepare(settings)
    _restore_bundle(settings, folder / BUNDLE, progress)
    if key_mark(settings) != manifest.key:
        progress.note(
            "the key for identifiers is not the one of this backup: until you put that one back "
            "(SEMIA_HASH_KEY or hash.key), patients landed from now on get other numbers"
        )
    return manifest


def _old_schemas(settings: Settings) -> list[str]:
    with connect("semia_owner", settings) as connection:
        return schemas_of(connection)


def _refuse_to_overwrite(settings: Settings) -> None:
    with (
        speaking_plainly("the warehouse to restore into"),
        connect("semia_owner", settings) as connection,
    ):
        for name, table in tables_of(connection, schemas_of(connection)):
            question = sql.SQL("select exists (select from {})")
            found = connection.execute(question.format(sql.Identifier(name, table))).fetchone()
            if found == (True,):
                raise WrongSetting(
                    "The warehouse is not empty, and restoring would replace all of it",
                    where=f"{name}.{table}",
                    next_step="run semia backup first if you need what it holds, then add "
                    "--replace",
                )


def _pour_back(
    clients: Clients, dump: Path, manifest: Manifest, old: list[str], lock: BuildLock
) -> None:
    """Feed psql one transaction: drop, what pg_restore says, and the proof."""
    command = clients.command("psql", "--no-psqlrc", "--quiet", "--file=-", "--set=ON_ERROR_STOP=1")
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(
            command,
            env=clients.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said,
            # It may outlive us: nothing is built while it works.
            pass_fds=[lock.socket],
        ) as psql,
    ):
        is_read = _feed(cast("IO[bytes]", psql.stdin), clients, dump, manifest, old)
        status = psql.wait()
        said.seek(0)
        words = said.read().decode(errors="replace")
    if status != 0:
        raise _why(words, dump)
    if not is_read:
        raise BadBackup(
            "The backup's dump cannot be read to its end",
            where=str(dump),
            next_step="choose another backup",
        )


def _feed(
    psql: IO[bytes], clients: Clients, dump: Path, manifest: Manifest, old: list[str]
) -> bool:
    """Write the script; False if the dump cannot be read to its end.

    Its last word is commit: a script cut off anywhere, and be it by our own death, is undone.
    """
    try:
        for line in _before(manifest.owner, old):
            psql.write(line)
        psql.flush()
        is_read = _speak(clients, dump, psql)
        for line in _after(manifest) if is_read else ():
            psql.write(line)
        psql.close()
    except BrokenPipeError:
        # psql has stopped at an error and says itself which.
        with suppress(BrokenPipeError):
            psql.close()
        return True
    return is_read


def _speak(clients: Clients, dump: Path, psql: IO[bytes]) -> bool:
    """Let pg_restore write the dump as SQL to psql: the schemas and the rights to them, the rest.

    Only a superuser may give a table to a role that may not create in its schema, and by itself
    pg_restore restores every right last.
    """
    listed = _pg_restore(clients, dump, subprocess.PIPE, "--list")
    if listed.returncode != 0:
        return False
    entries = listed.stdout.decode().splitlines(keepends=True)
    schemas = [entry for entry in entries if _SCHEMA.match(entry)]
    rest = [entry for entry in entries if not _SCHEMA.match(entry)]
    return all(_speak_of(chosen, clients, dump, psql) for chosen in (schemas, rest))


def _speak_of(entries: list[str], clients: Clients, dump: Path, psql: IO[bytes]) -> bool:
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".list") as chosen:
        chosen.writelines(entries)
        chosen.flush()
        return _pg_restore(clients, dump, psql, f"--use-list={chosen.name}").returncode == 0


def _pg_restore(
    clients: Clients, dump: Path, output: IO[bytes] | int, *options: str
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [str(clients.folder / "pg_restore"), "--file=-", *options, str(dump)],
        env=clients.environment,
        stdout=output,
        stderr=subprocess.DEVNULL,
        check=False,
    )


def _before(owner: str, old: list[str]) -> Iterator[bytes]:
    yield b"set client_min_messages = warning; begin;\n"
    # Some tables belong to whoever owned the other warehouse, a name unknown here perhaps.
    stand_in = sql.SQL("do {};\n").format(
        sql.Literal(
            sql.SQL(
                "begin if not exists (select from pg_catalog.pg_roles where rolname = {0}) then "
                "create role {1}; grant {1} to current_user; end if; end"
            )
            .format(sql.Literal(owner), sql.Identifier(owner))
            .as_string()
        )
    )
    yield stand_in.as_bytes()
    for name in old:
        yield sql.SQL("drop schema {} cascade;\n").format(sql.Identifier(name)).as_bytes()


def _after(manifest: Manifest) -> Iterator[bytes]:
    """Statements that fail unless every table holds what the backup's first page says."""
    yield f"{SPELLING};\n".encode()
    for name, content in manifest.tables.items():
        yield _proof(name, content).as_bytes()
    yield b"commit;\n"


def _proof(name: str, content: Content) -> sql.Composed:
    block = sql.SQL(
        "begin if not exists (select from ({}) as found (n, digest) where n = {} and digest = {}) "
        "then raise exception '% " + _MISMATCH + "', {}; end if; end"
    ).format(
        content_query(*name.split(".", 1)),
        sql.Literal(content.rows),
        sql.Literal(content.digest),
        sql.Literal(name),
    )
    return sql.SQL("do {};\n").format(sql.Literal(block.as_string()))


def _why(said: str, dump: Path) -> Exception:
    if _MISMATCH in said:
        first = next(line for line in said.splitlines() if _MISMATCH in line)
        return BadBackup(
            f"The restored rows are not those that were backed up: {first.partition('ERROR:')[2]}",
            where=str(dump),
            next_step="the warehouse is unchanged; choose another backup",
        )
    return failed(said, dump)


def _restore_bundle(settings: Settings, kept: Path, progress: Progress) -> None:
    """Put the backup's bundle where it is served from, the old one going only afterwards."""
    if not kept.is_dir():
        return
    target = settings.bundle_dir
    draft, old = target.with_name(f"{target.name}.new"), target.with_name(f"{target.name}.old")
    for leftover in (draft, old):
        shutil.rmtree(leftover, ignore_errors=True)
    shutil.copytree(kept, draft)
    if target.exists():
        target.rename(old)
    draft.rename(target)
    shutil.rmtree(old, ignore_errors=True)
    progress.note(f"the bundle of that time is back in {target}")
