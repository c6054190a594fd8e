"""Look at the data of a problem before any model does: one report, and what to leave out.

Patients who judge models are not looked at: a decision made with them would flatter every model.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ml.cohort import left_out
from ml.cohort.dataset import Dataset, from_frame
from ml.cohort.split import SEED, held_out
from ml.exploration.association import explained
from ml.exploration.cells import bands_of
from ml.exploration.findings import Findings
from ml.exploration.known import known_columns
from ml.exploration.landed import landed
from ml.exploration.leakage import Suspect, screen, screen_features
from ml.exploration.missing import missing
from ml.exploration.projection import project
from ml.exploration.redundancy import redundancy
from ml.exploration.shift import shifts
from ml.exploration.signs import expected
from ml.problems import Problem, get_problem
from warehouse.progress import Progress, Silent
from warehouse.settings import Settings
from warehouse.vocabulary import Vocabulary, load_vocabulary

# As many encounters of a source show what more of them would.
_MOST_ROWS = 20_000
_TELLING = 30


@dataclass(frozen=True)
class Explored:
    """Where the report and the decisions are, what is left out and which columns are suspect."""

    problem: str
    report: str
    decisions: str
    rows: int
    left_out: dict[str, str]
    suspects: Sequence[Suspect]
    unflagged: Sequence[tuple[str, str]]


def explore(problem: str, settings: Settings, progress: Progress = Silent()) -> Explored:
    """Explore `problem`: write `<SEMIA_HOME>/exploration/<problem>.html` and what to leave out.

    Raises `NotEnoughData` and `ContractBroken` as training would.
    """
    # Drawing takes a second to import, and no other command draws.
    from ml.exploration.report import report

    record, explored_at = get_problem(problem), datetime.now(UTC).isoformat(timespec="seconds")
    found = findings(record, settings, progress)
    decided = left_out.LeftOut(
        problem=problem,
        data_hash=found.dataset.data_hash,
        decided_at=explored_at,
        features=found.left_out,
    )
    decisions = left_out.write(decided, settings)
    page = decisions.with_suffix(".html")
    page.write_text(report(found, explored_at), encoding="utf-8")
    return _explored(found, page, decisions)


def findings(problem: Problem, settings: Settings, progress: Progress) -> Findings:
    """Everything that is found out about the patients who may be looked at."""
    from feature_repo.store import training_frame

    frame, vocabulary = training_frame(problem.name, settings), load_vocabulary()
    whole = from_frame(problem, frame, vocabulary)
    frame = frame[frame["origin"] == whole.origin]
    rows = _looked_at(whole)
    dataset, looked = whole.take(rows), frame.iloc[rows]
    progress.note(f"{problem.name}: looking at {len(rows)} encounters")
    suspects, unflagged = _screened(dataset, looked, settings, vocabulary, progress)
    return Findings(
        dataset=dataset,
        flow=_flow(frame, whole, rows),
        missing=missing(dataset),
        telling=_telling(dataset),
        redundancy=redundancy(whole.take(~held_out(whole))),
        projection=project(dataset),
        suspects=suspects,
        suspect_features=screen_features(dataset),
        unflagged=unflagged,
        sources=shifts(dataset, dataset.sources),
        years=shifts(dataset, looked["event_timestamp"].dt.year.astype(str).to_numpy(np.str_)),
    )


def _looked_at(dataset: Dataset) -> NDArray[np.intp]:
    """Rows of patients who do not judge, at most so many of each source."""
    rng = np.random.default_rng(SEED)
    free = ~held_out(dataset)
    picked = []
    for source in np.unique(dataset.sources):
        rows = np.flatnonzero(free & (dataset.sources == source))
        picked.append(rng.choice(rows, min(len(rows), _MOST_ROWS), replace=False))
    return np.sort(np.concatenate(picked))


def _screened(
    dataset: Dataset,
    frame: pd.DataFrame,
    settings: Settings,
    vocabulary: Vocabulary,
    progress: Progress,
) -> tuple[list[Suspect], list[tuple[str, str]]]:
    """Suspect landed columns of each source, and columns of unknown meaning that are not."""
    suspects: list[Suspect] = []
    unflagged: list[tuple[str, str]] = []
    for source in map(str, np.unique(dataset.sources)):
        progress.note(f"{dataset.problem.name}: screening every landed column of {source}")
        rows = np.flatnonzero(dataset.sources == source)
        part, encounters = dataset.take(rows), frame["encounter_id"].to_numpy(np.str_)[rows]
        columns = landed(dataset.problem, source, encounters, settings)
        known = known_columns(source, columns, vocabulary)
        found = screen(source, columns, known, part.y, expected(part))
        flagged = {one.column for one in found}
        suspects += found
        names = [str(name) for name in columns]
        unflagged += [(source, name) for name in names if name not in known | flagged]
    return suspects, unflagged


def _flow(frame: pd.DataFrame, whole: Dataset, rows: NDArray[np.intp]) -> list[tuple[str, int]]:
    judging = held_out(whole)
    return [
        (f"with a known answer, {whole.origin}", len(frame)),
        ("kept to judge models, not looked at", int(judging.sum())),
        ("open to exploration and training", int((~judging).sum())),
        (f"looked at here (at most {_MOST_ROWS:,} of a source)", len(rows)),
    ]


def _telling(dataset: Dataset) -> list[str]:
    """The signs that take away most of the answer, most first."""
    share = {
        dataset.features[i]: explained(bands_of(pd.Series(dataset.x[:, i])), dataset.y)
        for i in dataset.signs
    }
    return sorted(share, key=lambda name: -share[name])[:_TELLING]


def _explored(found: Findings, page: Path, decisions: Path) -> Explored:
    return Explored(
        problem=found.dataset.problem.name,
        report=str(page),
        decisions=str(decisions),
        rows=len(found.dataset.y),
        left_out=found.left_out,
        suspects=found.suspects,
        unflagged=found.unflagged,
    )
