"""How far each feature has moved from what the champion learned from; counted in the database.

The population stability index compares shares of encounters per bin, then and now:
Σ (now − then) · ln(now / then). Below 0.1 is no change to speak of, above 0.25 a clear one
(Siddiqi 2006, Credit Risk Scorecards, ch. 6). Being unknown is a bin like any other.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from psycopg import Connection, sql

from feature_repo.contracts import SCHEMA, FeatureContract, read_contracts
from ml import registry
from ml.cohort import histograms
from ml.kept_table import KeptTable
from ml.problems import PROBLEMS, get_problem
from ml.registry import Registered
from warehouse.progress import Progress, Silent
from warehouse.settings import Settings

TABLE = "monitoring.feature_drift"
# An empty bin counts as this share of encounters: the index has no value at nought.
_LEAST_SHARE = 0.0001
# Fewer patients than this with a feature known could be recognised, so nothing is said of them.
_LEAST_CELL = 10

_CREATE = f"""
create table if not exists {TABLE} (
    measured_at timestamptz not null,
    problem text not null,
    version text not null,
    feature text not null,
    psi double precision not null,
    primary key (measured_at, problem, feature)
);
comment on table {TABLE} is
'Population stability index of each feature against what the champion learned from.';
comment on column {TABLE}.measured_at is 'When the index was measured, UTC';
comment on column {TABLE}.problem is 'The question the model answers, such as severity';
comment on column {TABLE}.version is 'Version of the champion measured against';
comment on column {TABLE}.feature is 'Feature, as its model names it';
comment on column {TABLE}.psi is 'Index: under 0.1 nothing moved, above 0.25 retrain';
"""
_KEPT = KeptTable(TABLE, _CREATE)
_EDGES = f"""
select feature, lower, upper from {histograms.TABLE}
where problem = %s and version = %s and bin >= 0 order by feature, bin
"""  # noqa: S608 - the table's name is a constant
_INDEX = sql.SQL("""
with counted as (
    select count(*) as total, {counts}
    from {features} as f inner join {spine} as s on f.encounter_id = s.encounter_id
    where s.origin = {origin}
),
observed as (
    select named.feature, bin.number - 2 as bin, bin.patients, counted.total
    from counted
    cross join lateral (values {names}) as named (feature, bins)
    cross join lateral unnest(named.bins) with ordinality as bin (patients, number)
),
shares as (
    select
        o.feature,
        greatest(o.patients::double precision / nullif(o.total, 0), {least}) as now_share,
        greatest(r.share, {least}) as then_share,
        case when o.bin >= 0 then o.patients else 0 end as now_known,
        case when o.bin >= 0 then r.patients else 0 end as then_known
    from observed as o
    inner join {reference} as r on o.feature = r.feature and o.bin = r.bin
    where r.problem = {problem} and r.version = {version}
)
select feature, sum((now_share - then_share) * ln(now_share / then_share)) as psi
from shares
group by feature
having sum(now_known) not between 1 and {few} and sum(then_known) not between 1 and {few}
""")

Edges = Mapping[str, list[tuple[float | None, float | None]]]


@dataclass(frozen=True)
class DriftReport:
    """The index of each feature of one problem against the champion `version`, largest first."""

    problem: str
    version: str
    measured_at: str
    max_psi: float
    features: Mapping[str, float]


def measure(settings: Settings, progress: Progress = Silent()) -> list[DriftReport]:
    """Measure every problem that has a champion; write monitoring.feature_drift and drift.json.

    Before the first champion there is nothing to drift from, and so no report.
    """
    measured_at = datetime.now(UTC).isoformat(timespec="microseconds")
    champions = [registry.find(name, "champion", settings) for name in PROBLEMS]
    found = [champion for champion in champions if champion is not None]
    if not found:
        _write_file([], measured_at, settings)
        return []
    progress.start("Drift", total=len(found))
    contracts = read_contracts(settings.home / "dbt" / "manifest.json")
    with _KEPT.opened(settings) as connection:
        # Tables just built have no statistics yet, and a nested loop over them takes a minute.
        connection.execute("set local enable_nestloop = off")
        reports = []
        for champion in found:
            reports.append(_report(connection, champion, contracts, measured_at))
            progress.advance()
        _write_rows(connection, reports)
    _write_file(reports, measured_at, settings)
    return reports


def last(problem: str, version: str, settings: Settings) -> float | None:
    """The largest index measured last for this champion, or None where none was measured."""
    with _KEPT.opened(settings) as connection:
        row = connection.execute(
            f"select max(psi) from {TABLE} where problem = %s and version = %s"  # noqa: S608
            " group by measured_at order by measured_at desc limit 1",
            (problem, version),
        ).fetchone()
    return None if row is None else float(row[0])


def _report(
    connection: Connection[Any],
    champion: Registered,
    contracts: Iterable[FeatureContract],
    measured_at: str,
) -> DriftReport:
    name = champion.about.name
    edges = _edges(connection, champion)
    found: dict[str, float] = {}
    for contract in contracts:
        if get_problem(name).service in contract.meta.services:
            features = [column.name for column in contract.features if column.name in edges]
            if features:
                found.update(_indices(connection, champion, contract, features, edges))
    ranked = dict(sorted(found.items(), key=lambda item: -item[1]))
    return DriftReport(
        problem=name,
        version=champion.version,
        measured_at=measured_at,
        max_psi=max(ranked.values(), default=0.0),
        features=ranked,
    )


def _edges(connection: Connection[Any], champion: Registered) -> Edges:
    edges: dict[str, list[tuple[float | None, float | None]]] = {}
    for feature, lower, upper in connection.execute(
        _EDGES, (champion.about.name, champion.version)
    ):
        edges.setdefault(feature, []).append((lower, upper))
    return edges


def _indices(
    connection: Connection[Any],
    champion: Registered,
    contract: FeatureContract,
    features: Sequence[str],
    edges: Edges,
) -> dict[str, float]:
    """The index of each feature of one table, in one pass over it."""
    problem = get_problem(champion.about.name)
    query = _INDEX.format(
        counts=sql.SQL(", ").join(_counts(feature, edges[feature]) for feature in features),
        names=sql.SQL(", ").join(
            sql.SQL("({}, counted.{})").format(sql.Literal(name), sql.Identifier(name))
            for name in features
        ),
        features=sql.Identifier(SCHEMA, contract.table),
        spine=sql.Identifier(SCHEMA, problem.spine),
        reference=sql.SQL(histograms.TABLE),
        origin=sql.Literal(champion.about.origin),
        problem=sql.Literal(problem.name),
        version=sql.Literal(champion.version),
        least=sql.Literal(_LEAST_SHARE),
        few=sql.Literal(_LEAST_CELL - 1),
    )
    return {name: float(psi) for name, psi in connection.execute(query) if psi is not None}


def _counts(feature: str, bins: Iterable[tuple[float | None, float | None]]) -> sql.Composed:
    """An array: encounters where the feature is unknown, then those in each bin."""
    column = sql.Identifier("f", feature)
    parts = [sql.SQL("count(*) filter (where {} is null)").format(column)]
    for lower, upper in bins:
        # Models read float32, and the edges are theirs.
        value = sql.SQL("{}::real::double precision").format(column)
        bounds = [sql.SQL("{} is not null").format(column)]
        if lower is not None:
            bounds.append(sql.SQL("{} >= {}").format(value, sql.Literal(lower)))
        if upper is not None:
            bounds.append(sql.SQL("{} < {}").format(value, sql.Literal(upper)))
        parts.append(sql.SQL("count(*) filter (where {})").format(sql.SQL(" and ").join(bounds)))
    return sql.SQL("array[{}] as {}").format(sql.SQL(", ").join(parts), sql.Identifier(feature))


def _write_rows(connection: Connection[Any], reports: Iterable[DriftReport]) -> None:
    with connection.cursor().copy(f"copy {TABLE} from stdin") as copy:
        for report in reports:
            for feature, psi in report.features.items():
                copy.write_row((report.measured_at, report.problem, report.version, feature, psi))


def _write_file(reports: Iterable[DriftReport], measured_at: str, settings: Settings) -> None:
    content = {
        "measured_at": measured_at,
        "problems": {
            report.problem: {"max_psi": report.max_psi, "features": dict(report.features)}
            for report in reports
        },
    }
    fresh = settings.home / "drift.json.new"
    fresh.write_text(json.dumps(content, indent=1), encoding="utf-8")
    fresh.replace(settings.home / "drift.json")
