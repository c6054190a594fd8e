"""Landing a new version of a file: unchanged rows keep the time at which they first landed.

A publisher's file comes again whole, with a few rows more. A row that is as it was, in the same
line, is the same row: `_loaded_at` goes on saying when it first came. So a build can tell by it
what is new, and a feature left as it was equals one made anew.
"""

from psycopg import sql

from warehouse.landing.loads import Connection, Load

# Sorting the places and hashes of a million rows twice needs not go to the disk.
_MEMORY = "set local work_mem = '64MB'"
_KEEP = """
    with marked as (
        select
            ctid as place,
            _loaded_at = now() as is_new,
            count(*) over (
                partition by _row_number, hash_record_extended(row({columns}), 0)
            ) = 2 as is_twice
        from {table}
        where _file = %(file)s and _origin = %(origin)s
    )
    delete from {table} as landed
    using marked
    where landed.ctid = marked.place and marked.is_new = marked.is_twice
"""


def clear_former_rows(connection: Connection, load: Load, columns: list[str]) -> None:
    """Of the file's former rows and those just copied leave one each: the former if it is the same.

    `columns` are all that the table has of files. The rows just copied are told by their time,
    that of this transaction.
    """
    connection.execute(_MEMORY)
    connection.execute(
        sql.SQL(_KEEP).format(
            table=sql.Identifier("raw", load.table),
            columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
        ),
        {"file": load.file, "origin": load.origin},
    )
