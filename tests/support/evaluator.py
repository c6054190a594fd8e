"""The rules of dbt-project-evaluator, asked of a manifest: each yields the names of what breaks it.

Source: dbt-labs/dbt-project-evaluator 1.x, rules of modelling, testing, documentation, structure,
performance and governance. docs/reference/data-quality.md says which of its models each stands for.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

LAYERS = ("staging", "intermediate", "marts", "features", "analyst", "monitoring")
PREFIXES = {
    "staging": "stg_",
    "intermediate": "int_",
    "marts": "(fct|dim)_",
    "features": "(feat|spine)_",
    "analyst": "anl_",
    "monitoring": "mon_",
}
# The package's own limits.
FAN_OUT = 3
MOST_JOINED = 7
LONGEST_CHAIN = 4
KEY_TESTS = {"unique", "unique_combination"}


@dataclass(frozen=True)
class Project:
    """The models of a manifest, what each stands on, and what stands on it."""

    manifest: dict[str, Any]

    @cached_property
    def models(self) -> dict[str, dict[str, Any]]:
        nodes = self.manifest["nodes"].items()
        return {key: node for key, node in nodes if node["resource_type"] == "model"}

    @cached_property
    def edges(self) -> list[tuple[str, str]]:
        """Parent and child, for every model that is a child."""
        return [(one, key) for key, node in self.models.items() for one in parents(node)]

    def layer(self, key: str) -> str:
        return str(self.models[key]["fqn"][1]) if key in self.models else key.split(".")[0]

    def children(self, key: str) -> list[str]:
        return [child for parent, child in self.edges if parent == key]


def parents(node: dict[str, Any]) -> list[str]:
    return list(node["depends_on"]["nodes"])


def name(key: str) -> str:
    return key.rsplit(".", 1)[-1]


def source_outside_staging(project: Project) -> Iterator[str]:
    for parent, child in project.edges:
        if project.layer(parent) == "source" and project.layer(child) != "staging":
            yield name(child)


def source_beside_a_model(project: Project) -> Iterator[str]:
    """What joins a raw table to a model skips a staging model that could be tested alone."""
    for key, node in project.models.items():
        kinds = {project.layer(parent) for parent in parents(node)}
        if "source" in kinds and kinds & set(LAYERS):
            yield name(key)


def several_sources(project: Project) -> Iterator[str]:
    for key, node in project.models.items():
        if sum(project.layer(parent) == "source" for parent in parents(node)) > 1:
            yield name(key)


def source_fan_out(project: Project) -> Iterator[str]:
    for key in project.manifest["sources"]:
        if len(project.children(key)) > 1:
            yield name(key)


def source_unread(project: Project) -> Iterator[str]:
    yield from (name(key) for key in project.manifest["sources"] if not project.children(key))


def staging_on_staging(project: Project) -> Iterator[str]:
    for parent, child in project.edges:
        if project.layer(parent) == project.layer(child) == "staging":
            yield name(child)


def on_a_later_layer(project: Project) -> Iterator[str]:
    """Staging on nothing of ours, marts on no features; features, analysts' and monitors last."""
    rank = {layer: min(place, 3) for place, layer in enumerate(LAYERS)}
    for parent, child in project.edges:
        later, earlier = project.layer(parent), project.layer(child)
        if later in rank and rank[later] > rank[earlier]:
            yield name(child)


def root_model(project: Project) -> Iterator[str]:
    yield from (name(key) for key, node in project.models.items() if not parents(node))


def dead_end(project: Project) -> Iterator[str]:
    for key in project.models:
        if project.layer(key) in ("staging", "intermediate") and not project.children(key):
            yield name(key)


def fan_out(project: Project) -> Iterator[str]:
    """Models read by that many which nobody reads: the last of a flow, with no step between."""
    for key in project.models:
        if sum(not project.children(child) for child in project.children(key)) >= FAN_OUT:
            yield name(key)


def rejoined(project: Project) -> Iterator[str]:
    """What stands on a relation, and on another made of it that nobody else reads."""
    for key, node in project.models.items():
        between = [one for one in parents(node) if one in project.models]
        alone = [one for one in between if len(project.children(one)) == 1]
        if any(set(parents(project.models[one])) & set(parents(node)) for one in alone):
            yield name(key)


def too_many_joined(project: Project) -> Iterator[str]:
    for key, node in project.models.items():
        if len(set(parents(node))) >= MOST_JOINED:
            yield name(key)


