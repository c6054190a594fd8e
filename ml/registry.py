"""Every call to MLflow: a run for each training, a version for each model, an alias for its rank.

`challenger` is the newest model of a problem, `champion` the one that is exported and serves. By
default everything lives in SEMIA_HOME: a SQLite file and a folder of artefacts; no server runs.
"""

import hashlib
import logging
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import distributions
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ml.serving.problem_file import ProblemFile
from warehouse.errors import BadBundle, DatabaseAway, NoChampion
from warehouse.settings import Settings

if TYPE_CHECKING:
    from mlflow.entities.model_registry import ModelVersion
    from mlflow.tracking import MlflowClient

Alias = Literal["challenger", "champion"]

# What makes a model hold an alias, and what comes after training it.
_HOW_TO_HOLD: Mapping[Alias, tuple[str, str]] = {
    "challenger": ("trained", ""),
    "champion": ("promoted", ", then semia gate and semia promote"),
}
_FOLDER = "model"
_SHA = "onnx_sha256"
# Set before MLflow is imported: it reads them once.
_ENVIRONMENT = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "1",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "GIT_PYTHON_REFRESH": "quiet",
    # A server that is away is said so within seconds, not after MLflow's two minutes of retries.
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
}


@dataclass(frozen=True)
class Registered:
    """A model as the registry keeps it; `about.version` is the registry's number."""

    about: ProblemFile
    onnx: bytes

    @property
    def version(self) -> str:
        """The registry's number of this model, counted for each problem."""
        return self.about.version


@dataclass(frozen=True)
class Run:
    """What a training or a search leaves behind: what was chosen and what was measured.

    `children` are runs within it, by their names: one for each candidate, or each set of
    parameters that was tried.
    """

    params: Mapping[str, str]
    metrics: Mapping[str, float]
    children: Mapping[str, "Run"] = field(default_factory=dict)


def require(settings: Settings) -> None:
    """Raise `DatabaseAway` where the registry does not answer: before minutes of work are lost."""
    with _speaking_plainly(settings):
        _client(settings).search_experiments(max_results=1)


def register(
    about: ProblemFile,
    onnx: bytes,
    run: Run,
    settings: Settings,
    complete: Callable[[str], None] = lambda _version: None,
) -> str:
    """Log a training as a run, its model as the problem's challenger; return the new version.

    The version inside `about` is ignored: the registry counts. `complete` writes what a challenger
    needs besides its model; until it has ended, the challenger is the one from before.
    """
    with _speaking_plainly(settings):
        client = _client(settings)
        run_id = _log_run(client, about.name, about.name, run, settings)
        client.log_text(run_id, "\n".join(about.features) + "\n", "features.txt")
        with tempfile.TemporaryDirectory() as folder:
            _write_model(Path(folder), about, onnx)
            client.log_artifacts(run_id, folder, _FOLDER)
        client.set_terminated(run_id)
        if not _exists(client, about.name):
            client.create_registered_model(about.name)
        uri = client.get_run(run_id).info.artifact_uri
        version = client.create_model_version(
            about.name,
            source=f"{uri}/{_FOLDER}",
            run_id=run_id,
            tags={_SHA: hashlib.sha256(onnx).hexdigest()},
        )
        complete(str(version.version))
        client.set_registered_model_alias(about.name, "challenger", version.version)
        return str(version.version)


def log(problem: str, name: str, run: Run, settings: Settings) -> str:
    """Log a run without a model among the problem's, with all within it; return its id."""
    with _speaking_plainly(settings):
        client = _client(settings)
        run_id = _log_run(client, problem, name, run, settings)
        client.set_terminated(run_id)
        return run_id


def read(run_id: str, settings: Settings) -> Run:
    """A run as it was logged, with all within it."""
    with _speaking_plainly(settings):
        client = _client(settings)
        kept = client.get_run(run_id)
        within = client.search_runs(
            [kept.info.experiment_id], f"tags.`mlflow.parentRunId` = '{run_id}'", max_results=5000
        )
        children = {one.info.run_name: Run(one.data.params, one.data.metrics) for one in within}
        return Run(kept.data.params, kept.data.metrics, children)


def find(problem: str, alias: Alias, settings: Settings) -> Registered | None:
    """The model that holds `alias`, or None; raise `BadBundle` if its file was changed since."""
    with _speaking_plainly(settings):
        client = _client(settings)
        held = _exists(client, problem) and client.get_registered_model(problem).aliases.get(alias)
        if not held:
            return None
        return _read(client, client.get_model_version(problem, str(held)))


def champion(problem: str, settings: Settings) -> Registered:
    """The model that serves; raise `NoChampion` where none has been promoted."""
    return _held(problem, "champion", settings)


