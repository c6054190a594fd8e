"""From a training set to one calibrated, checked model; no database, no registry."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from ml.cohort.dataset import Dataset
from ml.cohort.hiding import (
    hidden,
    learnable,
    with_copies,
    with_small_sources,
    without_vitals,
)
from ml.cohort.split import FOLDS, SEED, Split, split, stratified_folds
from ml.evaluation.bootstrap import Rows, redrawn
from ml.evaluation.metrics import areas_under_roc, metrics, precision_low, quadratic_kappa
from ml.evaluation.subgroups import auc_by_subgroup
from ml.export import graph
from ml.models import chosen
from ml.models.candidates import BASELINE, Candidate, aligned, candidates
from ml.models.temperature import soften
from ml.serving.confidence import known, tally
from ml.serving.problem_file import Confident
from ml.training.compare import best, compare
from ml.training.thresholds import LEAST_ANSWERS, Told, confident_levels
from ml.training.unseen import Unseen, fitted_without, told, unseen
from warehouse.progress import Progress

Matrix = NDArray[np.float32]
Probabilities = NDArray[np.float64]

# Rows to learn from, copies included: more gained less than a thousandth of AUC and cost minutes.
_MOST_ROWS = 80_000
_MOST_ROWS_QUICK = 8_000
_MOST_COPIES = 2
# A quick training calibrates on so many answers to the unseen, if there are so many patients.
_ANSWERS_QUICK = 2_000
_OF_EACH_SOURCE = (
    "auc_roc",
    "accuracy",
    "quadratic_kappa",
    "under_triage",
    "over_triage",
    "ece",
    "n",
)


@dataclass(frozen=True)
class Fitted:
    """A model with everything that is said of it.

    `classes` are those it can answer: the problem's, less any that no training patient had.
    `metrics` and `baseline` are measured on the held-out patients, `compared` by cross-validation.
    `unseen` are calibrated answers to the patients it learned from, by models that never saw them;
    of a quick training, to a third of those patients where they are many.
    """

    pipeline: Pipeline
    temperature: float
    classes: tuple[str, ...]
    chosen: str
    confident: Confident | None
    metrics: dict[str, float]
    baseline: dict[str, float]
    compared: Mapping[str, Mapping[str, float]]
    onnx: bytes
    unseen: Unseen


def fit(dataset: Dataset, progress: Progress, quick: bool = False) -> Fitted:
    """Compare candidates, refit the best, calibrate it, set its threshold, measure and convert it.

    Raises `NotEnoughData` where a part of the split has one class, and `BadBundle` where ONNX and
    scikit-learn would answer differently.
    """
    # Boosting's threads wait for each other at every node: on a busy machine one is far faster.
    with threadpool_limits(limits=1):
        return _fit(dataset, progress, quick)


def _fit(dataset: Dataset, progress: Progress, quick: bool) -> Fitted:
    parts = split(dataset)
    found = chosen.read(dataset.problem.name)
    compared = compare(parts.train, progress, quick, found)
    winner = best(compared)
    progress.note(f"{dataset.problem.name}: refitting {winner} on {len(parts.train.y)} rows")
    made = {candidate.name: candidate for candidate in candidates(parts.train, quick, found)}
    refit = partial(_refit, made[winner], quick=quick)
    folds = _asked(parts.train, quick)
    nobody = np.arange(0)
    pipeline, *others = fitted_without(refit, parts.train, [nobody, *folds])
    progress.note(f"{dataset.problem.name}: answering patients by models that never saw them")
    raw = unseen(others, parts.train, folds)
    temperature = raw.temperature(pipeline.classes_)
    answering = Answering(pipeline, temperature, len(dataset.classes))
    calibrated = raw.answered(lambda given: answering.calibrated(given[:, pipeline.classes_]))
    onnx = graph.to_onnx(pipeline, temperature, len(dataset.features))
    gap = graph.difference(onnx, pipeline, temperature, parts.held_out.x)
    graph.refuse_difference(gap, dataset.problem.name)
    return Fitted(
        pipeline=pipeline,
        temperature=temperature,
        classes=tuple(dataset.classes[i] for i in pipeline.classes_),
        chosen=winner,
        confident=_confident(answering, calibrated, parts.held_out),
        metrics={
            **judge(answering, parts.held_out),
            **_of_the_unseen(calibrated),
            "onnx_difference": gap,
        },
        baseline=_baseline(made[BASELINE], parts),
        compared=compared,
        onnx=onnx,
        unseen=calibrated,
    )


@dataclass(frozen=True)
class Answering:
    """A fitted pipeline with its temperature, answering over all classes of the problem."""

    pipeline: Pipeline
    temperature: float
    classes: int

    def __call__(self, x: Matrix) -> Probabilities:
        """Calibrated probabilities [n, classes]; a class never learned gets nought."""
        return self.calibrated(self.pipeline.predict_proba(x))

    def calibrated(self, given: Probabilities) -> Probabilities:
        """The same from what the pipeline, or one made alike, gave for the classes it learned."""
        softened = soften(given, self.temperature)
        return aligned(softened, self.pipeline.classes_, self.classes)


def judge(answering: Answering, held_out: Dataset) -> dict[str, float]:
    """Every figure on held-out patients: all or part known, vitals hidden, each source alone."""
    everything = answering(held_out.x)
    figures = _measured(held_out, everything)
    partial = _measured(held_out, answering(hidden(held_out, np.random.default_rng(SEED))))
    for name in ("auc_roc", "accuracy", "top_3", "ece"):
        figures[f"{name}_partial"] = partial[name]
    figures["shift_without_vitals"] = _shift(held_out, everything, answering)
    if len(held_out.problem.sources) > 1:
        figures.update(_by_source(held_out, everything))
    for name, auc in auc_by_subgroup(held_out, everything).items():
        figures[f"auc_roc_of_{name}"] = auc
    figures.update(_intervals(held_out, everything))
    return figures


def _intervals(held_out: Dataset, answers: Probabilities) -> dict[str, float]:
    """How far the main figures could be off: ends of 95 % intervals over redrawn patients."""

    def measure(rows: Rows) -> dict[str, float]:
        y, drawn = held_out.y[rows], answers[rows]
        auc = areas_under_roc(y, drawn, held_out.classes)["auc_roc"]
        figures = {"auc_roc": auc, "accuracy": float((drawn.argmax(axis=1) == y).mean())}
        if held_out.problem.kind == "ordinal":
            figures["quadratic_kappa"] = quadratic_kappa(y, drawn)
        return figures

    found = redrawn(measure, held_out.patients)
    ends = {name: (one.low, one.high) for name, one in found.items()}
    return {
        f"{name}_{end}": value
        for name, both in ends.items()
        for end, value in zip(("low", "high"), both, strict=True)
        if value is not None
    }


def _measured(dataset: Dataset, answers: Probabilities) -> dict[str, float]:
    return metrics(dataset.y, answers, dataset.classes, dataset.problem.kind)


def _by_source(held_out: Dataset, answers: Probabilities) -> dict[str, float]:
    """Each source alone, since scales of different meaning are never pooled in silence."""
    figures = _alone(held_out, answers, "")
    for source in np.unique(held_out.sources):
        rows = held_out.sources == source
        for name, end in _intervals(held_out.take(rows), answers[rows]).items():
            figures[f"{source}_{name}"] = end
    return figures


def _alone(patients: Dataset, answers: Probabilities, which: str) -> dict[str, float]:
    """Figures of each source, ended by `which` patients they are of."""
    figures: dict[str, float] = {}
    for source in np.unique(patients.sources):
        rows = patients.sources == source
        alone = _measured(patients.take(rows), answers[rows])
        for name in _OF_EACH_SOURCE:
            if name in alone:
                figures[f"{source}_{name}{which}"] = alone[name]
    return figures


def _of_the_unseen(given: Unseen) -> dict[str, float]:
    """The same on who is learned from: of a small source they are many more than judge.

    Nothing is said where there is one source: its held-out patients are enough.
    """
    if len(given.patients.problem.sources) < 2:
        return {}
    return _alone(given.patients, given.everything.probabilities, "_unseen")


def _shift(held_out: Dataset, everything: Probabilities, answering: Answering) -> float:
    """Mean change of the first class's probability when known vital signs are hidden."""
    bare = without_vitals(held_out)
    had = (np.isnan(bare) & ~np.isnan(held_out.x)).any(axis=1)
    if not had.any():
        return 0.0
    return float((answering(bare[had])[:, 0] - everything[had, 0]).mean())