def twice_a_source(project: Project) -> Iterator[str]:
    sources = project.manifest["sources"].values()
    tables = Counter((one["schema"], one["identifier"]) for one in sources)
    yield from (one["name"] for one in sources if tables[one["schema"], one["identifier"]] > 1)


def never_stale(project: Project) -> Iterator[str]:
    for key, source in project.manifest["sources"].items():
        if not ((source["freshness"] or {}).get("warn_after") or {}).get("count"):
            yield name(key)


def chained_views(project: Project) -> Iterator[str]:
    def depth(key: str) -> int:
        node = project.models.get(key)
        if node is None or node["config"]["materialized"] not in ("view", "ephemeral"):
            return 0
        return 1 + max(map(depth, parents(node)), default=0)

    yield from (name(key) for key in project.models if depth(key) > LONGEST_CHAIN)


def described_elsewhere(project: Project) -> Iterator[str]:
    """A model whose yml, which has its tests, lies in another folder; a source outside its own."""
    for key, node in project.models.items():
        words = (node["patch_path"] or "").split("://")[-1]
        if words.rpartition("/")[0] != node["original_file_path"].rpartition("/")[0]:
            yield name(key)
    for key, source in project.manifest["sources"].items():
        if not re.match(r"models/staging/(\w+)/_\1__sources\.yml$", source["original_file_path"]):
            yield name(key)


def for_the_public(project: Project) -> Iterator[str]:
    """Exposures and public models, for which the package has rules that we have no use for."""
    yield from map(name, project.manifest["exposures"])
    yield from (name(k) for k, node in project.models.items() if node["access"] == "public")


def misnamed(project: Project) -> Iterator[str]:
    for key, node in project.models.items():
        folder = project.layer(key)
        stem = node["fqn"][2] if folder in ("staging", "intermediate") else ""
        inner = f"{stem}__" if stem else ""
        if not re.match(f"{PREFIXES.get(folder, 'no such layer')}{inner}", name(key)):
            yield name(key)


def without_key_test(project: Project) -> Iterator[str]:
    nodes = project.manifest["nodes"].values()
    tests = [(node["attached_node"], node) for node in nodes if node.get("attached_node")]
    for key, model in project.models.items():
        own = [node["test_metadata"] for at, node in tests if at == key]
        kinds = {test["name"] for test in own if test["name"] in KEY_TESTS}
        has_key = any("key" in test["kwargs"] for test in own)
        is_constrained = any(one["type"] == "primary_key" for one in model["constraints"])
        if not (kinds or has_key or is_constrained):
            yield name(key)


def undocumented(project: Project) -> Iterator[str]:
    described = chain(project.manifest["nodes"].items(), project.manifest["sources"].items())
    for key, node in described:
        if node["resource_type"] in ("model", "seed", "snapshot", "source"):
            columns = {**node["columns"], "": node}
            # A seed says what each column means once, beside its file.
            yield from (f"{name(key)}.{c}" for c in columns if not columns[c]["description"])
    for key, source in project.manifest["sources"].items():
        if not source["source_description"]:
            yield name(key)


def hard_coded(project: Project) -> Iterator[str]:
    written = re.compile(r"\b(?:from|join)\s+(?:raw|reference|staging|intermediate|marts)\.\w+")
    for key, node in project.models.items():
        if written.search(node["raw_code"]):
            yield name(key)


RULES: dict[str, Callable[[Project], Iterator[str]]] = {
    "a source is read outside staging": source_outside_staging,
    "a source is joined to a model": source_beside_a_model,
    "a model reads several sources": several_sources,
    "several models read one source": source_fan_out,
    "nothing reads a source": source_unread,
    "a staging model reads another staging model": staging_on_staging,
    "a model reads a later layer": on_a_later_layer,
    "a model reads nothing": root_model,
    "no other model reads an inner model": dead_end,
    "too many final models read one model directly": fan_out,
    "a model joins a relation again beside a model made from it": rejoined,
    "a model joins too many relations": too_many_joined,
    "two sources are one table": twice_a_source,
    "a source has no freshness limit": never_stale,
    "long chains of views": chained_views,
    "a yml file is in another folder than its model": described_elsewhere,
    "an exposure or a public model": for_the_public,
    "a name does not match its layer and folder": misnamed,
    "a model has no primary-key test": without_key_test,
    "a description is missing": undocumented,
    "a relation is named without ref or source": hard_coded,
}
