"""The Lambda handler under AWS's own runtime emulator: a real process, real invocations."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.api.conftest import event_of, token_of
from tests.support.programs import require_program
from tests.support.servers import ROOT, free_port

INVOCATIONS = "/2015-03-31/functions/function/invocations"


@contextmanager
def emulator(bundle: Path, home: Path, log_file: Path) -> Iterator[httpx.Client]:
    """A client of the emulator, which starts the handler at the first invocation."""
    program = require_program("aws-lambda-rie")
    port, runtime_port = free_port(), free_port()
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("AWS_")},
        **_of_the_image(),
        "SEMIA_BUNDLE": str(bundle),
        "SEMIA_HOME": str(home),
        "PYTHONPATH": str(ROOT),
        "AWS_LAMBDA_FUNCTION_NAME": "function",
    }
    addresses = [
        "--runtime-interface-emulator-address",
        f"127.0.0.1:{port}",
        "--runtime-api-address",
        f"127.0.0.1:{runtime_port}",
    ]
    command = [sys.executable, "-m", "awslambdaric", "api.lambda_handler.handler"]
    with log_file.open("w") as log:
        process = subprocess.Popen(
            [str(program), *addresses, *command],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
                _wait_until_it_listens(port)
                yield client
        finally:
            os.killpg(process.pid, 15)
            process.wait(10)


def _of_the_image() -> dict[str, str]:
    """What the image sets for the handler."""
    recipe = (ROOT / "Dockerfile.lambda").read_text(encoding="utf-8")
    block = re.search(r"^ENV ((?:.*\\\n)*.*)$", recipe, re.MULTILINE)
    assert block
    return dict(re.findall(r"(\w+)=(\S+)", block[1]))


def invoke(client: httpx.Client, method: str, path: str, body: object = None) -> dict[str, Any]:
    """Send one request as API Gateway does; what the handler answers."""
    content = b"" if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
    request = httpx.Request(
        method, f"http://doctor.example{path}", content=content, headers=headers
    )
    answer: dict[str, Any] = client.post(INVOCATIONS, json=event_of(request, token_of())).json()
    assert "errorMessage" not in answer, answer
    return answer


def _wait_until_it_listens(port: int) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the emulator does not listen")
