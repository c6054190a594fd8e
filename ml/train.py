"""Train one problem: data in, registered challenger out."""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from ml import registry
from ml.cohort import histograms
from ml.cohort.dataset import Dataset, load
from ml.cohort.frequencies import frequencies
from ml.cohort.left_out import without_left_out
from ml.cohort.split import held_out
from ml.evaluation import consultation, curves
from ml.problems import get_problem
from ml.provenance import git_commit, provenance
from ml.serving.problem_file import ProblemFile
from ml.training.fit import Fitted, fit
from ml.training.honest import honest
from ml.training.learning_curve import learning
from warehouse.progress import Progress, Silent
from warehouse.settings import Settings


@dataclass(frozen=True)
class Trained:
    """What a training gave: the challenger's version and its figures on held-out patients."""

    problem: str
    version: str
    candidate: str
    origin: str
    rows: int
    seconds: float
    metrics: Mapping[str, float]
    baseline: Mapping[str, float]


def train(
    problem: str, settings: Settings, progress: Progress = Silent(), quick: bool = False
) -> Trained:
    """Train every candidate of `problem` on its features, register the best as challenger.

    `quick` compares on fewer rows and learns from fewer. Nothing that serves is touched. Raises
    `DatabaseAway` at once where the warehouse or the registry does not answer.
    """
    registry.require(settings)
    return train_on(load(get_problem(problem), settings), settings, progress, quick)


def train_on(dataset: Dataset, settings: Settings, progress: Progress, quick: bool) -> Trained:
    """Train on a data set at hand, register the model, keep the shape of what it learned from."""
    started = time.monotonic()
    dataset = without_left_out(dataset, settings, progress)
    fitted = fit(dataset, progress, quick)
    about = describe(dataset, fitted, quick)
    version = registry.register(
        about,
        fitted.onnx,
        _run(dataset, fitted, quick),
        settings,
        complete=lambda version: histograms.keep(dataset, version, settings),
    )
    return Trained(
        problem=dataset.problem.name,
        version=version,
        candidate=fitted.chosen,
        origin=dataset.origin,
        rows=len(dataset.y),
        seconds=round(time.monotonic() - started, 1),
        metrics=about.metrics,
        baseline=about.baseline,
    )


def describe(dataset: Dataset, fitted: Fitted, quick: bool = False) -> ProblemFile:
    """What the bundle will say of this model; the version is given by the registry."""
    problem = dataset.problem
    asking = frequencies(dataset.take(~held_out(dataset)), fitted.classes)
    asked = consultation.on_held_out(dataset, fitted.onnx, fitted.classes, asking)
    drawn = curves.on_held_out(dataset, fitted.onnx, fitted.classes)
    sure = honest(dataset, fitted.onnx, fitted.classes, fitted.unseen)
    return ProblemFile(
        name=problem.name,
        question={"es": problem.question["es"], "en": problem.question["en"]},
        kind=problem.kind,
        classes=fitted.classes,
        features=dataset.features,
        version="",
        trained_at=datetime.now(UTC).isoformat(timespec="seconds"),
        git_commit=git_commit(),
        data_hash=dataset.data_hash,
        sources=tuple(sorted(np.unique(dataset.sources).tolist())),
        origin=dataset.origin,
        rows=len(dataset.y),
        patients=len(np.unique(dataset.patients)),
        metrics=_finite({**fitted.metrics, **asked, **sure.metrics}),
        baseline=_finite(fitted.baseline),
        calibration=_finite(
            {
                "temperature": fitted.temperature,
                "ece": fitted.metrics["ece"],
                "slope": fitted.metrics["calibration_slope"],
                "intercept": fitted.metrics["calibration_intercept"],
            }
        ),
        confident=fitted.confident,
        broader=fitted.broader,
        asking=asking,
        curves=drawn.model_copy(update={"learning": learning(dataset, fitted.chosen, quick)}),
        conformal=sure.conformal,
        familiar=sure.familiar,
        candidate=fitted.chosen,
    )


def _run(dataset: Dataset, fitted: Fitted, quick: bool) -> registry.Run:
    """The training's run: each candidate that was compared is a run within it."""
    command = f"semia train {dataset.problem.name}{' --quick' if quick else ''}"
    params = {
        **provenance(dataset, command),
        "candidate": fitted.chosen,
        "quick": str(quick).lower(),
        "classes": ",".join(fitted.classes),
        "temperature": f"{fitted.temperature:.6g}",
        "pipeline": repr(fitted.pipeline)[:5000],
    }
    measured = {
        **fitted.metrics,
        **{f"baseline_{name}": value for name, value in fitted.baseline.items()},
    }
    compared = {
        name: registry.Run({}, _finite(figures)) for name, figures in fitted.compared.items()
    }
    return registry.Run(params, _finite(measured), compared)


def _finite(figures: Mapping[str, float]) -> dict[str, float]:
    """Leave out what could not be measured: JSON has no word for it."""
    return {name: value for name, value in figures.items() if math.isfinite(value)}
