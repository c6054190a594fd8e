"""What dbt compiled when it built everything: the statements, of which some are run again.

dbt takes longer to be imported, and over each model and test, than the few rows that changed take
the database. Their SQL it has written already: it stands in the manifest that a whole build leaves.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

# What `only_changed` leaves in a model's SQL: a comment, which holds while not everything is made.
_OF_WHAT_CHANGED = re.compile(r"/\* of what changed: (.*?) \*/", re.DOTALL)
_KINDS = {"model", "snapshot", "test"}


@dataclass(frozen=True)
class Node:
    """A model, snapshot or test: what it is made of, and how."""

    key: str
    kind: str
    name: str
    path: str
    relation: str
    sql: str
    parents: list[str]
    # In the order of the table; none where that of the rows is the same.
    columns: list[str] = field(default_factory=list)
    # Whether it is here that a row of a file becomes an encounter that changed.
    finds_changes: bool = False
    # Of a snapshot: what a row is told by, and what makes it another one.
    unique_key: str = ""
    check_columns: list[str] = field(default_factory=list)

    @property
    def condition(self) -> str:
        """Which rows are made again, as `where …`; empty if all are."""
        found = _OF_WHAT_CHANGED.search(self.sql)
        return " ".join(found[1].split()) if found else ""

    @property
    def sql_of_changed(self) -> str:
        """The statement for the rows that are made again alone."""
        return _OF_WHAT_CHANGED.sub(r"\1", self.sql)

    def ended_after(self, step: str, statement: str) -> str:
        """The model's named steps up to this one, and a last line of its own.

        Not with those that follow: what two steps read PostgreSQL keeps with all its columns.
        """
        before, begins, rest = self.sql.partition(f"\n{step} as (\n")
        inside, ends, _ = rest.partition("\n)")
        return "".join((before, begins, inside, ends, statement))


@dataclass(frozen=True)
class Plan:
    """Every node that reads a landed file, by its key, parents before children."""

    nodes: dict[str, Node] = field(default_factory=dict)

    @classmethod
    def read(cls, manifest: Path) -> "Plan":
        """The plan of a whole build, from the manifest it left."""
        held = json.loads(manifest.read_text("utf-8"))
        chosen = {
            key: _node(key, node)
            for key, node in held["nodes"].items()
            if node["resource_type"] in _KINDS
        }
        order = TopologicalSorter({key: node.parents for key, node in chosen.items()})
        return cls({key: chosen[key] for key in order.static_order() if key in chosen})

    @classmethod
    def held(cls, nodes: list[dict[str, Any]]) -> "Plan":
        """The plan that `as_json` wrote."""
        return cls({node["key"]: Node(**node) for node in nodes})

    @property
    def is_whole(self) -> bool:
        """Whether dbt compiled each node: of a build of some it leaves the others out."""
        return all(node.sql for node in self.nodes.values())

    def as_json(self) -> list[dict[str, Any]]:
        """The nodes in their order."""
        return [asdict(node) for node in self.nodes.values()]

    def reached(self, tables: Iterable[str]) -> Iterator[Node]:
        """What is made of these sources, in an order in which it can be."""
        found = {_source(table) for table in tables}
        for node in self.nodes.values():
            if not found.isdisjoint(node.parents):
                # A test reaches nothing; an ephemeral model or a view is in what reads it.
                found.add(node.key)
                if node.relation or node.kind == "test":
                    yield node

    def is_followed(self, table: str) -> bool:
        """Whether the plan can tell which encounters new content of this source changes.

        So it is with the tables of encounters, and wherever no encounter is reached. Of other
        files, as that of DDXPlus's questions, each row may mean something else in every encounter.
        """
        found = {_source(table)}
        for node in self.nodes.values():
            if not found.isdisjoint(node.parents):
                if node.finds_changes:
                    return True
                found.add(node.key)
        return not any(node.condition and node.kind != "test" for node in self.reached([table]))


def _source(table: str) -> str:
    """The key of a source in the manifest: a raw table, unless its schema is named."""
    return f"source.semia.{table if '.' in table else f'raw.{table}'}"


def _node(key: str, node: dict[str, Any]) -> Node:
    config = node["config"]
    has_no_rows = config["materialized"] in ("ephemeral", "view")
    is_snapshot = node["resource_type"] == "snapshot"
    has_contract = config.get("contract", {}).get("enforced", False)
    own = (name for name in node["columns"] if not (is_snapshot and name.startswith("dbt_")))
    return Node(
        key=key,
        kind=node["resource_type"],
        name=node["name"],
        path=node["original_file_path"],
        relation="" if has_no_rows else node["relation_name"] or "",
        sql=node.get("compiled_code") or "",
        parents=node["depends_on"]["nodes"],
        columns=list(own) if has_contract or is_snapshot else [],
        finds_changes=config["meta"].get("finds_changes", False),
        unique_key=config.get("unique_key") or "" if is_snapshot else "",
        check_columns=config["check_cols"] if is_snapshot else [],
    )
