"""The rules of dbt-project-evaluator that matter here, asked of the manifest.

Each rule lists what breaks it; what may break it stands in EXCEPTIONS with its reason, and an
exception that nothing needs any more fails like a broken rule.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

LONG_FORM = "one file in two shapes: cleaned once per visit there, a row per answer here"
LISTS = "the lists inside a disorder's packet, which is cleaned and chosen there"
ITS_FACT = "its rows are taken over one by one by a fact that has the test"
NAMES_ONLY = "monitors what arrived, before any cleaning: the file's columns or the loader's ledger"
HISTORY = "what is told of a visit's past, or of its group, is made of visits that are facts"
EXCEPTIONS: dict[str, dict[str, str]] = {
    "a source is read outside staging": {
        "mon_surveillance_columns": NAMES_ONLY,
        "mon_load_freshness": NAMES_ONLY,
    },
    "a source is joined to a model": {"stg_yale_triage__flags": LONG_FORM},
    "a model reads several sources": {
        "mon_surveillance_columns": "asks the same of two files, one after the other",
    },
    "several models read one source": {
        "sivigila_dengue_notifications": NAMES_ONLY,
        "datosgov_diagnoses_consultations": NAMES_ONLY,
        "yale_triage_visits": LONG_FORM,
    },
    "staging stands on staging": {
        "stg_ddxplus__answers": LONG_FORM,
        "stg_foz_chikungunya__signs": LONG_FORM,
        "stg_sinan_arbovirus__signs": LONG_FORM,
        "stg_yale_triage__flags": LONG_FORM,
        "stg_orphanet__onsets": LISTS,
        "stg_orphanet__phenotypes": LISTS,
        "stg_orphanet__prevalences": LISTS,
        "stg_orphanet__references": LISTS,
    },
    "a layer stands on a later one": {
        "int_encounters__grouped": HISTORY,
        "int_history__visits": HISTORY,
    },
    "no test of a primary key": {
        "int_diagnoses__harmonised": ITS_FACT,
        "int_observations__recorded": ITS_FACT,
        "int_observations__within_limits": ITS_FACT,
        "int_patients__deduplicated": "its rows are taken over one by one by dim_patients",
        "int_symptoms__ddxplus_answered": ITS_FACT,
        "int_symptoms__foz_chikungunya_answered": ITS_FACT,
        "int_symptoms__harmonised": ITS_FACT,
        "int_symptoms__ktas_mentioned": ITS_FACT,
        "int_symptoms__sinan_arbovirus_answered": ITS_FACT,
        "int_symptoms__yale_triage_flagged": ITS_FACT,
        "stg_orphanet__prevalences": "statements have no key: two studies may say the same",
    },
    "nothing reads what is not for readers": {
        "stg_ddxplus__conditions": "the publisher's list of conditions, for whoever adds one",
        "stg_foz_chikungunya__laboratory_cases": "nothing links a case to its notification",
        "stg_orphanet__references": "cross-references, read by whoever maps other terminologies",
    },
    "too many children without a step between": {
        "fct_encounters": "what everybody asks of a visit: whose it is, when, from where",
        "fct_evidence": "each feature view is a choice of its columns",
    },
}
LAYERS = ("staging", "intermediate", "marts", "features", "analyst", "monitoring")
PREFIXES = {
    "staging": "stg_",
    "intermediate": "int_",
    "marts": "(fct|dim)_",
    "features": "(feat|spine)_",
    "analyst": "anl_",
    "monitoring": "mon_",
}
MOST_CHILDREN = 8
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
    yield from (name(k) for k in project.models if len(project.children(k)) > MOST_CHILDREN)


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
    "staging stands on staging": staging_on_staging,
    "a layer stands on a later one": on_a_later_layer,
    "a model stands on nothing": root_model,
    "nothing reads what is not for readers": dead_end,
    "too many children without a step between": fan_out,
    "a name does not say its layer and its folder": misnamed,
    "no test of a primary key": without_key_test,
    "no description": undocumented,
    "a relation is written by hand": hard_coded,
}


@pytest.fixture(scope="module")
def project(parsed: Path) -> Project:
    manifest = json.loads((parsed / "dbt/manifest.json").read_text(encoding="utf-8"))
    found = Project(manifest)
    assert len(found.models) > 60
    return found


@pytest.mark.parametrize("rule", RULES)
def test_the_rule_holds_but_for_exceptions_with_a_reason(project: Project, rule: str) -> None:
    assert set(RULES[rule](project)) == set(EXCEPTIONS.get(rule, {}))


def model(key: str, *on: str, code: str = "", described: str = "yes") -> dict[str, Any]:
    folder, stem = key.split(".")
    return {
        "resource_type": "model", "fqn": ["semia", folder, *stem.split("__")[0].split("_")[1:]],
        "depends_on": {"nodes": list(on)}, "constraints": [], "columns": {},
        "description": described, "raw_code": code,
    }  # fmt: skip


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_finds_what_breaks_it(rule: str) -> None:
    table = {"resource_type": "source", "description": "yes", "columns": {}}
    models = {
        "stg_a__x": model("staging.stg_a__x", "source.raw.t", "source.raw.u"),
        "stg_a__y": model("staging.stg_a__y", "model.stg_a__x", "model.fct_z"),
        "stg_b__y": model("staging.stg_a__y", "source.raw.t"),
        "fct_z": model("marts.fct_z", "source.raw.t", "model.stg_a__x", code="from raw.t"),
        "fct_none": model("marts.fct_none", described=""),
        **{f"anl_{i}": model("analyst.anl_a", "model.fct_z") for i in range(MOST_CHILDREN)},
    }
    sources = {f"source.raw.{name}": table for name in "tuv"}
    nodes = {f"model.{key}": node for key, node in models.items()}
    assert list(RULES[rule](Project({"nodes": nodes, "sources": sources}))) != []
