"""The champion on data it never saw: the command an outside site runs on its own files."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from feature_repo.store import training_frame
from ml import registry, site_files
from ml.cohort.dataset import Dataset, encode
from ml.evaluation.bootstrap import Interval, Rows, redrawn
from ml.evaluation.broader import broader_figures
from ml.evaluation.external import (
    confident_ones,
    elsewhere,
    factors_at,
    prior_of,
    stated_at,
    strange_ones,
)
from ml.evaluation.metrics import metrics
from ml.evaluation.told_apart import ToldApart, covered_by
from ml.problems import Kind, Problem, get_problem
from ml.registry import Registered
from ml.scratch import scratch_warehouse
from ml.serving import bundle
from ml.serving.bundle import session_from
from ml.serving.problem_file import Place, ProblemFile
from warehouse.errors import BadBundle, NoChampion, NotEnoughData, UnknownName
from warehouse.progress import Progress, Silent
from warehouse.settings import Settings
from warehouse.sources.registry import get_source
from warehouse.vocabulary import load_vocabulary

Probabilities = NDArray[np.float64]

# The figures of a validation, in the order in which they are printed.
FIGURES = (
    "auc_roc",
    "auc_pr",
    "f1_macro",
    "accuracy",
    "balanced_accuracy",
    "quadratic_kappa",
    "top_1",
    "top_3",
    "brier",
    "ece",
    "calibration_slope",
    "calibration_intercept",
    "coverage_at_precision_85",
    "precision_of_confident",
    "mean_gap",
    "mean_gap_reweighted",
    "brier_reweighted",
    "ece_reweighted",
    "mean_gap_recentred",
    "brier_recentred",
    "ece_recentred",
    "set_coverage",
    "set_size",
    "strange",
)


# A prevalence may not be stated as nought: what is not seen here is then never answered there.
_LEAST_SHARE = 0.001


@dataclass(frozen=True)
class Validated:
    """What the champion `version` is worth on `rows` encounters of `source`, with intervals.

    `prevalence_to_state` are the shares of classes that, stated with each of these patients, would
    make the answers right on average, and `place` sets them right at any prevalence there; None
    where the model does not know what it learned from. `classes` of their answers are found among
    these patients. `broader_undefined` says why figures of a broader question have no value.
    """

    problem: str
    source: str
    version: str
    learned_from: Literal["public", "synthetic"]
    figures: Mapping[str, Interval]
    rows: int
    patients: int
    prevalence_to_state: Mapping[str, float] | None
    place: Place | None
    classes: int
    kind: Kind
    broader_undefined: Mapping[str, str]

    def undefined(self) -> dict[str, str]:
        """Why each figure without a value has none."""
        bare = [name for name in FIGURES if self.figures[name].value is None]
        return {**{name: self._why_undefined(name) for name in bare}, **self.broader_undefined}

    def _why_undefined(self, name: str) -> str:
        if name == "quadratic_kappa" and self.kind != "ordinal":
            return "the classes have no order"
        if name == "precision_of_confident":
            return "no answer to these patients is confident"
        if self.classes < 2:
            return "all these patients have the same answer"
        if name in ("calibration_slope", "calibration_intercept"):
            return "no line fits best: the answers are all alike, or part the classes without error"
        return "this version of the model does not hold what it rests on"

    def as_json(self) -> dict[str, object]:
        """The flat object that `semia validate --json` prints."""
        about = {
            "problem": self.problem,
            "source": self.source,
            "version": self.version,
            "learned_from": self.learned_from,
            "patients": self.patients,
            "prevalence_to_state": self.prevalence_to_state,
            "undefined": self.undefined(),
        }
        shown = {name: vars(one) for name, one in self.figures.items()}
        counted = {"value": self.rows, "low": self.rows, "high": self.rows}
        return {**about, **shown, "n": counted}


def validate(
    problem: str, source: str, data_dir: Path, settings: Settings, progress: Progress = Silent()
) -> Validated:
    """Land the files in `data_dir/source`, build the same features, score the champion.

    Everything happens in a scratch database that is gone afterwards; the person's own state is
    only read. Raises `UnknownName`, `WrongSetting` or `BadFile` for a request that makes no sense,
    `NoChampion` where there is no model, and what landing, dbt and `ml.cohort.dataset` raise.
    """
    record, known = get_problem(problem), get_source(source)
    _refuse_other_questions(record, source)
    files = site_files.found_in(data_dir, known)
    model = champion(problem, settings)
    with scratch_warehouse(settings, progress) as scratch:
        landed = site_files.build(files, scratch, progress)
        patients = _patients(record, source, landed, scratch)
        progress.note(
            f"{problem}: scoring version {model.version} on {len(patients.y)} encounters with an"
            f" answer, of {landed} rows"
        )
        # In here too a signal to end is waited for: libraries keep temporary files of their own.
        return measured(patients, model, source)


def champion(problem: str, settings: Settings) -> Registered:
    """The model that serves: SEMIA_BUNDLE's where that is set, else the registry's, else the
    bundle's; a site that only received a bundle has no registry.
    """
    has_registry = settings.mlflow_uri is not None or (settings.home / "mlflow.db").exists()
    if has_registry and settings.bundle is None:
        return registry.champion(problem, settings)
    if not (settings.bundle_dir / "manifest.json").exists():
        raise BadBundle(
            "there is no model here: no registry, and no bundle",
            where=str(settings.bundle_dir),
            next_step="set SEMIA_BUNDLE to a bundle you were given, or semia up --prepare-only",
        )
    found = bundle.load(settings.bundle_dir).problems.get(problem)
    if found is None:
        raise NoChampion(
            f"the bundle has no model of {problem}",
            where=str(settings.bundle_dir),
            next_step=f"semia train {problem}, then semia gate, semia promote and semia export",
        )
    onnx = (settings.bundle_dir / problem / "model.onnx").read_bytes()
    return Registered(found.about, onnx)


def measured(patients: Dataset, model: Registered, source: str) -> Validated:
    """Every figure with its interval, for patients of a source that knows the model's classes."""
    about, raw = model.about, answers_to(patients, model)
    told = ToldApart.of(about.classes, covered_by(about.name, source, load_vocabulary()))
    strange = strange_ones(patients, about)
    is_confident = confident_ones(patients, about, about.confident, about.classes, raw)
    is_confident &= ~(strange > 0)
    broader = broader_figures(patients, raw, about, told, strange)
    first = np.asarray(told.under)[raw.argmax(axis=1)]
    patients, answers = on_one_scale(patients, told.together(raw), told.classes)

    def measure(rows: Rows) -> dict[str, float]:
        y = patients.y[rows]
        found = metrics(y, answers[rows], patients.classes, about.kind)
        site = elsewhere(y, raw[rows], about, patients.classes, told)
        found = {**found, **site, "strange": strange[rows].mean()}
        return _named(found, (first[rows] == y)[is_confident[rows]], len(y))

    return Validated(
        problem=about.name,
        source=source,
        version=model.version,
        learned_from=about.origin,
        figures={**redrawn(measure, patients.patients), **broader.figures},
        rows=len(patients.y),
        patients=len(np.unique(patients.patients)),
        prevalence_to_state=_to_state(patients, answers, about, told),
        place=_place(patients, answers, about, told, source),
        classes=len(np.unique(patients.y)),
        kind=about.kind,
        broader_undefined=broader.undefined,
    )


