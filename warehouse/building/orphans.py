"""Tables that dbt made of models that are no more: a whole build takes them away.

Only what the role `semia_dbt` owns, in a schema of its own into which the project still writes, and
of which the manifest knows nothing. What somebody else's view stands on stays, and is named.
"""

import json
from pathlib import Path

import psycopg
from psycopg import sql

from warehouse.landing.loads import Connection
from warehouse.progress import Progress

# Made by Semia beside dbt, which knows nothing of it.
_OURS = [("monitoring", "_built")]
_OWNED = """
    select schema.nspname, relation.relname, relation.relkind = 'v'
    from pg_catalog.pg_class as relation
    inner join pg_catalog.pg_namespace as schema on relation.relnamespace = schema.oid
    where
        relation.relkind in ('r', 'v')
        and relation.relowner = 'semia_dbt'::regrole
        and schema.nspowner = 'semia_dbt'::regrole
        and schema.nspname = any(%s)
    order by schema.nspname, relation.relname
"""


def drop_orphans(connection: Connection, manifest: Path, progress: Progress) -> None:
    """Drop what dbt once made and the project of `manifest` no longer does."""
    nodes = json.loads(manifest.read_text("utf-8"))["nodes"].values()
    made = {
        (node["schema"], node.get("alias") or node["name"])
        for node in nodes
        if node["resource_type"] in ("model", "seed", "snapshot")
    }
    schemas = sorted({schema for schema, _ in made})
    for schema, name, is_view in connection.execute(_OWNED, [schemas]).fetchall():
        if (schema, name) in made or (schema, name) in _OURS:
            continue
        kind = sql.SQL("view" if is_view else "table")
        try:
            with connection.transaction():
                connection.execute(sql.SQL("drop {} {}").format(kind, sql.Identifier(schema, name)))
        except psycopg.errors.DependentObjectsStillExist:
            progress.note(f"no model makes {schema}.{name} any more; something else stands on it")
        else:
            progress.note(f"no model makes {schema}.{name} any more: dropped")
