"""Stands in for AWS Secrets Manager: gives signed requests the secrets it holds, or says no."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from tests.support.servers import http_server


@dataclass
class Secrets:
    """Its address, what it holds, and how often it was asked; `is_silent` lets it hang."""

    address: str
    held: Mapping[str, str]
    asked: list[str] = field(default_factory=list)
    denies: bool = False
    stays: threading.Event = field(default_factory=threading.Event)
    is_silent: bool = False


@contextmanager
def secrets_manager(held: Mapping[str, str]) -> Iterator[Secrets]:
    """A server of these secrets on the loopback."""
    secrets = Secrets("", held)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            name = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["SecretId"]
            secrets.asked.append(name)
            if secrets.is_silent:
                secrets.stays.wait(30)
                return
            status, said = _answer(secrets, name, dict(self.headers))
            content = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its base's name
            pass

    with http_server(Handler) as secrets.address:
        yield secrets
        secrets.stays.set()


def _answer(
    secrets: Secrets, name: str, headers: Mapping[str, str]
) -> tuple[int, dict[str, object]]:
    is_asked = headers.get("X-Amz-Target") == "secretsmanager.GetSecretValue"
    if not is_asked or not headers.get("Authorization", "").startswith("AWS4-HMAC-SHA256 "):
        return 400, {"__type": "IncompleteSignatureException", "Message": "not signed"}
    if secrets.denies:
        return 400, {"__type": "AccessDeniedException", "Message": "not authorized to perform"}
    if name not in secrets.held:
        said = "Secrets Manager can't find the specified secret."
        return 400, {"__type": "ResourceNotFoundException", "Message": said}
    return 200, {"ARN": name, "Name": name, "SecretString": secrets.held[name]}
