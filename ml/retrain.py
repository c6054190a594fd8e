"""Train a challenger where there is a reason to, and say which."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ml.problems import get_problem
from warehouse.progress import Progress, Silent
from warehouse.settings import Settings

if TYPE_CHECKING:
    from ml.cohort.dataset import Dataset
    from ml.registry import Registered

# A population stability index above this is a clear change (see ml/governance/drift.py).
DRIFT_LIMIT = 0.25
_NOTHING = "the newest model has learned from these very data, and they have not drifted"


@dataclass(frozen=True)
class Outcome:
    """Whether a challenger was trained, why or why not, and the newest version there is."""

    problem: str
    trained: bool
    why: str
    version: str


def retrain(
    problem: str,
    settings: Settings,
    progress: Progress = Silent(),
    force: bool = False,
    quick: bool = False,
    dataset: "Dataset | None" = None,
) -> Outcome:
    """Train a challenger of `problem` if the data changed, drifted, or `force` says so.

    The champion is not touched: what was trained waits for the gate. `dataset` spares reading
    the features again.
    """
    from ml import registry, train
    from ml.cohort.dataset import load

    record = get_problem(problem)
    newest = registry.find(problem, "challenger", settings)
    if dataset is None:
        dataset = load(record, settings)
    if newest is not None:
        why = _reason(newest, dataset.data_hash, force, settings)
        if not why:
            return Outcome(problem, False, _NOTHING, newest.version)
    else:
        why = "no model has been trained before"
    progress.note(f"{problem}: training, since {why}")
    trained = train.train_on(dataset, settings, progress, quick)
    return Outcome(problem, True, why, trained.version)


def _reason(newest: "Registered", data_hash: str, force: bool, settings: Settings) -> str:
    """Why another model is due; empty where none is."""
    if force:
        return "asked for"
    if newest.about.data_hash != data_hash:
        return "the data changed since the newest model was trained"
    return _drifted(newest.about.name, newest.version, settings)


def _drifted(problem: str, newest: str, settings: Settings) -> str:
    """The drift that asks for a new model; only the newest counts, an older one has its heir."""
    from ml.governance import drift

    measured = drift.last(problem, newest, settings)
    if measured is None or measured <= DRIFT_LIMIT:
        return ""
    return f"a feature has drifted by {measured:.2f}, above {DRIFT_LIMIT}"