def answers_to(patients: Dataset, model: Registered) -> Probabilities:
    """The model's probabilities [n, classes]; a feature that these data lack is unknown."""
    rows = patients.read_as(model.about.features)
    session = session_from(model.onnx, where=f"{model.about.name} {model.version}")
    (answers,) = session.run(["probabilities"], {"features": rows})
    return np.asarray(answers, dtype=np.float64)


def _to_state(
    patients: Dataset, answers: Probabilities, about: ProblemFile, told: ToldApart
) -> dict[str, float] | None:
    if about.asking is None:
        return None
    prior = prior_of(about.asking, told)
    stated = stated_at(patients.y, answers[:, : len(told.classes)], prior)
    ratios = [one / learned for one, learned in zip(stated, prior, strict=True)]
    shares = np.maximum(told.apart(ratios, about.asking.prior), _LEAST_SHARE)
    return dict(zip(about.classes, (shares / shares.sum()).round(4).tolist(), strict=True))


def _place(
    patients: Dataset, answers: Probabilities, about: ProblemFile, told: ToldApart, source: str
) -> Place | None:
    if about.asking is None:
        return None
    prior = prior_of(about.asking, told)
    factors = factors_at(patients.y, answers[:, : len(told.classes)], prior)
    each = told.apart(factors, np.ones(len(about.classes)).tolist())
    return Place(source=source, rows=len(patients.y), factors=tuple(np.round(each, 4).tolist()))


def on_one_scale(
    patients: Dataset, answers: Probabilities, classes: tuple[str, ...]
) -> tuple[Dataset, Probabilities]:
    """Patients and answers over the model's classes; one it never learned gets probability 0."""
    unlearned = tuple(code for code in patients.classes if code not in classes)
    codes = np.asarray([(*classes, *unlearned).index(code) for code in patients.classes])
    widened = np.pad(answers, ((0, 0), (0, len(unlearned))))
    return replace(patients, classes=(*classes, *unlearned), y=codes[patients.y]), widened


def _named(found: Mapping[str, float], is_right: NDArray[np.bool_], rows: int) -> dict[str, float]:
    """The figures of one draw of `rows` by the names that are printed; NaN without a meaning.

    `is_right` holds for each confident answer whether it is.
    """
    answered = len(is_right)
    named = {
        **found,
        "top_1": found["accuracy"],
        "coverage_at_precision_85": answered / rows,
        "precision_of_confident": is_right.mean() if answered else float("nan"),
    }
    return {name: named.get(name, float("nan")) for name in FIGURES}


def _refuse_other_questions(problem: Problem, source: str) -> None:
    """Raise `UnknownName` for a source in which the answers of `problem` do not stand."""
    meanings = load_vocabulary().diagnosis_sources
    able = sorted({one.source for one in meanings if one.problem == problem.name})
    if source not in able:
        raise UnknownName(
            f"{source} does not hold the answers of {problem.name}",
            where="dbt_project/seeds/vocabulary/diagnosis_sources.csv",
            next_step=f"use one of: {', '.join(able)}",
        )


def _patients(problem: Problem, source: str, landed: int, settings: Settings) -> Dataset:
    """The encounters of `source` that have an answer, however few they are."""
    try:
        frame = training_frame(problem.name, settings)
    except NotEnoughData as error:
        raise _no_answer(problem, source, landed) from error
    return encode(problem, frame[frame["source"] == source], load_vocabulary())


def _no_answer(problem: Problem, source: str, landed: int) -> NotEnoughData:
    meanings = load_vocabulary().diagnosis_sources
    words = [
        one.source_value for one in meanings if (one.problem, one.source) == (problem.name, source)
    ]
    return NotEnoughData(
        f"none of {landed} rows of {source} holds an answer of {problem.name}",
        where=source,
        next_step=f"the answers are read as one of: {', '.join(words[:6])}",
    )
