"""Both images build, stay small, run without privileges and answer a doctor's question."""

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import httpx
import pytest

from api.schemas.examples import ASSESSMENT_REQUESTS
from tests.api.conftest import event_of, token_of
from tests.containers.conftest import ROOT, docker, inspect
from tests.support.servers import free_port, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.program("docker")]

LARGEST_MB = 250
LOCAL = ("--env", "SEMIA_ACCESS=local")
INVOCATION = "2015-03-31/functions/function/invocations"


@contextmanager
def container(image: str, port: int, inside: int, *options: object) -> Iterator[str]:
    """Run an image with its port published on this computer, and remove it afterwards."""
    publish = f"127.0.0.1:{port}:{inside}"
    name = docker("run", "--detach", "--publish", publish, *options, image)
    try:
        yield name
    except BaseException:
        subprocess.run(["docker", "logs", "--tail", "20", name])
        raise
    finally:
        docker("rm", "--force", "--volumes", name)


def own_megabytes(image: str, dockerfile: str) -> float:
    """What an image adds to the one it is made from."""
    base = re.findall(r"^FROM ([a-z][\w./:-]+)", (ROOT / dockerfile).read_text(), re.MULTILINE)[-1]
    added: int = inspect("image", image)["Size"] - inspect("image", base)["Size"]
    return added / 1e6


def event(method: str, path: str, body: object = None, authorizer: object = None) -> dict[str, Any]:
    """A request as API Gateway hands it to a function."""
    headers = {"Content-Type": "application/json"}
    content = b"" if body is None else json.dumps(body).encode()
    address = f"https://doctor.example{path}"
    return event_of(httpx.Request(method, address, content=content, headers=headers), authorizer)


def invoke(port: int, request: dict[str, Any], seconds: float = 20) -> dict[str, Any]:
    """Call the function through AWS's emulator, once it listens."""
    deadline = monotonic() + seconds
    while True:
        try:
            reply = httpx.post(f"http://127.0.0.1:{port}/{INVOCATION}", json=request, timeout=20)
        except httpx.TransportError:
            assert monotonic() < deadline, "the emulator does not listen"
            sleep(0.2)
        else:
            answer: dict[str, Any] = reply.json()
            return answer


def build_lambda(tag: str, *options: str) -> str:
    """The image of the function, built from this checkout."""
    docker("build", "--quiet", "--file", "Dockerfile.lambda", "--tag", tag, *options, ".")
    return tag


@pytest.fixture(scope="module")
def lambda_image(engine: None, bundle: Path) -> str:
    """The function with the small bundle inside, made the way Dockerfile.lambda says."""
    recipe = "FROM scratch\nCOPY . /\n"
    docker("build", "--quiet", "--tag", "semia-bundle:test", "--file", "-", bundle, feed=recipe)
    return build_lambda("semia-lambda:test", "--build-arg", "BUNDLE_IMAGE=semia-bundle:test")


def test_service_image_answers_without_privileges(api_image: str, bundle: Path) -> None:
    port = free_port()
    mount = f"{bundle}:/var/lib/semia/bundle:ro"
    hardened = (*LOCAL, "--read-only", "--cap-drop", "ALL", "--volume", mount)
    with container(api_image, port, 8000, *hardened) as name:
        wait_for(f"http://127.0.0.1:{port}/health/ready")
        asked = ASSESSMENT_REQUESTS[0]
        answer = httpx.post(f"http://127.0.0.1:{port}/v1/assessments", json=asked, timeout=10)
        assert answer.status_code == 200, answer.text
        assert docker("exec", name, "id", "-u") == "10001"
        wait_until_healthy(name)


def wait_until_healthy(name: str, seconds: float = 40) -> None:
    deadline = monotonic() + seconds
    while inspect("container", name)["State"]["Health"]["Status"] != "healthy":
        assert monotonic() < deadline, inspect("container", name)["State"]["Health"]
        sleep(0.5)


def test_service_image_without_a_bundle_says_what_to_do(api_image: str) -> None:
    port = free_port()
    with container(api_image, port, 8000, *LOCAL):
        wait_for(f"http://127.0.0.1:{port}/health/live")
        answer = httpx.get(f"http://127.0.0.1:{port}/health/ready", timeout=10)
    assert answer.status_code == 503
    assert "semia" in answer.text


def test_images_are_small(api_image: str, lambda_image: str) -> None:
    assert 10 < own_megabytes(api_image, "Dockerfile") < LARGEST_MB
    assert 10 < own_megabytes(lambda_image, "Dockerfile.lambda") < LARGEST_MB


def test_lambda_image_answers_through_the_emulator(lambda_image: str) -> None:
    port = free_port()
    with container(lambda_image, port, 8080):
        ready = invoke(port, event("GET", "/health/ready"))
        assert ready["statusCode"] == 200, ready
        asked = event("POST", "/v1/assessments", ASSESSMENT_REQUESTS[0], token_of())
        answer = invoke(port, asked)
        unchecked = invoke(port, event("POST", "/v1/assessments", ASSESSMENT_REQUESTS[0]))
    assert answer["statusCode"] == 200, answer
    assert json.loads(answer["body"])["answers"]
    assert unchecked["statusCode"] == 401


def test_lambda_image_without_a_bundle_says_so(engine: None) -> None:
    port = free_port()
    with container(build_lambda("semia-lambda:empty"), port, 8080):
        answer = invoke(port, event("GET", "/health/ready"))
    assert answer["statusCode"] == 503, answer
