"""Search for hyper-parameters: nested, by patient, and without an hour spent on the hopeless.

Within the patients that training may learn from, each outer fold judges what was found on the
rest. On that rest successive halving draws parameters and gives few rows to many, three times the
rows to the best third, and so on (Jamieson and Talwalkar 2016, arXiv:1502.07943), by log-loss over
folds with patients whole, on rows as recorded and with evidence hidden.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.experimental import enable_halving_search_cv  # noqa: F401 - it lets the next be found
from sklearn.model_selection import HalvingRandomSearchCV, StratifiedGroupKFold
from sklearn.pipeline import Pipeline

from ml import registry
from ml.cohort.dataset import Dataset, load
from ml.cohort.left_out import without_left_out
from ml.cohort.split import SEED, split, stratified_folds
from ml.models import chosen
from ml.models.candidates import KINDS, Candidate, candidates
from ml.models.chosen import Chosen
from ml.problems import get_problem
from ml.provenance import git_commit, provenance
from ml.training.compare import best, cross_validated, learned_from, sampled
from ml.training.thresholds import FLOOR
from ml.training.workers import workers
from warehouse.progress import Progress, Silent
from warehouse.settings import Settings

ROWS = 3_000
TRIES = 18
_FOLDS = 3
_FACTOR = 3


@dataclass(frozen=True)
class Effort:
    """How much is spent: rows to search on, sets of parameters to begin with, and on what.

    `cluster` is the address of a dask scheduler; without one, this computer's cores work.
    """

    rows: int = ROWS
    tries: int = TRIES
    cluster: str | None = None

    def command(self, problem: str) -> str:
        """What to type for the same search; where it runs changes no digit."""
        return f"semia search {problem} --rows {self.rows} --tries {self.tries}"


@dataclass(frozen=True)
class Tried:
    """One set of parameters: how it did, in mean log-likelihood, on how many `rows`."""

    parameters: Mapping[str, object]
    rows: int
    log_likelihood: float


@dataclass(frozen=True)
class Searched:
    """What a search found: its run, the best candidate, parameters of each, honest figures.

    `figures` of each candidate were measured on outer folds, where parameters were searched anew
    on the rest: they are those of the search, and kinder to no candidate than to another.
    """

    problem: str
    run: str
    candidate: str
    parameters: Mapping[str, Mapping[str, object]]
    figures: Mapping[str, Mapping[str, float]]


def search(
    problem: str,
    settings: Settings,
    progress: Progress = Silent(),
    effort: Effort = Effort(),
) -> tuple[Searched, Chosen]:
    """Search every kind of model of `problem`, log each set of parameters that was tried.

    Returns what was found and the file that would make training go by it. Held-out patients are
    never seen.
    """
    dataset = without_left_out(load(get_problem(problem), settings), settings, progress)
    with workers(effort.cluster):
        figures, tried = search_on(dataset, progress, effort)
    winner = best({name: one for name, one in figures.items() if name != "blend"})
    parameters = {name: _jsonable(one[-1].parameters) for name, one in tried.items()}
    about = provenance(dataset, effort.command(problem))
    children = {name: registry.Run({}, found) for name, found in figures.items()}
    for name, rows in tried.items():
        children |= {f"{name} {place}": _as_run(one) for place, one in enumerate(rows)}
    parent = registry.Run({**about, "candidate": winner}, figures[winner], children)
    run = registry.log(problem, f"search {problem}", parent, settings)
    found = Searched(problem, run, winner, parameters, figures)
    return found, Chosen(
        command=effort.command(problem),
        run=run,
        data_hash=dataset.data_hash,
        git_commit=git_commit(),
        candidate=winner,
        parameters=parameters,
    )


def keep(found: Chosen, problem: str) -> str:
    """Write what was found where training reads it; returns the file."""
    return str(chosen.write(problem, found))


def search_on(
    dataset: Dataset, progress: Progress, effort: Effort
) -> tuple[dict[str, dict[str, float]], dict[str, list[Tried]]]:
    """Figures of each candidate on outer folds, and what was tried on all, the best at the end."""
    sample = sampled(split(dataset).train, effort.rows)
    taking_part = candidates(sample, quick=True, every=True)
    spaces = {kind.name: kind.space(sample) for kind in KINDS}

    def halved(candidate: Candidate, learned: Dataset) -> Any:  # noqa: ANN401 - sklearn has no types
        return _fit(candidate, spaces[candidate.name], learned, effort.tries)

    folds = stratified_folds(sample, _FOLDS)
    figures = cross_validated(sample, folds, taking_part, halved, progress)
    tried = {}
    for candidate in taking_part:
        if not candidate.parts and spaces[candidate.name]:
            progress.note(f"{sample.problem.name}: searching {candidate.name} on all")
            tried[candidate.name] = _tried(halved(candidate, learned_from(sample)))
    return figures, tried


def log_likelihood(model: Any, x: NDArray[np.float32], y: NDArray[np.intp]) -> float:  # noqa: ANN401
    """Mean logarithm of the right class's probability; a class never learned has the floor's.

    scikit-learn's own refuses folds in which a rare class is missing.
    """
    given = model.predict_proba(x)
    seen = np.isin(y, model.classes_)
    column = np.searchsorted(model.classes_, y[seen])
    of_right = np.full(len(y), FLOOR)
    of_right[seen] = np.maximum(given[np.flatnonzero(seen), column], FLOOR)
    return float(np.log(of_right).mean())


def _fit(candidate: Candidate, space: Mapping[str, Any], learned: Dataset, tries: int) -> Pipeline:
    if not space:
        return candidate.make().fit(learned.x, learned.y)
    size = int(np.prod([len(values) for values in space.values()]))
    halving = HalvingRandomSearchCV(
        candidate.make(),
        dict(space),
        n_candidates=min(tries, size),
        factor=_FACTOR,
        min_resources="exhaust",
        cv=StratifiedGroupKFold(_FOLDS, shuffle=True, random_state=SEED),
        scoring=log_likelihood,
        error_score="raise",
        random_state=SEED,
    )
    return halving.fit(learned.x, learned.y, groups=learned.patients)


def _tried(halving: Any) -> list[Tried]:  # noqa: ANN401 - sklearn has no types
    """Every set of parameters with its rows, the one that was chosen at the end."""
    table = halving.cv_results_
    rows = [
        Tried(parameters, int(rows), float(score))
        for parameters, rows, score in zip(
            table["params"], table["n_resources"], table["mean_test_score"], strict=True
        )
    ]
    rows.append(rows.pop(int(halving.best_index_)))
    return rows


def _as_run(one: Tried) -> registry.Run:
    params = {name: str(value) for name, value in one.parameters.items()}
    return registry.Run({**params, "rows": str(one.rows)}, {"log_likelihood": one.log_likelihood})


def _jsonable(parameters: Mapping[str, object]) -> dict[str, object]:
    """Numbers of NumPy as Python's own, which a file can hold."""
    return {
        name: value.item() if isinstance(value, np.generic) else value
        for name, value in parameters.items()
    }
