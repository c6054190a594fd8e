"""A database that remembers patients, in the shape that a bundle's history is read in."""

from psycopg import sql

from ml.serving.serving_plan import ServedView, ServingPlan
from warehouse import connection
from warehouse.postgres import schema, server
from warehouse.progress import Silent
from warehouse.settings import Settings

PATIENT = {"source": "bench", "identifier": f"{1:064x}"}
PATIENTS = 10_000


def remember(settings: Settings, plan: ServingPlan) -> None:
    """Start the embedded server and fill every view of the plan with `PATIENTS` patients."""
    server.ensure_running(settings, Silent())
    schema.prepare(settings)
    with connection.connect("semia_dbt", settings, autocommit=True) as owner:
        for view in plan.views:
            owner.execute(_table(plan, view))
            owner.execute(_index(plan, view))
            owner.execute(sql.SQL("analyze {}").format(sql.Identifier(*view.relation)))


def _table(plan: ServingPlan, view: ServedView) -> sql.Composed:
    """Each patient once, known just now, with a one in every column."""
    columns = [
        sql.SQL("1::double precision as {}").format(sql.Identifier(held))
        for held in view.columns.values()
    ]
    return sql.SQL(
        "create table {} as select {} || lpad(to_hex(n), 64, '0') as {}, now() as {}, now() as {},"
        " {} from generate_series(1, {}) as n"
    ).format(
        sql.Identifier(*view.relation),
        sql.Literal(f"{PATIENT['source']}-"),
        sql.Identifier(plan.key),
        sql.Identifier(view.event_time),
        sql.Identifier(view.created),
        sql.SQL(", ").join(columns),
        sql.Literal(PATIENTS),
    )


def _index(plan: ServingPlan, view: ServedView) -> sql.Composed:
    keys = (plan.key, view.event_time, view.created)
    return sql.SQL("create index on {} ({}, {} desc, {} desc)").format(
        sql.Identifier(*view.relation), *map(sql.Identifier, keys)
    )
