"""The one gate: whether a challenger may replace the champion, on the same held-out patients."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import numpy as np

from ml import registry
from ml.cohort.dataset import Dataset, load
from ml.cohort.split import held_out
from ml.evaluation.latency import latency
from ml.governance import decisions, promotions
from ml.governance.checks import Check, Scored, absolute, at_most, relative
from ml.governance.limits import limits_of
from ml.problems import Problem, get_problem
from ml.registry import Registered
from ml.serving.bundle import check_classes, session_from
from ml.serving.confidence import known
from warehouse.progress import Progress, Silent
from warehouse.settings import Settings

NOTHING_NEW = "the champion is the newest model; there is nothing to decide"


@dataclass(frozen=True)
class Decision:
    """What the gate decided, by which checks; `champion` is None for a problem's first model."""

    problem: str
    challenger: str
    champion: str | None
    accepted: bool
    reason: str
    checks: Sequence[Check]
    data_hash: str
    decided_at: str


def decide(
    problem: str,
    settings: Settings,
    progress: Progress = Silent(),
    dataset: Dataset | None = None,
) -> Decision:
    """Hold the challenger against the limits, and against the champion where there is one.

    The decision is written to registry.gate_decisions with every figure; the champion is not
    touched. `dataset` spares reading the features again. Raises `NoChampion` where no model has
    been trained.
    """
    record = get_problem(problem)
    challenger = registry.challenger(problem, settings)
    champion = registry.find(problem, "champion", settings)
    if champion is not None and champion.version == challenger.version:
        return _decision(record, challenger, champion, [], NOTHING_NEW)
    progress.note(f"{problem}: judging version {challenger.version} on the held-out patients")
    if dataset is None:
        dataset = load(record, settings)
    checks = judge(dataset.take(held_out(dataset)), challenger, champion)
    checks.append(_not_withdrawn(problem, challenger.version, settings))
    decision = _decision(record, challenger, champion, checks, _reason(checks))
    decisions.write(asdict(decision), settings)
    return decision


def _not_withdrawn(problem: str, version: str, settings: Settings) -> Check:
    """A version that someone rolled back does not come back by passing the same checks again."""
    back = promotions.withdrawn(problem, version, settings)
    return at_most("times it was rolled back", float(back), 0.0)


def judge(patients: Dataset, challenger: Registered, champion: Registered | None) -> list[Check]:
    """Every check of `challenger` on held-out `patients`; with a champion also against it."""
    limits = limits_of(challenger.about.name)
    ours = score(patients, challenger)
    checks = absolute(ours, limits, patients.problem)
    if champion is not None:
        checks += relative(ours, score(patients, champion), limits)
    return checks


def score(patients: Dataset, model: Registered) -> Scored:
    """The model's answers to `patients`, over all classes of the data set."""
    rows = patients.read_as(model.about.features)
    session = session_from(model.onnx, where=f"{model.about.name} {model.version}")
    (answers,) = session.run(["probabilities"], {"features": rows})
    check_classes(answers.shape[1], model.about.classes, f"{model.about.name} {model.version}")
    full = np.zeros((len(patients.y), len(patients.classes)))
    for column, code in enumerate(model.about.classes):
        if code in patients.classes:
            full[:, patients.classes.index(code)] = answers[:, column]
    return Scored(model, patients, full, known(rows), latency(session, rows))


def _reason(checks: Sequence[Check]) -> str:
    failed = [check for check in checks if not check.holds]
    if not failed:
        return "every check holds"
    return "; ".join(check.failing() for check in failed)


def _decision(
    problem: Problem,
    challenger: Registered,
    champion: Registered | None,
    checks: Sequence[Check],
    reason: str,
) -> Decision:
    return Decision(
        problem=problem.name,
        challenger=challenger.version,
        champion=champion.version if champion else None,
        accepted=all(check.holds for check in checks),
        reason=reason,
        checks=checks,
        data_hash=challenger.about.data_hash,
        decided_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )
