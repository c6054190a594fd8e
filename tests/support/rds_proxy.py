"""Stands in for Amazon RDS Proxy before a real PostgreSQL: what it asks of a client, and refuses.

As the real one it speaks TLS alone, takes the token of a role as a password in clear and nothing
else, and knows no command-line options. It then logs in at the database itself and passes every
byte on.
"""

import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs

import psycopg

_SSL_REQUEST = 80877103
_TOLD = (
    "server_version", "server_encoding", "client_encoding", "DateStyle", "TimeZone",
    "integer_datetimes", "standard_conforming_strings",
)  # fmt: skip


@dataclass
class Proxy:
    """Where it listens, what it asks the database with, and the tokens it was shown."""

    address: str
    port: int
    database: str
    access_key: str
    tokens: list[str] = field(default_factory=list)
    refuses: bool = False


@contextmanager
def rds_proxy(database: str, certificate: Path, access_key: str) -> Iterator[Proxy]:
    """A proxy at `localhost` before the database of a libpq keyword string.

    `certificate` is a PEM file with its key.
    """
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        proxy = Proxy("localhost", listener.getsockname()[1], database, access_key)
        thread = threading.Thread(target=_accept, args=(listener, context, proxy), daemon=True)
        thread.start()
        yield proxy
        # Wakes the thread that waits for a client.
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def _accept(listener: socket.socket, context: ssl.SSLContext, proxy: Proxy) -> None:
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            threading.Thread(target=_serve, args=(client, context, proxy), daemon=True).start()


def _serve(client: socket.socket, context: ssl.SSLContext, proxy: Proxy) -> None:
    with suppress(OSError), client:
        if struct.unpack("!II", _exactly(client, 8))[1] != _SSL_REQUEST:
            client.sendall(_error("28000", "This RDS Proxy requires TLS connections"))
            return
        client.sendall(b"S")
        with context.wrap_socket(client, server_side=True) as secured:
            _talk(secured, proxy)


def _talk(client: ssl.SSLSocket, proxy: Proxy) -> None:
    (length,) = struct.unpack("!I", _exactly(client, 4))
    words = _exactly(client, length - 4)[4:].split(b"\0")
    asked = dict(zip(words[::2], words[1::2], strict=False))
    if asked.get(b"options"):
        text = "Feature not supported: RDS Proxy currently doesn't support command-line options."
        client.sendall(_error("0A000", text))
        return
    client.sendall(_message(b"R", struct.pack("!I", 3)))
    _exactly(client, 1)
    (length,) = struct.unpack("!I", _exactly(client, 4))
    token = _exactly(client, length - 4).rstrip(b"\0").decode()
    proxy.tokens.append(token)
    if proxy.refuses or not _is_for(token, proxy, asked[b"user"].decode()):
        client.sendall(_error("28P01", "This RDS proxy has no credentials for the role"))
        return
    with psycopg.connect(proxy.database, sslmode="disable", autocommit=True) as behind:
        client.sendall(_welcome(behind))
        _pass_on(client, behind)


def _is_for(token: str, proxy: Proxy, user: str) -> bool:
    """Whether it is a signed request to connect here as this user, for fifteen minutes."""
    place, _, query = token.partition("/?")
    said = {name: values[0] for name, values in parse_qs(query).items()}
    return (
        place == f"{proxy.address}:{proxy.port}"
        and (said.get("Action"), said.get("DBUser")) == ("connect", user)
        and said.get("X-Amz-Expires") == "900"
        and said.get("X-Amz-Credential", "").startswith(f"{proxy.access_key}/")
        and said.get("X-Amz-Credential", "").endswith("/rds-db/aws4_request")
        and len(said.get("X-Amz-Signature", "")) == 64
    )


def _welcome(behind: psycopg.Connection[tuple[object, ...]]) -> bytes:
    told = b""
    for name in _TOLD:
        value = behind.pgconn.parameter_status(name.encode()) or b""
        told += _message(b"S", name.encode() + b"\0" + value + b"\0")
    return (
        _message(b"R", struct.pack("!I", 0))
        + told
        + _message(b"K", struct.pack("!II", 1, 1))
        + _message(b"Z", b"I")
    )


def _pass_on(client: ssl.SSLSocket, behind: psycopg.Connection[tuple[object, ...]]) -> None:
    """Every byte both ways until the client goes."""
    with socket.socket(fileno=socket.dup(behind.fileno())) as server:
        server.setblocking(True)
        back = threading.Thread(target=_pour, args=(server, client), daemon=True)
        back.start()
        _pour(client, server)
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        back.join(5)


def _pour(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(65536):
            target.sendall(piece)


def _exactly(source: socket.socket, count: int) -> bytes:
    found = b""
    while len(found) < count:
        piece = source.recv(count - len(found))
        if not piece:
            raise ConnectionError("the client went away")
        found += piece
    return found


def _message(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack("!I", len(content) + 4) + content


def _error(state: str, text: str) -> bytes:
    parts = [b"SFATAL", b"VFATAL", b"C" + state.encode(), b"M" + text.encode()]
    return _message(b"E", b"\0".join(parts) + b"\0\0")
