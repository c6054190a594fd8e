"""What can be known of the images and the stack without an engine."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
RECIPES = ["Dockerfile", "Dockerfile.lambda", "airflow/Dockerfile"]
SERVING = ["Dockerfile", "Dockerfile.lambda"]


def compose_file() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    return loaded


def modules_serving_loads() -> list[str]:
    """Files of ours that a fresh interpreter has loaded once it can serve, both ways."""
    code = (
        "import sys, json, api.main, api.lambda_handler as h;"
        "print(json.dumps([m.__file__ for m in sys.modules.values() if getattr(m, '__file__', 0)]))"
    )
    fresh = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    ours = [name.removeprefix(f"{ROOT}/") for name in json.loads(fresh.stdout)]
    return [name for name in ours if re.match(r"(semia|feature_repo|ml|warehouse)/", name)]


def copied(text: str) -> set[str]:
    """Every file of ours that a recipe copies: by its name, or with the folder it lies in."""
    lines = re.findall(r"^COPY (?!--from)(.*)", text, re.MULTILINE)
    words = {word for line in lines for word in line.split()[:-1]}
    folders = [ROOT / word for word in words if word.endswith("/") and word != "/"]
    inside = {str(file.relative_to(ROOT)) for folder in folders for file in folder.rglob("*.py")}
    return words | inside


@pytest.mark.parametrize("recipe", RECIPES)
def test_recipe_has_no_finding(recipe: str) -> None:
    linter = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([linter, recipe], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("recipe", SERVING)
def test_serving_image_holds_every_module_that_serving_loads(recipe: str) -> None:
    held = copied((ROOT / recipe).read_text(encoding="utf-8"))
    loaded = modules_serving_loads()
    assert "ml/serving/bundle.py" in loaded
    assert [module for module in loaded if module not in held] == []


@pytest.mark.parametrize("recipe", RECIPES)
def test_recipe_installs_from_hash_pinned_locks_alone(recipe: str) -> None:
    text = (ROOT / recipe).read_text(encoding="utf-8").replace("\\\n", " ")
    installs = re.findall(r"install --no-cache-dir[^&\n]*", text)
    assert installs
    ours = [line for line in installs if not line.rstrip().endswith("--editable .")]
    assert all("--require-hashes" in line and ".lock" in line for line in ours)


def test_compose_file_is_accepted_with_nothing_set(engine: None) -> None:
    bare = {
        name: os.environ[name] for name in ("PATH", "HOME", "DOCKER_CONFIG") if name in os.environ
    }
    command = ["docker", "compose", "--env-file", os.devnull, "config", "--quiet"]
    done = subprocess.run(command, cwd=ROOT, env=bare, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_every_service_says_whether_it_is_healthy() -> None:
    services = compose_file()["services"]
    silent = {name for name, service in services.items() if "healthcheck" not in service}
    # The API's own recipe holds its check, so that it has one without compose as well.
    assert silent == {"api"}
    assert "HEALTHCHECK" in (ROOT / "Dockerfile").read_text(encoding="utf-8")


def test_every_port_is_published_to_this_computer_alone() -> None:
    services = compose_file()["services"].values()
    ports = [port for service in services for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_no_service_gains_rights_and_only_the_database_keeps_any() -> None:
    services = compose_file()["services"]
    gaining = [n for n, s in services.items() if "no-new-privileges:true" not in s["security_opt"]]
    assert gaining == []
    # PostgreSQL's own image begins as root, to give its folder to the user it then runs as.
    assert {n for n, s in services.items() if s.get("cap_drop") != ["ALL"]} == {"postgres"}


def test_no_password_is_written_in_the_compose_file() -> None:
    file = compose_file()
    settings = [s.get("environment", {}) for s in file["services"].values()]
    spoken = {name: value for setting in settings for name, value in setting.items()}
    passwords = {n: v for n, v in spoken.items() if re.search("PASSWORD|SECRET|TOKEN|KEY", n)}
    assert passwords
    assert all(value.startswith("/run/secrets/") for value in passwords.values())
    assert all("file" in secret for secret in file["secrets"].values())
