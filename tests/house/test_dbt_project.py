"""The rules of dbt-project-evaluator hold for this project.

What may break a rule stands in EXCEPTIONS with its reason, and an exception that nothing needs any
more fails like a broken rule.
"""

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.support.evaluator import FAN_OUT, LONGEST_CHAIN, MOST_JOINED, RULES, Project

LONG_FORM = "one file in two shapes: cleaned once per visit there, a row per answer here"
LISTS = "the lists inside a disorder's packet, which is cleaned and chosen there"
ITS_FACT = "its rows are taken over one by one by a fact that has the test"
NAMES_ONLY = "monitors what arrived, before any cleaning: the file's columns or the loader's ledger"
HISTORY = "what is told of a visit's past, or of its group, is made of visits that are facts"
# What a model says of the rows that are made again.
MADE_AGAIN = re.compile(r"\bonly_(?:changed|found)\([^)]*\)")
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
    "a staging model reads another staging model": {
        "stg_yale_triage__flags": LONG_FORM,
        "stg_orphanet__onsets": LISTS,
        "stg_orphanet__phenotypes": LISTS,
        "stg_orphanet__prevalences": LISTS,
        "stg_orphanet__references": LISTS,
    },
    "a model reads a later layer": {
        "int_encounters__grouped": HISTORY,
        "int_history__visits": HISTORY,
        "int_symptoms__counted": "signs are counted as analysts are told them: as facts",
    },
    "a name does not match its layer and folder": {
        "municipality_names": "what a place is called, read beside its features and none itself",
    },
    "a model has no primary-key test": {
        "int_diagnoses__harmonised": ITS_FACT,
        "int_observations__consultations_told": ITS_FACT,
        "int_patients__deduplicated": "its rows are taken over one by one by dim_patients",
        "int_symptoms__consultations_told": ITS_FACT,
        "int_symptoms__ddxplus_answered": ITS_FACT,
        "int_symptoms__foz_chikungunya_answered": ITS_FACT,
        "int_symptoms__harmonised": ITS_FACT,
        "int_symptoms__ktas_mentioned": ITS_FACT,
        "int_symptoms__sinan_arbovirus_answered": ITS_FACT,
        "int_symptoms__yale_triage_flagged": ITS_FACT,
        "stg_orphanet__prevalences": "statements have no key: two studies may say the same",
        "stg_serving__assessments": "a view of the log, whose own primary key it is",
    },
    "no other model reads an inner model": {
        "stg_ddxplus__conditions": "the publisher's list of conditions, for whoever adds one",
        "stg_foz_chikungunya__laboratory_cases": "nothing links a case to its notification",
        "stg_orphanet__references": "cross-references, read by whoever maps other terminologies",
    },
    "too many final models read one model directly": {
        "dim_patients": "whose visit it is, which spines, features and analysts each ask",
        "fct_encounters": "what everybody asks of a visit: whose it is, when, from where",
        "fct_evidence": "each feature view is a choice of its columns",
        "fct_labels": "each prediction problem takes its own label and asks nothing else",
        "int_history__visits": "each feature view is a choice of its columns",
        "int_encounters__grouped": "analysts' relations share its groups, so that none is small",
    },
    "a model joins a relation again beside a model made from it": {
        "anl_symptoms": "adds up counted signs, and looks at those of persons seen again",
        "dim_rare_disorders": "a disorder, and of its lists the one that is a column there",
        "int_symptoms__yale_triage_flagged": LONG_FORM,
        "mon_unknown_codes": "asks of the vocabulary which of its codes a publication lacks",
    },
    "a model joins too many relations": {
        "int_diagnoses__harmonised": "five sources, what their words mean, and who changed",
        "int_encounters__unioned": "six sources, and when each was complete",
    },
    "a source has no freshness limit": {
        "_loads": "our own ledger, from which the others' age is told",
        "assessments": "our own log, as old as the last question",
        "feedback": "our own log, as old as a doctor's last word",
        **dict.fromkeys(
            (
                "ddxplus_conditions",
                "ddxplus_evidences",
                "ddxplus_patients",
                "foz_chikungunya_laboratory_cases",
                "foz_chikungunya_notifications",
                "ktas_visits",
                "sinan_arbovirus_notifications",
                "yale_triage_visits",
            ),
            "published once, with a study: no newer file will come",
        ),
    },
    "a yml file is in another folder than its model": {
        "_loads": "read by a monitor alone, beside which it is described",
    },
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
        "depends_on": {"nodes": list(on)}, "constraints": [], "columns": {}, "access": "public",
        "description": described, "raw_code": code, "config": {"materialized": "view"},
        "original_file_path": f"models/{folder}/{stem}.sql", "patch_path": "semia://models/all.yml",
    }  # fmt: skip


def table(name: str) -> dict[str, Any]:
    return {
        "resource_type": "source", "description": "yes", "columns": {}, "freshness": None,
        "source_description": "",
        "name": name, "schema": "raw", "identifier": "t", "original_file_path": "models/all.yml",
    }  # fmt: skip


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_finds_what_breaks_it(rule: str) -> None:
    chained = [f"int_a__{place}" for place in range(LONGEST_CHAIN + 1)]
    models = {
        "stg_a__x": model("staging.stg_a__x", "source.raw.t", "source.raw.u"),
        "stg_a__y": model("staging.stg_a__y", "model.stg_a__x", "model.fct_z"),
        "stg_b__y": model("staging.stg_a__y", "source.raw.t"),
        "fct_z": model("marts.fct_z", "source.raw.t", "model.stg_a__x", code="from raw.t"),
        "fct_none": model("marts.fct_none", described=""),
        "fct_all": model("marts.fct_all", *(f"model.m{place}" for place in range(MOST_JOINED))),
        **{f"anl_{place}": model("analyst.anl_a", "model.fct_z") for place in range(FAN_OUT)},
        **{one: model(f"intermediate.{one}", f"model.{of}") for of, one in pairwise(chained)},
        "int_a__0": model("intermediate.int_a__0", "model.stg_a__x"),
        "int_b__again": model("intermediate.int_b__again", "model.int_a__3", "model.int_a__4"),
    }
    sources = {f"source.raw.{name}": table(name) for name in "tuv"}
    nodes = {f"model.{key}": node for key, node in models.items()}
    broken = Project({"nodes": nodes, "sources": sources, "exposures": {"exposure.page": {}}})
    assert list(RULES[rule](broken)) != []


def test_what_is_made_by_encounter_reads_no_file_whose_changes_are_not_found(
    project: Project,
) -> None:
    """Else a new file could change a row of an encounter that nobody says has changed."""
    parents = project.manifest["parent_map"]
    said = {key: MADE_AGAIN.findall(node["raw_code"]) for key, node in project.models.items()}
    made_again = {key for key, found in said.items() if found}
    finders = {
        key for key, node in project.models.items() if node["config"]["meta"].get("finds_changes")
    }
    assert len(made_again) > 25
    assert len(finders) >= 5
    assert finders < made_again
    # Of everything a model reads the same rows are meant: these go, and are made anew.
    assert {key for key, found in said.items() if len(set(found)) > 1} == set()
    found = set().union(*(sources_above(key, parents) for key in finders))
    # Where the questions of DDXPlus mean something else, everything is made.
    others = {"source.semia.raw.ddxplus_evidences"}
    assert {key for key in made_again if sources_above(key, parents) - found - others} == set()


def sources_above(key: str, parents: dict[str, list[str]]) -> set[str]:
    if key.startswith("source."):
        return {key}
    return {found for one in parents.get(key, ()) for found in sources_above(one, parents)}
