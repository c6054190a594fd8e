"""Yale triage visits in the published format that follow the measured figures."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from warehouse.sources.figures import Figures, load_figures
from warehouse.sources.sampling import happens, moved, pick
from warehouse.sources.yale_triage.care import care
from warehouse.sources.yale_triage.columns import (
    HISTORY,
    MEASURED_VITALS,
    PUBLISHED,
    TEXTS,
    UTILISATION,
)
from warehouse.sources.yale_triage.complaints import Complaints
from warehouse.sources.yale_triage.groups import DISPOSITIONS, STRATA
from warehouse.sources.yale_triage.person import demographics
from warehouse.sources.yale_triage.vitals import age_and_vitals

Columns = dict[str, NDArray[Any]]

# Visits are made and written this many at a time, so that memory does not grow with the cohort.
AT_ONCE = 20_000


def synthesise(folder: Path, rows: int, seed: int, shift: float) -> None:
    """Write `rows` visits to `folder`/ed_triage.parquet; `shift` 1 brings graver, older people."""
    figures = load_figures(Path(__file__).parent)
    rng = np.random.default_rng(seed)
    form = schema()
    with pq.ParquetWriter(folder / "ed_triage.parquet", form) as writer:
        for first, last in _pieces(rows):
            columns = visits(rng, figures, last - first, shift)
            # Numbers with gaps, as where a part of the rows was published.
            columns["patient_id"] = np.arange(first, last) * 8 + rng.integers(0, 8, last - first)
            arrays = [_array(columns[field.name], field.type) for field in form]
            writer.write_table(pa.table(arrays, schema=form))


def schema() -> pa.Schema:
    """The published columns with their published types."""
    types = dict.fromkeys(PUBLISHED, pa.int16())
    types |= dict.fromkeys(("patient_id", *HISTORY, *UTILISATION), pa.int64())
    types |= dict.fromkeys(TEXTS, pa.large_string())
    types |= dict.fromkeys(MEASURED_VITALS, pa.float64())
    types |= {"o2_maybe_imputed": pa.bool_()}
    return pa.schema(types)


def visits(rng: np.random.Generator, figures: Figures, rows: int, shift: float) -> Columns:
    """The published columns but for the patient's number; what is unknown is NaN."""
    profiles = _profiles(figures)
    stratum = pick(rng, moved([one["count"] for one in figures["strata"]], shift), rows)
    level = np.array([level for level, _ in STRATA])[stratum]
    end = np.array([end for _, end in STRATA])[stratum]
    complaints = Complaints(figures)
    first, flags = complaints.drawn(rng, stratum)
    woman = happens(rng, complaints.women[first])
    measured = age_and_vitals(rng, figures, profiles, stratum, complaints.lifts(first), shift)
    recorded = care(rng, figures, level, end, measured["age"], woman)
    unknown = [figures["level_unknown"][name] for name in DISPOSITIONS]
    untold = happens(rng, np.array(unknown)[(end == "Discharge").astype(int)])
    return {
        "esi": np.where(untold, np.nan, level),
        "gender": np.where(woman, "Female", "Male"),
        "disposition": end,
        **flags,
        **measured,
        **recorded,
        **demographics(rng, figures, profiles, stratum, measured["age"], recorded["n_edvisits"]),
    }


def _pieces(rows: int) -> Iterator[tuple[int, int]]:
    return pairwise([*range(0, rows, AT_ONCE), rows])


def _profiles(figures: Figures) -> list[Figures]:
    """The figures of each stratum; one too thin to have any takes the level's before it."""
    profiles: list[Figures] = []
    for one in figures["strata"]:
        profiles.append(one if "age" in one else profiles[-len(DISPOSITIONS)])
    return profiles


def _array(values: NDArray[Any], kind: pa.DataType) -> pa.Array:
    return pa.array(values, from_pandas=True).cast(kind)
