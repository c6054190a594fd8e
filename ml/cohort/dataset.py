"""A training set: what the models read, what they should answer, and who may see which patient."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ml.problems import Problem
from warehouse.errors import ContractBroken, NotEnoughData
from warehouse.settings import Settings
from warehouse.vocabulary import Vocabulary, load_vocabulary

# Columns of a training frame that describe the encounter and are never a feature.
SPINE_COLUMNS = (
    "encounter_id",
    "patient_id",
    "event_timestamp",
    "label",
    "source",
    "origin",
    "created_at",
)
# Observations of these kinds are measured; every other feature is a sign: present or absent.
_MEASURED = ("numeric", "ordinal", "count")
LEAST_ROWS = 40

Matrix = NDArray[np.float32]
Codes = NDArray[np.intp]


@dataclass(frozen=True)
class Dataset:
    """Labelled encounters of one problem and one origin.

    `x` is float32 [rows, features], NaN where unknown; `y` [rows] indexes `classes`; `numbers`
    are the positions of measured features, all others being signs coded 1 present, 0 absent.
    `lots` [rows] is a number in [0, 1) that each patient has drawn, for `ml.cohort.split`.
    `data_hash` is a sha256 over ids, features and labels, the same whatever the order of rows.
    """

    problem: Problem
    features: tuple[str, ...]
    numbers: tuple[int, ...]
    classes: tuple[str, ...]
    x: Matrix
    y: Codes
    patients: NDArray[np.str_]
    sources: NDArray[np.str_]
    lots: NDArray[np.float64]
    origin: Literal["public", "synthetic"]
    data_hash: str

    @property
    def signs(self) -> tuple[int, ...]:
        """Positions of the features that are present, absent or unknown."""
        measured = set(self.numbers)
        return tuple(i for i in range(len(self.features)) if i not in measured)

    @property
    def feature_hash(self) -> str:
        """A sha256 over the features' names, their order, and which of them are measured."""
        named = (f"{name}:{place in self.numbers}" for place, name in enumerate(self.features))
        return hashlib.sha256("\n".join(named).encode()).hexdigest()

    def take(self, rows: NDArray[Any]) -> "Dataset":
        """These rows only, by mask or position; the hash stays that of the whole."""
        return replace(
            self,
            x=self.x[rows],
            y=self.y[rows],
            patients=self.patients[rows],
            sources=self.sources[rows],
            lots=self.lots[rows],
        )

    def read_as(self, features: Sequence[str]) -> Matrix:
        """The columns that a model reads, in its order; one that these data lack is unknown."""
        rows = np.full((len(self.y), len(features)), np.nan, dtype=np.float32)
        for column, feature in enumerate(features):
            position = self.position(feature)
            if position is not None:
                rows[:, column] = self.x[:, position]
        return rows

    def position(self, feature: str) -> int | None:
        """Where a feature stands among the columns, or None where the problem has no such one."""
        return self.features.index(feature) if feature in self.features else None


def load(problem: Problem, settings: Settings) -> Dataset:
    """The training set of `problem` through the feature store, point in time correct."""
    from feature_repo.store import training_frame

    return from_frame(problem, training_frame(problem.name, settings), load_vocabulary())


def from_frame(problem: Problem, frame: pd.DataFrame, vocabulary: Vocabulary) -> Dataset:
    """Check and encode a training frame.

    Raises `NotEnoughData` for too few rows or one class, and what `encode` raises.
    """
    frame = _one_origin(frame)
    _refuse_too_little(problem, frame)
    return encode(problem, frame, vocabulary)


