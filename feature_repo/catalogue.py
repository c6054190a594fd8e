"""The catalogue of features: meaning, share known, and spread of each."""

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
from psycopg import sql
from psycopg.rows import TupleRow

from feature_repo.contracts import SCHEMA, ContractColumn, FeatureContract, read_contracts
from feature_repo.features import feast_type
from feature_repo.store import manifest_path
from warehouse import connection
from warehouse.errors import UnknownName
from warehouse.settings import Settings

# Of more rows than this a share is looked at: a spread needs no more, and people wait for it.
_MOST_ROWS = 20_000
_NUMBERS = ("smallint", "integer", "bigint", "real", "double precision")


@dataclass(frozen=True)
class FeatureFacts:
    """One feature; `low`, `median` and `high` (5, 50, 95 %) are None for what is no number.

    `null_rate` is the share of rows in which it is unknown, None for a table without rows.
    """

    view: str
    feature: str
    services: tuple[str, ...]
    type: str
    description: str
    rows: int
    null_rate: float | None
    low: float | None
    median: float | None
    high: float | None


def catalogue(settings: Settings, view: str | None = None) -> tuple[FeatureFacts, ...]:
    """The features of every view, or of one; raises `UnknownName` for a view there is not.

    Null rate and spread are of 20,000 rows where a view has more, the same ones each time.
    """
    contracts = read_contracts(manifest_path(settings))
    names = [contract.name for contract in contracts]
    if view is not None and view not in names:
        raise UnknownName(
            f"There is no feature view '{view}'",
            where=f"there are: {', '.join(names)}",
            next_step="semia features list",
        )
    found: list[FeatureFacts] = []
    place = f"schema {SCHEMA}"
    with connection.speaking_plainly(place), connection.connect("semia_ml", settings) as asked:
        for contract in contracts:
            if view in (None, contract.name):
                found += _facts(contract, asked)
    return tuple(found)


def _facts(
    contract: FeatureContract, asked: psycopg.Connection[TupleRow]
) -> Iterator[FeatureFacts]:
    relation = sql.Identifier(SCHEMA, contract.table)
    counted = asked.execute(sql.SQL("select count(*) from {}").format(relation)).fetchone()
    rows: int = counted[0] if counted else 0
    measures = [measure for column in contract.features for measure in _measures(column)]
    query = sql.SQL("select count(*), {} from {} tablesample bernoulli ({}) repeatable (1)").format(
        sql.SQL(", ").join(measures),
        relation,
        sql.Literal(min(100.0, 100.0 * _MOST_ROWS / max(rows, 1))),
    )
    seen, *answers = asked.execute(query).fetchone() or (0,)
    for column, known, spread in zip(contract.features, answers[::2], answers[1::2], strict=True):
        low, median, high = spread or (None, None, None)
        yield FeatureFacts(
            view=contract.name,
            feature=column.name,
            services=contract.meta.services,
            type=str(feast_type(contract.name, column)),
            description=column.description.strip(),
            rows=rows,
            null_rate=1 - known / seen if seen else None,
            low=low,
            median=median,
            high=high,
        )


def _measures(column: ContractColumn) -> tuple[sql.Composed, sql.Composed]:
    """How many rows know it, and its 5th, 50th and 95th percentile."""
    name = sql.Identifier(column.name)
    if column.data_type not in _NUMBERS:
        return sql.SQL("count({})").format(name), sql.SQL("{}").format(sql.SQL("null"))
    spread = sql.SQL(
        "percentile_cont(array[0.05, 0.5, 0.95])"
        " within group (order by cast({} as double precision))"
    )
    return sql.SQL("count({})").format(name), spread.format(name)
