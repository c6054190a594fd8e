"""The problems as data, and the leaks that must never become features."""

from fnmatch import fnmatch

import pytest

from ml.governance.limits import Limits, limits_of
from ml.problems import PROBLEMS, Problem, get_problem
from warehouse.errors import UnknownName
from warehouse.vocabulary import load_vocabulary

EACH = pytest.mark.parametrize("problem", PROBLEMS.values(), ids=PROBLEMS.keys())


def columns_read(source: str) -> set[str]:
    """Raw columns from which the vocabulary makes features for this source."""
    words = load_vocabulary()
    rows = [*words.symptom_sources, *words.observation_sources]
    return {row.source_column for row in rows if row.source == source}


@EACH
def test_no_feature_is_made_from_a_leak(problem: Problem) -> None:
    for source in problem.sources:
        read = columns_read(source)
        assert read, f"the vocabulary says nothing of {source}"
        leaks = problem.leaks[source]
        assert leaks
        leaked = {column for column in read if any(fnmatch(column, leak) for leak in leaks)}
        assert not leaked


@EACH
def test_every_suspect_that_the_data_names_is_listed(problem: Problem) -> None:
    must_be_listed = {
        "ktas": {"ktas_rn", "mistriage", "error_group", "disposition", "diagnosis_in_ed"},
        "yale_triage": {"esi", "disposition", "meds_*", "dep_name", "arrivalhour_bin"},
        "sinan_arbovirus": {"classi_fin", "cs_raca", "cs_zona", "cs_gestant"},
        "ddxplus": {"pathology", "differential_diagnosis"},
    }
    for source in problem.sources:
        assert must_be_listed[source] <= set(problem.leaks[source])


@EACH
def test_classes_are_diagnoses_of_the_vocabulary(problem: Problem) -> None:
    known = {entry.code for entry in load_vocabulary().diagnoses if entry.problem == problem.name}
    assert known
    assert set(problem.classes) <= known


@EACH
def test_a_problem_asks_in_both_languages_and_has_limits(problem: Problem) -> None:
    assert set(problem.question) == {"es", "en"}
    assert problem.question["es"].startswith("¿")
    limits = limits_of(problem.name)
    assert isinstance(limits, Limits)
    assert 0.5 < limits.least_auc_roc < problem.ceiling


def test_a_mistyped_problem_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="severity"):
        get_problem("severty")
