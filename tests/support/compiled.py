"""Models as dbt compiled them, made once more in temporary tables over rows of a test's own."""

import json
import re
from collections.abc import Iterable
from typing import Any

import psycopg

from feature_repo.store import manifest_path
from warehouse.settings import Settings


def make_again(
    dbt: psycopg.Connection[Any],
    built: Settings,
    wanted: Iterable[str],
    given: Iterable[str] = (),
) -> None:
    """Make the models `wanted`, each after those it reads.

    `given` names what is read in place of the built: models or raw tables, each a temporary table
    of that name. Between these and the wanted every model is made again; seeds are read as they
    are. The tables are gone with the transaction.
    """
    manifest = json.loads(manifest_path(built).read_text("utf-8"))
    nodes = manifest["nodes"] | manifest["sources"]
    parents = manifest["parent_map"]
    made = [key for key in nodes if nodes[key]["name"] in set(given)]
    new: list[str] = []
    for name in wanted:
        new += _after_their_parents(f"model.semia.{name}", parents, {*made, *new})
    # An ephemeral model has no relation: dbt compiled it into those that read it.
    new = [key for key in new if nodes[key]["relation_name"]]
    replaced = {nodes[key]["relation_name"]: nodes[key]["name"] for key in (*made, *new)}
    relation = re.compile("|".join(re.escape(name) for name in replaced))
    for key in new:
        query = relation.sub(
            lambda found: f"pg_temp.{replaced[found[0]]}", nodes[key]["compiled_code"]
        )
        dbt.execute(f"create temporary table {nodes[key]['name']} as {query}")


def _after_their_parents(key: str, parents: dict[str, list[str]], made: set[str]) -> list[str]:
    """The models that a model needs and that are not made, then itself."""
    if key in made or not key.startswith("model."):
        return []
    needed: list[str] = []
    for parent in parents[key]:
        needed += _after_their_parents(parent, parents, {*made, *needed})
    return [*needed, key]
