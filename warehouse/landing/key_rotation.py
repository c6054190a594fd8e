"""A new key for patient identifiers, under rows that have landed with the old one.

The new key is the old one with a line more. The rows' hashes are hashed on in one transaction,
which also notes which key they have now; the file of the key follows. A run that is cut off in
between is finished, or taken back, when the key is next used.
"""

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
from psycopg import sql

from warehouse.connection import connect, speaking_plainly
from warehouse.errors import WrongSetting
from warehouse.hash_key import fingerprint, hash_key, key_file, new_line, write_secret
from warehouse.landing.identifiers import hashed
from warehouse.landing.loads import Connection
from warehouse.progress import Progress, Silent
from warehouse.settings import Settings
from warehouse.sources.source import Source, Table

_LEDGER = "create table if not exists raw._hash_key (fingerprint text not null)"


def settled_key(connection: Connection, settings: Settings) -> bytes:
    """The key that the landed rows have, for the rows that are landed now.

    Raises `WrongSetting` when the key at hand is another: the same person would land as two.
    """
    connection.execute(_LEDGER)
    held = connection.execute("select fingerprint from raw._hash_key").fetchone()
    _finish(settings, held[0] if held else None)
    key = hash_key(settings)
    if held is None:
        connection.execute("insert into raw._hash_key values (%s)", [fingerprint(key)])
    elif held[0] != fingerprint(key):
        raise WrongSetting(
            "The key for patient identifiers is not the one that rows were landed with",
            where="SEMIA_HASH_KEY" if settings.hash_key else str(key_file(settings)),
            next_step="put the former key back; a new one is made by semia rotate-key",
        )
    return key


def rotate(sources: Iterable[Source], settings: Settings, progress: Progress = Silent()) -> int:
    """Add a line to the key and hash the landed identifiers on; returns how many there were.

    Persons stay linked and files need not be at hand. Whoever holds only the former key can no
    longer tell whose a hash is. Raises `WrongSetting` for a key that a setting gives, and what
    `settled_key` raises.
    """
    if settings.hash_key is not None:
        raise WrongSetting(
            "A key that is given by a setting cannot be rotated here",
            where="SEMIA_HASH_KEY",
            next_step=f"write it into {key_file(settings)}, unset SEMIA_HASH_KEY, and try again",
        )
    with speaking_plainly("schema raw"), connect("semia_ingest", settings) as connection:
        key, line = settled_key(connection, settings), new_line()
        _draft(settings).unlink(missing_ok=True)
        write_secret(_draft(settings), key + b"\n" + line)
        tables = [table for source in sources for table in source.tables if table.identifiers]
        progress.start("Hashing identifiers on", total=len(tables))
        count = 0
        for table in tables:
            count += sum(_hash_on(connection, table, name, line) for name in table.identifiers)
            progress.advance()
        connection.execute(
            "update raw._hash_key set fingerprint = %s", [fingerprint(key + b"\n" + line)]
        )
    _draft(settings).replace(key_file(settings))
    return count


def _draft(settings: Settings) -> Path:
    return key_file(settings).with_name("hash.key.next")


def _finish(settings: Settings, held: str | None) -> None:
    """Take up the key of a rotation that was cut off if the rows have it already, else drop it."""
    draft = _draft(settings)
    if not draft.exists():
        return
    if fingerprint(draft.read_bytes()) == held:
        draft.replace(key_file(settings))
    else:
        draft.unlink()


def _hash_on(connection: Connection, table: Table, column: str, line: bytes) -> int:
    """Hash one column's values once more; returns how many different ones it holds."""
    place, name = sql.Identifier("raw", table.name), sql.Identifier(column)
    if connection.execute("select to_regclass(%s)", [f"raw.{table.name}"]).fetchone() == (None,):
        return 0
    found = connection.execute(
        sql.SQL("select distinct {0} from {1} where {0} <> ''").format(name, place)
    ).fetchall()
    before = pa.array([value for (value,) in found], pa.string())
    connection.execute("create temporary table hashed_on (old text, new text) on commit drop")
    with connection.cursor().copy("copy hashed_on from stdin") as copy:
        for pair in zip(before.to_pylist(), hashed(before, line).to_pylist(), strict=True):
            copy.write_row(pair)
    connection.execute(
        # Landed anew, as far as those who follow the rows are concerned.
        sql.SQL(
            "update {1} set {0} = new, _loaded_at = now() from hashed_on where {0} = old"
        ).format(name, place)
    )
    connection.execute("drop table hashed_on")
    _note_in_ledger(connection, table)
    return len(found)


def _note_in_ledger(connection: Connection, table: Table) -> None:
    """Enter the table's files as replaced, so that what was built from them is built again."""
    connection.execute(
        """
        insert into raw._loads (
            source, table_name, origin, file, file_sha256,
            status, row_count, reject_count, seconds
        )
        select distinct on (origin, file)
            source, table_name, origin, file, file_sha256,
            'replaced', row_count, reject_count, 0
        from raw._loads
        where table_name = %s and status <> 'failed'
        order by origin, file, load_id desc
        """,
        [table.name],
    )
