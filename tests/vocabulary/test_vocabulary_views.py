import pytest

from warehouse.errors import UnknownName
from warehouse.vocabulary import VIEWS, Vocabulary, problem_signs, view_signs


def test_a_view_holds_what_its_sources_say(vocabulary: Vocabulary) -> None:
    arbovirus = view_signs(vocabulary, "arbovirus_signs")
    assert len(arbovirus) == 20
    assert {"fever", "positive_tourniquet_test", "diabetes"} <= set(arbovirus)
    assert "cough" not in arbovirus


def test_antecedents_are_apart_but_in_the_arbovirus_view(vocabulary: Vocabulary) -> None:
    kinds = {entry.code: entry.kind for entry in vocabulary.symptoms}
    for view in VIEWS:
        found = {kinds[code] for code in view_signs(vocabulary, view)}
        if view.endswith("_antecedents"):
            assert found == {"antecedent"}
        elif view == "arbovirus_signs":
            assert found == {"symptom", "antecedent"}
        else:
            assert found == {"symptom", "exposure"}


def test_every_sign_is_in_some_view(vocabulary: Vocabulary) -> None:
    shown = {code for view in VIEWS for code in view_signs(vocabulary, view)}
    assert {entry.code for entry in vocabulary.symptoms} == shown


def test_a_sign_has_one_place_in_a_problem(vocabulary: Vocabulary) -> None:
    signs = problem_signs(vocabulary)
    assert set(signs) == {"severity", "arbovirus", "differential", "admission"}
    assert all(len(codes) == len(set(codes)) for codes in signs.values())
    assert signs["severity"] == signs["admission"]


def test_common_signs_are_one_code_across_sources(vocabulary: Vocabulary) -> None:
    sources: dict[str, set[str]] = {}
    for row in vocabulary.symptom_sources:
        sources.setdefault(row.code, set()).add(row.source)
    everywhere = {"ktas", "yale_triage", "sinan_arbovirus", "ddxplus"}
    for code in ("fever", "headache", "vomiting", "nausea", "back_pain", "rash", "myalgia"):
        assert sources[code] >= everywhere, code


def test_an_unknown_view_is_refused(vocabulary: Vocabulary) -> None:
    with pytest.raises(UnknownName, match="use one of: triage_signs"):
        view_signs(vocabulary, "signs")