def encode(problem: Problem, frame: pd.DataFrame, vocabulary: Vocabulary) -> Dataset:
    """Encode a frame of one origin, however few rows it has.

    Raises `ContractBroken` for a label that the problem does not have or a value that is not
    finite.
    """
    features = tuple(name for name in frame.columns if name not in SPINE_COLUMNS)
    x = frame[list(features)].to_numpy(dtype=np.float32, na_value=np.nan)
    _refuse_infinite(problem, features, x)
    labels = frame["label"].astype(str)
    classes = _classes(problem, labels, vocabulary)
    measured = {item.code for item in vocabulary.observations if item.kind in _MEASURED}
    return Dataset(
        problem=problem,
        features=features,
        numbers=tuple(i for i, name in enumerate(features) if name in measured),
        classes=classes,
        x=x,
        y=np.asarray(labels.map({code: i for i, code in enumerate(classes)}), dtype=np.intp),
        patients=frame["patient_id"].to_numpy(dtype=np.str_),
        sources=frame["source"].to_numpy(dtype=np.str_),
        lots=_lots(frame),
        origin=frame["origin"].iloc[0],
        data_hash=_hash(frame[["encounter_id", "label", *features]]),
    )


def _one_origin(frame: pd.DataFrame) -> pd.DataFrame:
    """Public rows alone where there are any: no model learns from patients and imitations."""
    public = frame["origin"] == "public"
    return frame[public] if public.any() else frame


def _refuse_too_little(problem: Problem, frame: pd.DataFrame) -> None:
    found = int(frame["label"].nunique())
    if len(frame) < LEAST_ROWS or found < 2:
        raise NotEnoughData(
            f"{problem.name} has {len(frame)} labelled rows of {found} classes, and needs at"
            f" least {LEAST_ROWS} rows of two",
            where=f"features.{problem.spine}",
            next_step="land more data with semia land or semia synthesise, then semia build",
        )


def _refuse_infinite(problem: Problem, features: Sequence[str], x: Matrix) -> None:
    infinite = np.isinf(x)
    if infinite.any():
        row, column = np.argwhere(infinite)[0]
        raise ContractBroken(
            f"{features[column]} holds an infinite value in row {row} of the training set",
            where=f"feature service {problem.service}",
            next_step="add a range test to the feature model's yml, then semia build",
        )


def _classes(problem: Problem, labels: "pd.Series[str]", vocabulary: Vocabulary) -> tuple[str, ...]:
    """The problem's order of classes, those without a single patient left out."""
    ordered = sorted(vocabulary.diagnoses, key=lambda item: item.sort_order)
    listed = problem.classes or tuple(item.code for item in ordered if item.problem == problem.name)
    found = set(labels.unique())
    strange = sorted(found - set(listed))
    if strange:
        raise ContractBroken(
            f"label {strange[0]!r} is no class of {problem.name}",
            where=f"features.{problem.spine}",
            next_step="add it to the diagnoses seed or mend the spine, then semia build",
        )
    return tuple(code for code in listed if code in found)


def _lots(frame: pd.DataFrame) -> NDArray[np.float64]:
    """What each row's patient draws: it depends on the id of their first encounter alone.

    Not on the patient's own id, which is hashed with the installation's key: exchanging the key
    would move patients across, and two places with the same file would judge by other patients.
    Ids that count up are ordered by number, so that a later encounter changes nobody's first.
    """
    ids = frame["encounter_id"].astype(str)
    order = pd.DataFrame({"patient": frame["patient_id"], "length": ids.str.len(), "id": ids})
    first = order.sort_values(["length", "id"]).drop_duplicates("patient")
    drawn = dict(zip(first["patient"], map(_unit_hash, first["id"]), strict=True))
    return frame["patient_id"].map(drawn).to_numpy(dtype=np.float64)


def _unit_hash(word: str) -> float:
    """A number in [0, 1) that depends on the word alone."""
    return int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big") / 2**64


def _hash(frame: pd.DataFrame) -> str:
    ordered = frame.sort_values("encounter_id", ignore_index=True)
    values = pd.util.hash_pandas_object(ordered, index=False).to_numpy()
    digest = hashlib.sha256(",".join(map(str, ordered.columns)).encode())
    digest.update(values.tobytes())
    return digest.hexdigest()