def _asked(train: Dataset, quick: bool) -> list[NDArray[np.intp]]:
    """The folds whose patients are answered: all, or quickly so many as hold patients enough."""
    folds = stratified_folds(train, FOLDS)
    enough = -(-_ANSWERS_QUICK * FOLDS // len(train.y))
    return folds[:enough] if quick else folds


def _refit(candidate: Candidate, train: Dataset, quick: bool) -> Pipeline:
    most = _MOST_ROWS_QUICK if quick else _MOST_ROWS
    rng = np.random.default_rng(SEED)
    train = with_small_sources(learnable(train, rng))
    if len(train.y) * 2 > most:
        train = train.take(np.sort(rng.choice(len(train.y), most // 2, replace=False)))
    copies = min(_MOST_COPIES, most // len(train.y) - 1)
    learned = with_copies(train, copies, rng)
    return candidate.make().fit(learned.x, learned.y)


def _confident(answering: Answering, given: Unseen, held_out: Dataset) -> Confident | None:
    """Where answers are confident: chosen on answers to the unseen, measured on the held-out."""
    of_source = [given.patients.sources == one for one in np.unique(given.patients.sources)]
    levels = confident_levels(*given.all, groups=of_source)
    sure = [level.threshold for level in levels if level.threshold is not None]
    if not sure:
        return None
    rule = Confident(threshold=min(sure), precision=0, precision_low=0, coverage=0, levels=levels)
    answered, right = _tally(rule, given.everything)
    everything, _, little = (Told(held_out.y, answering(x), known(x)) for x in told(held_out))
    judged, judged_right = _tally(rule, everything)
    of_little, little_right = _tally(rule, little)
    if judged == 0:
        return None
    figures = {
        "precision": judged_right / judged,
        "precision_low": precision_low(right, answered),
        "coverage": judged / len(held_out.y),
        "precision_told_little": little_right / of_little if of_little >= LEAST_ANSWERS else None,
        "coverage_told_little": of_little / len(held_out.y),
    }
    return rule.model_copy(update=figures)


def _tally(rule: Confident, told: Told) -> tuple[int, int]:
    return tally(rule, told.y, told.probabilities, told.counts)


def _baseline(candidate: Candidate, parts: Split) -> dict[str, float]:
    """The same figures for answering everyone with the training shares of the classes."""
    prior = candidate.make().fit(parts.train.x, parts.train.y)
    answers = aligned(
        prior.predict_proba(parts.held_out.x), prior.classes_, len(parts.train.classes)
    )
    return _measured(parts.held_out, answers)
