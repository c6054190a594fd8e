"""The rules of the house that a reader relies on, held by tests instead of by memory."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from warehouse import errors
from warehouse.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ["semia", "warehouse", "feature_repo", "ml", "api", "airflow", "monitoring", "benchmarks"]
LONGEST_FILE = 300
HEAVY = {"feast", "mlflow", "dbt", "pandas", "sklearn", "airflow", "pyarrow", "scipy", "matplotlib"}


def tracked(*patterns: str) -> list[Path]:
    """Files that git knows or would know."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def text_of(*files: str) -> str:
    return "\n".join((ROOT / file).read_text(encoding="utf-8") for file in files)


def setting_names() -> list[str]:
    return [f"SEMIA_{name.upper()}" for name in Settings.model_fields]


@pytest.mark.parametrize("name", setting_names())
def test_every_setting_is_offered_and_explained(name: str) -> None:
    assert re.search(rf"^{name}=", text_of(".env.example"), re.MULTILINE)
    assert f"`{name}`" in text_of("docs/reference/settings.md")


def test_no_setting_is_offered_that_does_not_exist() -> None:
    offered = set(re.findall(r"^(SEMIA_\w+)=", text_of(".env.example"), re.MULTILINE))
    assert offered == set(setting_names())


def test_only_the_settings_module_reads_the_environment() -> None:
    allowed = {"warehouse/settings.py", "semia/cli.py"}
    readers = [
        str(path.relative_to(ROOT))
        for path in tracked(*(f"{room}/**.py" for room in ("semia", "warehouse", "ml", "api")))
        if re.search(r"os\.environ\.get|os\.getenv|os\.environ\[[^]]+\](?! *=)", path.read_text())
    ]
    assert set(readers) <= allowed


def test_every_make_target_is_in_the_docs() -> None:
    targets = re.findall(r"^([a-z-]+):.*## ", text_of("Makefile"), re.MULTILINE)
    documented = text_of("README.md", "CONTRIBUTING.md")
    assert targets
    assert [target for target in targets if f"make {target}" not in documented] == []


def test_every_command_is_in_the_reference() -> None:
    from semia.cli import app

    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    reference = text_of("docs/reference/commands.md")
    assert commands
    assert [name for name in commands if f"`semia {name}" not in reference] == []


def test_every_page_of_the_docs_can_be_found_from_the_first() -> None:
    pages = [page.relative_to(ROOT / "docs") for page in tracked("docs/**.md")]
    named = [str(page) for page in pages if page.parts[0] in ("how-to", "reference", "explanation")]
    linked = re.findall(r"\]\(([^)#]+)\)", text_of("docs/README.md"))
    assert named
    assert set(named) - set(linked) == set()
    assert [link for link in linked if not (ROOT / "docs" / link).is_file()] == []


def test_no_file_of_ours_is_longer_than_one_idea() -> None:
    files = tracked(*(f"{room}/**.py" for room in ROOMS), "tests/**.py")
    lengths = {str(p.relative_to(ROOT)): len(p.read_text().splitlines()) for p in files}
    assert len(lengths) > 20
    assert {name: n for name, n in lengths.items() if n > LONGEST_FILE} == {}


@pytest.mark.parametrize(
    "module", ["api.lambda_handler", "api.main", "ml.serving.predict", "ml.serving.explain"]
)
def test_serving_imports_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print(' '.join({{m.split('.')[0] for m in sys.modules}}))"
    fresh = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert set(fresh.stdout.split()) & HEAVY == set()


def test_airflow_folder_is_never_a_package() -> None:
    assert (ROOT / "airflow/dags").is_dir()
    assert list((ROOT / "airflow").glob("**/dags/__init__.py")) == []
    assert not (ROOT / "airflow/__init__.py").exists()


def test_no_committed_file_names_a_machine_or_an_index() -> None:
    # Written in pieces, so that this file does not name what it forbids.
    words = ["/wo" + "rk/", "/ro" + "ot/", "py" + "pi.org", "python" + "hosted", "npm" + "js"]
    forbidden = re.compile("|".join(map(re.escape, words)))
    offenders = [
        str(path.relative_to(ROOT))
        for path in tracked()
        if path.suffix not in {".png", ".onnx"}
        and forbidden.search(path.read_text(errors="ignore"))
    ]
    assert offenders == []


def test_no_uv_lock_is_tracked() -> None:
    assert tracked("uv.lock", "*/uv.lock") == []


@pytest.mark.parametrize("lock", ["serve", "app", "dev", "aws", "bootstrap"])
def test_every_lock_is_pinned_with_hashes(lock: str) -> None:
    text = text_of(f"requirements/{lock}.lock")
    pins = re.findall(r"^[a-zA-Z0-9_.-]+==\S+", text, re.MULTILINE)
    assert pins
    assert text.count("--hash=sha256:") >= len(pins)


def test_the_version_is_the_same_for_pip_and_where_nothing_is_installed() -> None:
    from api import __version__

    assert f'version = "{__version__}"' in text_of("pyproject.toml")


def test_adr_index_names_every_decision() -> None:
    index = text_of("docs/decisions/README.md")
    decisions = sorted(path.name for path in (ROOT / "docs/decisions").glob("0*.md"))
    assert decisions
    assert [name for name in decisions if name not in index] == []


def test_the_tree_of_errors_draws_every_error() -> None:
    drawn = re.findall(r"[├└]── (\w+)", errors.__doc__ or "")
    assert drawn == [error.__name__ for error in errors.SemiaError.__subclasses__()]


def test_sources_know_nothing_of_each_other() -> None:
    from warehouse.sources.registry import NAMES

    folders = {path.parent.name for path in tracked("warehouse/sources/*/record.py")}
    assert folders == set(NAMES)
    named = re.compile(r"warehouse\.sources\.(\w+)|from \.+(\w*)")
    strangers = {
        str(path.relative_to(ROOT)): other
        for path in tracked("warehouse/sources/**.py")
        for other in {found[0] or "relative" for found in named.findall(path.read_text("utf-8"))}
        if other in folders | {"relative"} and path.parent.name != other
    }
    assert strangers == {}
