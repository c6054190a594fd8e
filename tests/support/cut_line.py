"""A line to PostgreSQL that can be cut as a server that is killed cuts it."""

import select
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_NOTICE = b"SWARNING\0VWARNING\0C57P02\0Mterminating connection\0\0"


class CutLine:
    """Passes bytes on between clients of `port` and the server; `cut` ends what is open."""

    def __init__(self, listener: socket.socket, server: tuple[str, int]) -> None:
        self.port: int = listener.getsockname()[1]
        self._listener, self._server = listener, server
        self._cuts = 0
        self.stopped = False

    def cut(self) -> None:
        """Send a last word to whoever is connected, and a reset behind it."""
        self._cuts += 1

    def accept(self) -> None:
        """Take clients until the listener is shut down."""
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        before = self._cuts
        with suppress(OSError), client, socket.create_connection(self._server) as server:
            while self._cuts == before and not self.stopped:
                for one in select.select([client, server], [], [], 0.02)[0]:
                    piece = one.recv(65536)
                    if not piece:
                        return
                    (server if one is client else client).sendall(piece)
            client.sendall(b"N" + struct.pack("!I", len(_NOTICE) + 4) + _NOTICE)
            # Closed with nothing to linger for, a socket sends a reset and no end.
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@contextmanager
def cut_line(server: tuple[str, int]) -> Iterator[CutLine]:
    """A line on this computer to the server at this address and port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        line = CutLine(listener, server)
        thread = threading.Thread(target=line.accept, daemon=True)
        thread.start()
        yield line
        line.stopped = True
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)
