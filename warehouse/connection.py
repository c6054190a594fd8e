"""Connect to the database as a named role, embedded or elsewhere.

On the embedded server every role logs in with its own password. On the server of
SEMIA_DATABASE_URL the given user logs in and then takes the role.
"""

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import quote, urlencode

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from warehouse.errors import DatabaseAway, DatabaseRefused, DiskFull, SemiaError, WrongSetting
from warehouse.roles import ROLES, Role
from warehouse.server_state import DATABASE, HOST, authority_file, identity_of
from warehouse.settings import Settings

__all__ = [
    "ROLES",
    "Role",
    "ServerParameters",
    "connect",
    "conninfo",
    "explain",
    "is_loopback",
    "parameters",
    "speaking_plainly",
    "url",
]

_NOT_BUILT = (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName)
# Not by ALTER ROLE alone: on another server the role is taken after login, without its settings.
_ROLE_OPTIONS = {"semia_ml": ("-c jit=off",)}


@dataclass(frozen=True)
class ServerParameters:
    """Where the server is and who logs in; `options` and `extras` are libpq's own words."""

    host: str
    port: int
    dbname: str
    user: str
    password: str = field(repr=False)
    options: str = ""
    extras: dict[str, str] = field(default_factory=dict)


def parameters(role: Role, settings: Settings) -> ServerParameters:
    """How `role` reaches the database.

    Raises `WrongSetting` for a SEMIA_DATABASE_URL that is none, and `DatabaseAway` when the
    embedded server has never been started.
    """
    if settings.database_url is not None:
        return _given(role, settings.database_url.get_secret_value())
    identity = identity_of(settings)
    return ServerParameters(
        host=HOST,
        port=identity.port,
        dbname=DATABASE,
        user=role,
        password=identity.passwords[role],
        options=" ".join(_ROLE_OPTIONS.get(role, ())),
        extras=_encryption(settings),
    )


