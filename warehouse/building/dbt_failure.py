"""Which model or test of a run of dbt failed, why, and what to type next."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from warehouse.errors import BuildFailed, DiskFull
from warehouse.sources.registry import SOURCES

# Characters of a database's message: what comes behind them repeats the statement.
_MOST_SAID = 400
_NOT_LANDED = re.compile(r'relation "raw\.(\w+)" does not exist')


def failure_of(
    folder: Path, errors: Sequence[str], failed: Sequence[tuple[str, str]]
) -> BuildFailed | DiskFull:
    """The error for a run that failed, by the first node that did, else by what dbt said.

    `folder` is where dbt wrote, `errors` every error it told of, `failed` the nodes, each with its
    message.
    """
    said = " ".join(errors)
    if "No space left on device" in said:
        return DiskFull(
            "The disk filled up while dbt ran",
            where=str(folder),
            next_step="free some space, then run semia build again",
        )
    for unique_id, message in failed:
        return _node_failure(folder, unique_id, message)
    return BuildFailed(
        f"dbt stopped: {_short(said) or 'it gave no reason'}",
        where="dbt_project",
        next_step=f"read {folder / 'logs' / 'dbt.log'}",
    )


def _node_failure(folder: Path, unique_id: str, message: str) -> BuildFailed:
    kind, _, name = unique_id.split(".")[:3]
    node = _node(folder, unique_id)
    compiled = node.get("compiled_path")
    look = f"look at the rows that {compiled} selects, then " if kind == "test" and compiled else ""
    if not_landed := _NOT_LANDED.search(message):
        look = f"run semia land {_source_of(not_landed[1])}, then "
    model = (node.get("attached_node") or node.get("model") or name).split(".")[-1]
    return BuildFailed(
        f"the {kind.replace('_', ' ')} {node.get('name', name)} failed: {_short(message)}",
        where=f"dbt_project/{node.get('original_file_path', '')}",
        next_step=f"{look}run semia build --select {model}",
    )


def _source_of(raw_table: str) -> str:
    """The name of the source that lands this table; nothing, hence every source, if none does."""
    tables = {table.name: source.name for source in SOURCES.values() for table in source.tables}
    return tables.get(raw_table, "")


def _node(folder: Path, unique_id: str) -> dict[str, Any]:
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    nodes = {**manifest["nodes"], **manifest["unit_tests"]}
    found: dict[str, Any] = nodes.get(unique_id, {})
    return found


def _short(message: str) -> str:
    words = " ".join(message.split())
    return words if len(words) <= _MOST_SAID else f"{words[:_MOST_SAID]} …"
