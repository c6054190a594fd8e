"""A container engine, the images built from this checkout, and a small bundle for them."""

import json
import os
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.bundles import make_tiny_bundle
from tests.support.programs import missing, require_program

ROOT = Path(__file__).resolve().parents[2]
STACK = ["postgres", "api", "prometheus"]


def docker(*arguments: object, feed: str | None = None, **settings: str) -> str:
    """Run `docker` from the checkout and return what it prints; fail with what went wrong."""
    command = ["docker", *map(str, arguments)]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **settings},
        input=feed,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"{shlex.join(command)}\n{done.stdout}{done.stderr}"
    return done.stdout.strip()


def base_images() -> list[str]:
    """Every image that others publish and the tests need."""
    files = (ROOT / name for name in ("Dockerfile", "Dockerfile.lambda"))
    froms = re.findall(r"^FROM ([a-z][\w./:-]+)", "\n".join(f.read_text() for f in files), re.M)
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    pulled = [services[name]["image"] for name in STACK if "build" not in services[name]]
    return sorted({*froms, *pulled} - {"scratch"})


def make_base_images(program: str) -> None:
    """Let a program provide engine and base images where no registry is reached.

    It is given the images' names and prints `export NAME=value …` for whoever uses the engine.
    """
    names = base_images()
    printed = subprocess.run([program, *names], capture_output=True, text=True, check=True).stdout
    for assignment in shlex.split(printed.removeprefix("export ")):
        name, value = assignment.split("=", 1)
        os.environ[name] = value


@pytest.fixture(scope="session")
def engine() -> None:
    """A running container engine that knows compose; skipped, by name, where there is none."""
    require_program("docker")
    if program := os.environ.get("SEMIA_BASE_IMAGES"):
        make_base_images(program)
    for question in (["info"], ["compose", "version"]):
        if subprocess.run(["docker", *question], capture_output=True).returncode != 0:
            missing(f"needs a container engine: `docker {' '.join(question)}` fails")


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small bundle in a folder that any user of a container may read."""
    folder = tmp_path_factory.mktemp("state") / "bundle"
    make_tiny_bundle(folder)
    folder.parent.chmod(0o755)
    return folder


@pytest.fixture(scope="session")
def api_image(engine: None) -> str:
    """The image of the service, built from this checkout."""
    docker("build", "--quiet", "--tag", "semia-api", ".")
    return "semia-api"


def inspect(what: str, name: str) -> dict[str, Any]:
    """What the engine knows of an image or a container."""
    found: list[dict[str, Any]] = json.loads(docker(what, "inspect", name))
    return found[0]
