"""Re-weighting to another prevalence is Bayes' rule, and takes confidence away at most."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.serving.ask import ask_each
from ml.serving.bundle import Bundle
from ml.serving.explain import explain
from ml.serving.predict import Evidence, predict
from ml.serving.prevalence import reweighted, to_state
from ml.serving.problem_file import Place
from tests.support.bundles import make_tiny_bundle
from warehouse.errors import BadBundle


def shares(size: int = 3) -> st.SearchStrategy[list[float]]:
    """Shares of classes, none of them nought, together one."""
    weights = st.lists(st.floats(0.01, 1), min_size=size, max_size=size)
    return weights.map(lambda given_: [one / sum(given_) for one in given_])


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return make_tiny_bundle(tmp_path_factory.mktemp("bundle") / "bundle")


@given(shares(), shares())
def test_the_prevalence_that_was_learned_changes_nothing(
    answer: list[float], learned: list[float]
) -> None:
    assert np.allclose(reweighted(np.array([answer]), learned, learned), answer)


@given(shares(), shares(), shares())
def test_probabilities_stay_probabilities(
    answer: list[float], learned: list[float], stated: list[float]
) -> None:
    (row,) = reweighted(np.array([answer]), learned, stated)
    assert row.sum() == pytest.approx(1)
    assert ((row > 0) & (row < 1)).all()


@given(shares(), shares(), shares(), st.floats(0.05, 0.9))
def test_the_more_common_a_disease_the_more_probable(
    answer: list[float], learned: list[float], stated: list[float], more: float
) -> None:
    grown = [stated[0] + more * (1 - stated[0]), *(one * (1 - more) for one in stated[1:])]
    before = reweighted(np.array([answer]), learned, stated)[0]
    after = reweighted(np.array([answer]), learned, grown)[0]
    assert after[0] > before[0]
    assert after[1] / after[2] == pytest.approx(before[1] / before[2])


@given(shares(), shares(), shares(), shares())
def test_from_one_place_over_another_is_the_same_as_at_once(
    answer: list[float], learned: list[float], between: list[float], stated: list[float]
) -> None:
    rows = np.array([answer])
    two_steps = reweighted(reweighted(rows, learned, between), between, stated)
    assert np.allclose(two_steps, reweighted(rows, learned, stated))


@settings(deadline=None)
@given(st.integers(0, 1000), shares(), shares())
def test_what_to_state_makes_the_answers_right_on_average(
    seed: int, learned: list[float], wanted: list[float]
) -> None:
    """Whatever the classes look like there: these answers know nothing of the place."""
    answers = np.random.default_rng(seed).dirichlet(np.ones(3), 200)
    again = reweighted(answers, learned, to_state(answers, learned, wanted))
    assert again.mean(axis=0) == pytest.approx(wanted, abs=0.01)


def test_the_mean_probability_is_the_new_share_where_classes_look_alike() -> None:
    """Two sites, the same signs within a class, another balance: learned at one, right at both."""
    rng = np.random.default_rng(0)
    learned, stated = np.array([0.5, 0.5]), np.array([0.9, 0.1])
    y = rng.choice(2, 40_000, p=stated)
    sign = rng.normal(2.0 * y, 1)
    odds = 2.0 * sign - 2.0
    answers = 1 / (1 + np.exp(np.stack([odds, -odds], axis=1)))
    assert abs(answers[:, 1].mean() - 0.1) > 0.05
    again = reweighted(answers, learned.tolist(), stated.tolist())
    assert again[:, 1].mean() == pytest.approx(0.1, abs=0.005)


def test_a_class_said_not_to_occur_still_leaves_an_answer() -> None:
    assert np.allclose(reweighted(np.array([[1.0, 0.0]]), [0.5, 0.5], [0.0, 1.0]), [[0, 1]])


JOINTS = Evidence(signs={"joint_pain": True, "arthritis": True, "rash": True, "fever": True})
RARE = {"dengue": 0.05, "chikungunya": 0.01, "other_disease": 0.94}
COMMON = {"dengue": 0.05, "chikungunya": 0.9, "other_disease": 0.05}


def test_where_the_disease_is_rare_the_same_signs_are_no_longer_confident(bundle: Bundle) -> None:
    assert predict(bundle, "arbovirus", JOINTS).is_confident
    rare = predict(bundle, "arbovirus", JOINTS, RARE)
    assert not rare.is_confident
    assert sum(rare.probabilities.values()) == pytest.approx(1)


def test_no_prevalence_makes_confident_what_the_signs_do_not(bundle: Bundle) -> None:
    little = Evidence(signs={"joint_pain": True})
    assert not predict(bundle, "arbovirus", little).is_confident
    common = predict(bundle, "arbovirus", little, COMMON)
    assert common.ranked[0][1] > 0.8
    assert not common.is_confident


def test_the_reasons_add_up_at_any_prevalence_and_speak_for_its_first_answer(
    bundle: Bundle,
) -> None:
    for prevalence in (None, RARE, COMMON):
        told = explain(bundle, "arbovirus", JOINTS, prevalence)
        assert told.answer == predict(bundle, "arbovirus", JOINTS, prevalence).ranked[0][0]
        total = told.start + sum(reason.log_odds for reason in (*told.for_, *told.against))
        assert total == pytest.approx(told.score)


def test_a_model_set_right_for_a_place_answers_a_stated_prevalence_there(bundle: Bundle) -> None:
    as_learned = bundle.problems["arbovirus"]
    place = Place(source="foz_chikungunya", rows=500, factors=(0.5, 2.0, 1.0))
    about = as_learned.about.model_copy(update={"place": place})
    there = replace(bundle, problems={"arbovirus": replace(as_learned, about=about)})
    multiplied = {"dengue": 0.025, "chikungunya": 0.02, "other_disease": 0.94}
    total = sum(multiplied.values())
    same = {code: share / total for code, share in multiplied.items()}
    found = predict(there, "arbovirus", JOINTS, RARE).probabilities
    assert found == pytest.approx(predict(bundle, "arbovirus", JOINTS, same).probabilities)
    assert (
        found["chikungunya"]
        > predict(bundle, "arbovirus", JOINTS, RARE).probabilities["chikungunya"]
    )
    assert predict(there, "arbovirus", JOINTS) == predict(bundle, "arbovirus", JOINTS)
    told = explain(there, "arbovirus", JOINTS, RARE)
    total = told.start + sum(reason.log_odds for reason in (*told.for_, *told.against))
    assert total == pytest.approx(told.score)


def test_where_the_answer_is_all_but_certain_there_is_less_to_ask(bundle: Bundle) -> None:
    certain = {"dengue": 0.001, "chikungunya": 0.998, "other_disease": 0.001}
    fever = Evidence(signs={"fever": True})
    here, there = (predict(bundle, "arbovirus", fever, at).probabilities for at in (None, certain))
    assert ask_each(bundle, fever, {"arbovirus": here})["arbovirus"]
    assert not ask_each(bundle, fever, {"arbovirus": there})["arbovirus"]


def test_an_older_model_says_that_it_cannot(bundle: Bundle) -> None:
    old = bundle.problems["arbovirus"]
    about = old.about.model_copy(update={"asking": None})
    older = replace(bundle, problems={"arbovirus": replace(old, about=about)})
    assert predict(older, "arbovirus", JOINTS).is_confident
    with pytest.raises(BadBundle, match="how common"):
        predict(older, "arbovirus", JOINTS, RARE)
