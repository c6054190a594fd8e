"""The shape of what a model learned from, kept in the database to measure drift against."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ml.cohort.dataset import Dataset
from ml.kept_table import KeptTable
from warehouse.settings import Settings

TABLE = "registry.reference_histograms"
# A bin of its own for what is unknown: a vital that is measured less often has drifted too.
UNKNOWN = -1
_BINS = 10

_CREATE = f"""
create table if not exists {TABLE} (
    problem text not null,
    version text not null,
    feature text not null,
    bin integer not null,
    lower double precision,
    upper double precision,
    patients bigint not null,
    share double precision not null,
    primary key (problem, version, feature, bin)
);
comment on table {TABLE} is
'Share of encounters in each bin of each feature when a model was trained; bin -1 is unknown.';
comment on column {TABLE}.problem is 'The question the model answers, such as severity';
comment on column {TABLE}.version is 'Version of the model that learned from these encounters';
comment on column {TABLE}.feature is 'Feature, as its model names it';
comment on column {TABLE}.bin is 'Number of the bin, from 0; -1 counts what is unknown';
comment on column {TABLE}.lower is 'Least value in the bin, in its unit; empty is unbounded';
comment on column {TABLE}.upper is 'First value above the bin; empty is unbounded';
comment on column {TABLE}.patients is 'Encounters in the bin';
comment on column {TABLE}.share is 'The same as a part of all, 0 to 1';
"""
_KEPT = KeptTable(TABLE, _CREATE)

Row = tuple[str, str, str, int, float | None, float | None, int, float]


def keep(dataset: Dataset, version: str, settings: Settings) -> None:
    """Write the histogram of every feature for this model version, replacing an older one."""
    with _KEPT.opened(settings) as connection:
        connection.execute(
            f"delete from {TABLE} where problem = %s and version = %s",  # noqa: S608 - a constant
            (dataset.problem.name, version),
        )
        with connection.cursor().copy(f"copy {TABLE} from stdin") as copy:
            for row in rows(dataset, version):
                copy.write_row(row)
        connection.execute(f"analyze {TABLE}")


def rows(dataset: Dataset, version: str) -> Iterator[Row]:
    """One row for each bin: (problem, version, feature, bin, lower, upper, patients, share).

    A bin holds `lower <= value < upper`; None is unbounded.
    """
    total = len(dataset.x)
    for position, feature in enumerate(dataset.features):
        values = dataset.x[:, position].astype(float)
        known = values[~np.isnan(values)]
        edges = _edges(known, position in dataset.numbers)
        counts = np.histogram(known, bins=np.concatenate([[-np.inf], edges, [np.inf]]))[0]
        head = (dataset.problem.name, version, feature)
        unknown = total - len(known)
        yield (*head, UNKNOWN, None, None, unknown, unknown / total)
        for number, count in enumerate(counts):
            lower = float(edges[number - 1]) if number else None
            upper = float(edges[number]) if number < len(edges) else None
            yield (*head, number, lower, upper, int(count), float(count / total))


def _edges(known: NDArray[np.float64], is_measured: bool) -> NDArray[np.float64]:
    """Inner edges: one at ½ between absent and present, deciles for what is measured."""
    if not is_measured or len(known) == 0:
        return np.array([0.5])
    return np.unique(np.quantile(known, np.arange(1, _BINS) / _BINS))