def challenger(problem: str, settings: Settings) -> Registered:
    """The newest model; raise `NoChampion` where none has been trained."""
    return _held(problem, "challenger", settings)


def _held(problem: str, alias: Alias, settings: Settings) -> Registered:
    found = find(problem, alias, settings)
    if found is None:
        done, then = _HOW_TO_HOLD[alias]
        raise NoChampion(
            f"no model of {problem} has been {done}",
            where=settings.tracking_uri.partition("@")[2] or settings.tracking_uri,
            next_step=f"semia train {problem}{then}",
        )
    return found


def crown(problem: str, version: str, settings: Settings) -> None:
    """Give `version` the alias `champion`, taking it from whoever held it."""
    with _speaking_plainly(settings):
        _client(settings).set_registered_model_alias(problem, "champion", version)


def _client(settings: Settings) -> "MlflowClient":
    os.environ.update(_ENVIRONMENT)
    settings.home.mkdir(parents=True, exist_ok=True)
    from mlflow.tracking import MlflowClient

    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.ERROR)
    return MlflowClient(settings.tracking_uri, settings.tracking_uri)


def _experiment(client: "MlflowClient", problem: str, settings: Settings) -> str:
    found = client.get_experiment_by_name(problem)
    if found is not None:
        return str(found.experiment_id)
    local = settings.mlflow_uri is None
    folder = (settings.home / "mlartifacts" / problem).resolve().as_uri()
    return str(client.create_experiment(problem, artifact_location=folder if local else None))


def _log_run(client: "MlflowClient", problem: str, name: str, run: Run, settings: Settings) -> str:
    """A run that is not ended yet, its children ended, and the environment beside it."""
    experiment = _experiment(client, problem, settings)
    run_id = _begin(client, experiment, name, run, {})
    client.log_text(run_id, _environment(), "environment.txt")
    for child, within in run.children.items():
        parent = {"mlflow.parentRunId": run_id}
        client.set_terminated(_begin(client, experiment, child, within, parent))
    return run_id


def _begin(
    client: "MlflowClient", experiment: str, name: str, run: Run, tags: Mapping[str, str]
) -> str:
    from mlflow.entities import Metric, Param

    run_id = str(client.create_run(experiment, run_name=name, tags=dict(tags)).info.run_id)
    now = int(time.time() * 1000)
    client.log_batch(
        run_id,
        metrics=[Metric(key, value, now, 0) for key, value in run.metrics.items()],
        params=[Param(key, value) for key, value in run.params.items()],
    )
    return run_id


def _environment() -> str:
    """Every installed package and its version, one a line."""
    found = {f"{one.metadata['Name']}=={one.version}" for one in distributions()}
    return "\n".join(sorted(found, key=str.lower)) + "\n"


def _write_model(folder: Path, about: ProblemFile, onnx: bytes) -> None:
    (folder / "model.onnx").write_bytes(onnx)
    (folder / "problem.json").write_text(about.model_dump_json(indent=1), encoding="utf-8")


def _read(client: "MlflowClient", version: "ModelVersion") -> Registered:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(client.download_artifacts(str(version.run_id), _FOLDER, folder))
        onnx = (path / "model.onnx").read_bytes()
        about = ProblemFile.model_validate_json((path / "problem.json").read_bytes())
    if hashlib.sha256(onnx).hexdigest() != version.tags.get(_SHA):
        raise BadBundle(
            f"the model of {version.name} {version.version} is not the one that was registered",
            where=str(version.source),
            next_step=f"semia train {version.name}",
        )
    return Registered(about.model_copy(update={"version": str(version.version)}), onnx)


def _exists(client: "MlflowClient", problem: str) -> bool:
    # A search, since asking for a model that does not exist is an error of its own.
    return bool(client.search_registered_models(f"name = '{problem}'", max_results=1))


@contextmanager
def _speaking_plainly(settings: Settings) -> Iterator[None]:
    """Turn a registry that is away into an error of ours; its address holds no password then."""
    os.environ.update(_ENVIRONMENT)
    from mlflow.exceptions import MlflowException

    try:
        yield
    except (MlflowException, OSError) as error:
        raise DatabaseAway(
            f"the model registry does not answer: {_shortly(error)}",
            where="SEMIA_MLFLOW_URI" if settings.mlflow_uri else str(settings.home / "mlflow.db"),
            next_step="start it again or unset SEMIA_MLFLOW_URI; the champion goes on serving",
        ) from error


def _shortly(error: Exception) -> str:
    """What went wrong, without the address and the call that MLflow tells of a lost connection."""
    told = str(error).splitlines()[0]
    return "no connection to it" if "Max retries exceeded" in told else told[:200]
