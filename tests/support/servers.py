"""Real servers for tests: a free port, a process that is ready, and its end."""

import os
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import monotonic, sleep

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def http_server(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """The address of a small HTTP server in this process, answered by `handler`."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join(5)


@contextmanager
def running(
    command: list[str], ready_url: str, patience: float = 30, **settings: str
) -> Iterator[None]:
    """Run a server from the checkout until it is ready, and end it afterwards."""
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, **settings}) as process:
        try:
            wait_for(ready_url, patience, process)
            yield
        finally:
            process.terminate()
            process.wait(timeout=20)


def wait_for(
    url: str, seconds: float = 30, process: "subprocess.Popen[bytes] | None" = None
) -> None:
    """Return when `url` answers 200; fail if time runs out, or the process behind it ends."""
    deadline = monotonic() + seconds
    while monotonic() < deadline:
        if process is not None:
            assert process.poll() is None, f"{process.args!r} ended with {process.returncode}"
        try:
            if httpx.get(url, timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            pass
        sleep(0.1)
    pytest.fail(f"{url} did not answer within {seconds} s")
