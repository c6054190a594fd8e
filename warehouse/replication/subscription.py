"""The cloud's side: its tables, the subscription that fills them, and views under the old names.

Nothing here asks for a superuser: managed servers such as Amazon RDS give none. The given user
must be allowed to make schemas in its database and to subscribe (`pg_create_subscription`, or on
RDS `rds_replication`).
"""

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import sql
from psycopg.conninfo import make_conninfo

from warehouse.connection import connect, speaking_plainly
from warehouse.errors import DatabaseRefused, SemiaError, WrongSetting
from warehouse.progress import Progress, Silent
from warehouse.replication.publication import (
    PUBLICATION,
    SUBSCRIBER,
    Published,
    admit_subscriber,
    is_published,
    publish,
)
from warehouse.replication.twins import (
    DEIDENTIFIED,
    SCHEMA,
    Connection,
    Table,
    settle_twins,
    tables_in,
)
from warehouse.server_state import DATABASE, authority_file, identity_of
from warehouse.settings import Settings

SUBSCRIPTION = "semia"
_WHERE = "the server of SEMIA_CLOUD_URL"


def subscribe(settings: Settings, host: str) -> int:
    """Have the server of SEMIA_CLOUD_URL follow what is published here; returns how many tables.

    `host` is this computer as the cloud reaches it. Doing it again brings tables whose columns
    changed up to date, and renews the password. Raises `WrongSetting` where nothing is published,
    `DatabaseRefused` where the cloud has tables of its own under our names.
    """
    with connect("semia_owner", settings) as connection:
        tables = _published(connection)
    source = _source(settings, host, admit_subscriber(settings))
    with _cloud(settings) as connection:
        _make_room(connection, tables)
        _follow(connection, source)
    return len(tables)


def keep_up(settings: Settings, progress: Progress = Silent()) -> Published | None:
    """After a build: publish it, and have the cloud make room for tables that are new or changed.

    None where nothing is published. A cloud that cannot be reached does not spoil the build: it is
    told of, and catches up when it is subscribed again.
    """
    if not is_published(settings):
        return None
    done = publish(settings, progress)
    if done.is_reshaped:
        try:
            _reshape(settings)
        except SemiaError as error:
            progress.note(f"the cloud waits for semia replicate subscribe: {error.what}")
    return done


def unsubscribe(settings: Settings) -> bool:
    """End the subscription of the server of SEMIA_CLOUD_URL, here and there; its rows stay.

    False if it had none.
    """
    with _cloud(settings) as connection:
        if not _is_subscribed(connection):
            return False
        connection.execute(sql.SQL("drop subscription {}").format(sql.Identifier(SUBSCRIPTION)))
        return True


def _reshape(settings: Settings) -> None:
    with connect("semia_owner", settings) as connection:
        tables = _published(connection)
    with _cloud(settings) as connection:
        if _is_subscribed(connection):
            _make_room(connection, tables)
            _refresh(connection)


def _published(connection: Connection) -> list[Table]:
    """The tables whose twins are published, as the last publishing left them."""
    twins = tables_in(connection, (SCHEMA,))
    if not twins:
        raise WrongSetting(
            "Nothing is published yet",
            where="semia replicate subscribe",
            next_step="run semia replicate publish",
        )
    return [_original(twin) for twin in twins.values()]


def _original(twin: Table) -> Table:
    schema, name = twin.name.split("__", 1)
    return Table(schema, name, twin.columns[1:])


def _source(settings: Settings, host: str, password: str) -> str:
    """How the cloud reaches us. It holds no file of ours, so instead of a certificate the SCRAM
    exchange, bound to the channel, proves to it who we are: nobody in between knows the password.
    """
    if settings.database_url is not None:
        raise WrongSetting(
            "Only the embedded server is followed in the cloud; this one is somebody else's",
            where="SEMIA_DATABASE_URL",
            next_step="ask who looks after that server to replicate it",
        )
    is_encrypted = authority_file(settings).exists()
    proof = {"sslmode": "require", "channel_binding": "require"} if is_encrypted else {}
    return make_conninfo(
        host=host,
        port=identity_of(settings).port,
        dbname=DATABASE,
        user=SUBSCRIBER,
        password=password,
        connect_timeout=10,
        **proof,
    )


@contextmanager
def _cloud(settings: Settings) -> Iterator[Connection]:
    """A connection that commits each statement: a subscription is made outside transactions."""
    if settings.cloud_url is None:
        raise WrongSetting(
            "No server in the cloud is named",
            where="SEMIA_CLOUD_URL",
            next_step="set it to postgresql://user:password@host:5432/database",
        )
    there = settings.model_copy(update={"database_url": settings.cloud_url})
    with (
        speaking_plainly(_WHERE),
        connect("semia_owner", there, autocommit=True) as connection,
    ):
        yield connection


def _make_room(connection: Connection, tables: list[Table]) -> None:
    """Make the twins over there, and views by which they are read under their own names."""
    with connection.transaction():
        for schema in (SCHEMA, *DEIDENTIFIED):
            there = connection.execute("select to_regnamespace(%s)", [schema]).fetchone()
            if there == (None,):
                connection.execute(sql.SQL("create schema {}").format(sql.Identifier(schema)))
        _refuse_to_mix(connection)
        settle_twins(connection, [table.twin for table in tables])
        for table in tables:
            columns = sql.SQL(", ").join(sql.Identifier(name) for name, _ in table.columns)
            connection.execute(sql.SQL("drop view if exists {}").format(table.identifier))
            connection.execute(
                sql.SQL("create view {} as select {} from {}").format(
                    table.identifier, columns, table.twin.identifier
                )
            )


def _refuse_to_mix(connection: Connection) -> None:
    own = tables_in(connection, DEIDENTIFIED)
    if own:
        raise DatabaseRefused(
            f"The cloud's database has a warehouse of its own: {next(iter(own))}",
            where=_WHERE,
            next_step="give an empty database of that server",
        )


def _follow(connection: Connection, source: str) -> None:
    words = {
        "name": sql.Identifier(SUBSCRIPTION),
        "source": sql.Literal(source),
        "publication": sql.Identifier(PUBLICATION),
    }
    if _is_subscribed(connection):
        connection.execute(sql.SQL("alter subscription {name} connection {source}").format(**words))
        _refresh(connection)
        return
    # A slot of its own name, so that two clouds of one source do not meet.
    row = connection.execute(
        "select 'semia_cloud_' || substr(md5(random()::text), 1, 8)"
    ).fetchone()
    words["slot"] = sql.Identifier(str(row[0]) if row else "semia_cloud")
    connection.execute(
        sql.SQL(
            "create subscription {name} connection {source} publication {publication} "
            "with (slot_name = {slot})"
        ).format(**words)
    )


def _refresh(connection: Connection) -> None:
    """Have the subscription take up the tables that are published by now."""
    connection.execute(
        sql.SQL("alter subscription {} refresh publication").format(sql.Identifier(SUBSCRIPTION))
    )


def _is_subscribed(connection: Connection) -> bool:
    # Only these columns of the catalogue are open to everybody.
    found = connection.execute(
        "select s.subname from pg_catalog.pg_subscription as s "
        "inner join pg_catalog.pg_database as d on s.subdbid = d.oid "
        "where d.datname = current_database() and s.subname = %s",
        [SUBSCRIPTION],
    )
    return found.rowcount > 0
