"""How fast the service answers, beside what would be used instead, in one run on this computer.

Server and client share the cores. Every figure is a ratio of two servers measured one after the
other, several times in turn, so that a busy computer slows both; the median of the turns counts.
Needs a bundle: `semia up --prepare-only` first.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import joblib

from api.schemas.examples import ASSESSMENT_REQUESTS
from benchmarks import peers
from benchmarks.figure import figure
from benchmarks.load import Measured, load
from benchmarks.patients import PATIENT, remember
from ml.serving import bundle as bundles
from ml.serving.bundle import Bundle
from warehouse.postgres import server
from warehouse.settings import Settings, load_settings

ROOT = Path(__file__).resolve().parent.parent
TURNS = 3
SECONDS = 2.0
FULL: dict[str, Any] = dict(ASSESSMENT_REQUESTS[0])  # type: ignore[arg-type,call-overload]
ONE = FULL | {"problems": [peers.PROBLEM]}
UVICORN = [sys.executable, "-m", "uvicorn", "--factory", "--log-level", "warning"]


@contextmanager
def serving(command: list[str], port: int, ready: str, **environment: str) -> Iterator[int]:
    """A server that is ready, and its process id."""
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}) as process:
        try:
            _wait(f"http://127.0.0.1:{port}{ready}", process)
            yield process.pid
        finally:
            process.terminate()


def _wait(url: str, process: "subprocess.Popen[bytes]") -> None:
    while process.poll() is None:
        try:
            httpx.get(url, timeout=1)
        except httpx.TransportError:
            time.sleep(0.01)
        else:
            return
    raise SystemExit(f"{process.args!r} ended with {process.returncode}")


def semia(port: int, bundle: Path, home: str, workers: int = 1) -> Any:  # noqa: ANN401
    """Our own service."""
    command = [str(Path(sys.executable).with_name("semia")), "serve", "--bundle", str(bundle)]
    names = {"SEMIA_PORT": str(port), "SEMIA_HOME": home, "SEMIA_WORKERS": str(workers)}
    return serving(command, port, "/health/ready", **names)


def in_turn(
    one: Callable[[], Measured], other: Callable[[], Measured]
) -> tuple[list[Measured], list[Measured]]:
    """Both measured `TURNS` times, one after the other."""
    one(), other()
    pairs = [(one(), other()) for _ in range(TURNS)]
    return [mine for mine, _ in pairs], [theirs for _, theirs in pairs]


def asking(port: int, path: str, given: Mapping[str, Any]) -> Callable[[], Measured]:
    """A load of this request; fails where anything but 200 comes back."""
    body = json.dumps(given).encode()

    def ask() -> Measured:
        found = load(f"http://127.0.0.1:{port}{path}", body, SECONDS)
        if list(found.statuses) != [200]:
            raise SystemExit(f"{path} answered {found.statuses}")
        return found

    return ask


def compare(
    claim: str,
    ours: Callable[[], Measured],
    peer: Callable[[], Measured],
    **to: Any,  # noqa: ANN401
) -> None:
    """Requests a second of ours as a share of the peer's, and p99 the other way round."""
    mine, theirs = in_turn(ours, peer)
    rate = statistics.median(m.per_second / t.per_second for m, t in zip(mine, theirs, strict=True))
    middle = statistics.median
    each = [middle(m.per_second for m in measured) for measured in (mine, theirs)]
    figure(f"{claim}, requests a second", *each, to["name"], "1/s", rate, to["least"])
    if "slower" in to:
        slower = middle(m.p99 / t.p99 for m, t in zip(mine, theirs, strict=True))
        each = [middle(m.p99 for m in measured) * 1e3 for measured in (mine, theirs)]
        figure(
            f"{claim}, p99 at most {to['slower']:g} times",
            *each,
            to["name"],
            "ms",
            to["slower"] / slower,
            1,
        )


def against_trivial(stack: ExitStack, bundle: Path, home: str) -> None:
    """Ours beside the least that FastAPI can do."""
    stack.enter_context(semia(8801, bundle, home))
    command = [*UVICORN, "--port", "8802", "benchmarks.peers:trivial"]
    stack.enter_context(serving(command, 8802, "/docs"))
    trivial = {"name": "trivial FastAPI endpoint", "least": 0.3, "slower": 4.0}
    least = asking(8802, "/", FULL)
    compare("one question", asking(8801, "/v1/assessments", ONE), least, **trivial)
    compare("all questions", asking(8801, "/v1/assessments", FULL), least, **trivial)