def is_loopback(host: str) -> bool:
    """Whether an address, a name or a socket's folder leads no further than this computer."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in ("", "localhost") or host.startswith(("/", "@"))


def conninfo(role: Role, settings: Settings, schema: str = "") -> str:
    """The libpq keyword string for `role`; `schema` is looked in first, if given."""
    where = parameters(role, settings)
    words: dict[str, Any] = {
        "host": where.host,
        "port": where.port,
        "dbname": where.dbname,
        "user": where.user,
        "password": where.password or None,
        # Given even when empty, so that PGOPTIONS cannot slip in.
        "options": _with_schema(where.options, schema),
        **where.extras,
    }
    return make_conninfo("", **words)


def url(role: Role, settings: Settings, driver: str = "postgresql", schema: str = "") -> str:
    """The address for `role` as SQLAlchemy, ADBC and MLflow take it; it holds the password."""
    where = parameters(role, settings)
    words = dict(where.extras)
    if options := _with_schema(where.options, schema):
        words["options"] = options
    login = quote(where.user, safe="") + (
        ":" + quote(where.password, safe="") if where.password else ""
    )
    place, more = _authority(where)
    query = urlencode(words | more, quote_via=quote)
    return f"{driver}://{login}@{place}?{query}" if query else f"{driver}://{login}@{place}"


def connect(
    role: Role,
    settings: Settings,
    **kwargs: Any,  # noqa: ANN401 - whatever psycopg.connect takes
) -> psycopg.Connection[Any]:
    """Connect as `role`; `kwargs` go to psycopg.

    Raises `DatabaseAway` when nobody answers, `DatabaseRefused` when the server says no.
    """
    kwargs.setdefault("connect_timeout", 10)
    kwargs.setdefault("application_name", "semia")
    words = conninfo(role, settings)
    try:
        return psycopg.connect(words, **kwargs)
    except psycopg.Error as error:
        raise explain(error, _place(words)) from error


@contextmanager
def speaking_plainly(where: str) -> Iterator[None]:
    """Turn what the database says while working on `where` into an error of ours."""
    try:
        yield
    except psycopg.Error as error:
        raise explain(error, where) from error


def explain(error: psycopg.Error, where: str) -> SemiaError:
    """The error of ours that a database error amounts to."""
    said = next(iter(str(error).strip().splitlines()), type(error).__name__)
    if isinstance(error, psycopg.errors.DiskFull):
        return DiskFull(
            f"The database has no room left: {said}",
            where=where,
            next_step="free some space on the database's disk, then run the same command again",
        )
    if isinstance(error, psycopg.errors.ReadOnlySqlTransaction):
        return DatabaseRefused(
            f"This database is a standby, which takes no writes: {said}",
            where=where,
            next_step="work on the primary; if it is lost, run semia replicate takeover here",
        )
    if isinstance(error, _NOT_BUILT):
        return DatabaseRefused(
            f"What this needs has not been built yet: {said}",
            where=where,
            next_step="semia build; on a new computer, semia up --prepare-only",
        )
    if _is_untrusted(said):
        return DatabaseRefused(
            f"No trusted connection to the database: {said}",
            where=where,
            next_step="add sslmode=verify-full and sslrootcert=<its authority's certificate> to "
            "SEMIA_DATABASE_URL, or run semia certificates for the embedded server",
        )
    if _is_away(error):
        return DatabaseAway(
            f"The database does not answer: {said}",
            where=where,
            next_step="run semia up, or check SEMIA_DATABASE_URL",
        )
    return DatabaseRefused(
        f"The database refused: {said}",
        where=where,
        next_step="check user, password and database in SEMIA_DATABASE_URL if you set it; "
        "run semia up --prepare-only, which renews roles and rights",
    )


def _is_untrusted(said: str) -> bool:
    """Whether server and client did not agree on encryption, or on who the server is."""
    return any(word in said for word in ("does not support SSL", "certificate", "no encryption"))


def _is_away(error: psycopg.Error) -> bool:
    if not isinstance(error, psycopg.OperationalError):
        return False
    if error.sqlstate:
        # Connection exceptions, and a server shutting down, starting or crashed.
        return error.sqlstate[:2] in ("08", "57")
    said = str(error)
    return "FATAL" not in said or "the database system is" in said


def _encryption(settings: Settings) -> dict[str, str]:
    """How to encrypt and check the embedded server: fully, as soon as it has certificates."""
    authority = authority_file(settings)
    if authority.exists():
        return {"sslmode": "verify-full", "sslrootcert": str(authority)}
    return {"sslmode": "prefer"}


def _given(role: Role, address: str) -> ServerParameters:
    """The parameters of SEMIA_DATABASE_URL, taking `role` unless it is the owner's work."""
    try:
        words = {key: str(value) for key, value in conninfo_to_dict(address).items()}
        port = int(words.pop("port", "5432"))
    except (psycopg.Error, ValueError) as error:
        raise WrongSetting(
            "SEMIA_DATABASE_URL is no PostgreSQL address",
            where="SEMIA_DATABASE_URL",
            next_step="write it as postgresql://user:password@host:5432/database",
        ) from error
    options = [words.pop("options", ""), *_ROLE_OPTIONS.get(role, ())]
    user = words.pop("user", "postgres")
    if role not in ("semia_owner", user):
        # Who logs in as the role itself need not ask for it, which a proxy may not let him.
        options.append(f"-c role={role}")
    host = words.pop("host", HOST)
    if not all(is_loopback(one) for one in host.split(",")):
        # Beyond this computer nothing travels in the clear unless the address itself says so.
        words.setdefault("sslmode", "verify-full")
    return ServerParameters(
        host=host,
        port=port,
        user=user,
        dbname=words.pop("dbname", DATABASE),
        password=words.pop("password", ""),
        options=" ".join(option for option in options if option),
        extras=words,
    )


def _authority(where: ServerParameters) -> tuple[str, dict[str, str]]:
    """Host, port and database as an address has them, and what of it has to go into the query.

    SQLAlchemy takes what stands before the question mark as it is, so a socket's folder or a name
    that needs quoting would reach the server still quoted.
    """
    more: dict[str, str] = {}
    host, dbname = f"{where.host}:{where.port}", where.dbname
    if where.host.startswith("/"):
        more, host = {"host": where.host, "port": str(where.port)}, ""
    elif ":" in where.host:
        host = f"[{where.host}]:{where.port}"
    if quote(dbname, safe="") != dbname:
        more, dbname = {**more, "dbname": dbname}, ""
    return f"{host}/{dbname}", more


def _with_schema(options: str, schema: str) -> str:
    return f"{options} -c search_path={schema}".strip() if schema else options


def _place(words: str) -> str:
    where = cast("dict[str, Any]", conninfo_to_dict(words))
    return f"{where.get('host')}:{where.get('port')}/{where.get('dbname')}"
