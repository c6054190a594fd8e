"""A database that remembers patients, in the shape that a bundle's history is read in."""

from psycopg import sql

from ml.serving.serving_plan import ServedView, ServingPlan
from warehouse import connection
from warehouse.postgres import schema, server
from warehouse.progress import Silent
from warehouse.settings import Settings

PATIENT = {"source": "bench", "identifier": f"{1:064x}"}
PATIENTS = 10_000
# As most adults have them; every other column is a one: each condition is there.
_USUAL = {
    "temperature_c": 36.8,
    "heart_rate_per_min": 76,
    "respiratory_rate_per_min": 15,
    "systolic_bp_mmhg": 121,
    "diastolic_bp_mmhg": 77,
    "oxygen_saturation_pct": 97,
}


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
    """Each patient once, known just now, with every condition and usual vital signs."""
    columns = [
        sql.SQL("{}::double precision as {}").format(
            sql.Literal(_USUAL.get(name, 1)), sql.Identifier(held)
        )
        for name, held in view.columns.items()
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