def with_history(bundle: Bundle, home: Path) -> None:
    """Ours with a patient looked up in the database, beside the least that FastAPI can do."""
    if bundle.history is None:
        raise SystemExit("the bundle has no history to read: semia export with a feature store")
    settings = Settings(home=home, offline=True)
    remember(settings, bundle.history)
    try:
        with ExitStack() as stack:
            stack.enter_context(semia(8808, bundle.folder, str(home)))
            command = [*UVICORN, "--port", "8802", "benchmarks.peers:trivial"]
            stack.enter_context(serving(command, 8802, "/docs"))
            given = ONE | {"patient": PATIENT}
            found = httpx.post("http://127.0.0.1:8808/v1/assessments", json=given).json()
            if found["history"]["status"] != "found":
                raise SystemExit(f"no history was found: {found['history']}")
            ours, least = asking(8808, "/v1/assessments", given), asking(8802, "/", FULL)
            compare(
                "one question, with history",
                ours,
                least,
                name="trivial FastAPI endpoint",
                least=0.2,
            )
    finally:
        server.remove(settings)


def against_plain(stack: ExitStack, row: Mapping[str, Any], model: str) -> None:
    """Ours beside FastAPI with joblib and pandas; each answers one question with the same model."""
    command = [*UVICORN, "--port", "8803", "benchmarks.peers:plain"]
    stack.enter_context(serving(command, 8803, "/docs", PEER_MODEL=model))
    name = "FastAPI, joblib and pandas"
    ours, theirs = asking(8801, "/v1/assessments", ONE), asking(8803, "/predict", row)
    compare("one question", ours, theirs, name=name, least=5.0)


def against_mlflow(stack: ExitStack, row: Mapping[str, Any], folder: Path) -> None:
    """Ours beside `mlflow models serve`."""
    mlflow = Path(sys.executable).with_name("mlflow")
    command = [str(mlflow), "models", "serve", "-m", str(folder), "-p", "8804", "-w", "1"]
    # MLflow looks for uvicorn by its bare name.
    path = f"{mlflow.parent}{os.pathsep}{os.environ['PATH']}"
    stack.enter_context(serving([*command, "--env-manager", "local"], 8804, "/ping", PATH=path))
    given = {"inputs": [list(row.values())]}
    ours, theirs = asking(8801, "/v1/assessments", ONE), asking(8804, "/invocations", given)
    compare("one question", ours, theirs, name="mlflow models serve", least=5.0)


def two_workers(bundle: Path, home: str) -> None:
    """Two workers beside one."""
    with semia(8805, bundle, home, workers=2), semia(8806, bundle, home):
        two, one = (asking(port, "/v1/assessments", FULL) for port in (8805, 8806))
        compare("two workers, all questions", two, one, name="one worker", least=1.6)


def light(bundle: Path, home: str) -> None:
    """Time until `semia serve --bundle` answers, and the memory it has taken after 500 answers."""
    started = time.perf_counter()
    with semia(8807, bundle, home) as process:
        took = time.perf_counter() - started
        load("http://127.0.0.1:8807/v1/assessments", json.dumps(FULL).encode(), 3)
        status = Path(f"/proc/{process}/status").read_text()
        megabytes = int(status.partition("VmRSS:")[2].split()[0]) / 1024
    figure("semia serve --bundle, memory", megabytes, 150, "limit", "MB", 150 / megabytes, 1)
    figure("semia serve --bundle, start", took, 1, "limit", "s", 1 / took, 1)


def main() -> None:
    """Measure every claim."""
    argparse.ArgumentParser(description=__doc__).parse_known_args()
    bundle = bundles.load(load_settings().bundle_dir)
    pipeline = peers.fitted(bundle)
    with tempfile.TemporaryDirectory(prefix="semia-bench-", ignore_cleanup_errors=True) as folder:
        _measure(bundle, pipeline, Path(folder))


def _measure(bundle: Bundle, pipeline: object, folder: Path) -> None:
    same = peers.with_the_same(bundle, pipeline, folder / "bundle").folder
    joblib.dump(pipeline, folder / "model.joblib")
    features = bundle.problems[peers.PROBLEM].about.features
    peers.keep_for_mlflow(pipeline, folder / "mlflow", len(features))
    row = dict.fromkeys(features) | {"age_years": 34.0, "fever": 1.0, "headache": 1.0}
    home = str(folder / "home")
    light(same, home)
    with ExitStack() as stack:
        against_trivial(stack, same, home)
        against_plain(stack, row, str(folder / "model.joblib"))
    with ExitStack() as stack:
        stack.enter_context(semia(8801, same, home))
        against_mlflow(stack, row, folder / "mlflow")
    two_workers(same, home)
    with_history(bundles.load(same), folder / "remembering")


if __name__ == "__main__":
    main()
