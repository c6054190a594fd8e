"""Where no single class can be said, several of them together may be."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.serving.broader import group_of_each, places, put_together, together
from ml.serving.bundle import Bundle
from ml.serving.predict import Evidence, Prediction, predict
from tests.support.bundles import make_tiny_bundle

GROUPS, CLASSES = (("dengue", "chikungunya"), ("other",)), ("dengue", "other", "chikungunya")
LITTLE = Evidence(signs={"nausea": True})
WELL = Evidence(signs={"fever": False, "joint_pain": False, "myalgia": False, "headache": False})
# Both diseases become certain of being one of them, and of neither alone.
EITHER = Evidence(signs={"fever": True, "joint_pain": True, "myalgia": True, "headache": True})
EVEN = {"dengue": 0.49, "chikungunya": 0.49, "other_disease": 0.02}


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return make_tiny_bundle(tmp_path_factory.mktemp("bundle"))


def asked(bundle: Bundle, evidence: Evidence, **stated: dict[str, float]) -> Prediction:
    return predict(bundle, "arbovirus", evidence, stated.get("prevalence"))


@given(st.lists(st.floats(0, 1), min_size=3, max_size=3))
def test_one_patient_is_put_together_as_many_are(row: list[float]) -> None:
    of = places(GROUPS, CLASSES)
    assert of == ((0, 2), (1,))
    assert put_together(row, of) == pytest.approx(together(np.array([row]), of)[0].tolist())


def test_each_patient_is_of_the_group_of_their_class() -> None:
    assert group_of_each(np.array([0, 1, 2]), places(GROUPS, CLASSES)).tolist() == [0, 1, 0]


def test_the_broader_answer_is_its_classes_together(bundle: Bundle) -> None:
    found = asked(bundle, EITHER)
    assert found.broader is not None
    assert found.broader.code == "ill"
    both = found.probabilities["dengue"] + found.probabilities["chikungunya"]
    assert found.broader.probability == pytest.approx(both)


def test_it_is_confident_where_no_single_answer_is(bundle: Bundle) -> None:
    found = asked(bundle, EITHER)
    assert found.broader is not None
    assert (found.is_confident, found.broader.is_confident) == (False, True)


def test_a_group_that_is_never_right_often_enough_is_never_confident(bundle: Bundle) -> None:
    found = asked(bundle, WELL)
    assert found.broader is not None
    assert found.broader.code == "not_ill"
    assert found.broader.probability > 0.8
    assert not found.broader.is_confident


def test_a_prevalence_takes_its_confidence_away_and_never_gives_it(bundle: Bundle) -> None:
    rare = asked(
        bundle,
        EITHER,
        prevalence={**EVEN, "dengue": 0.01, "chikungunya": 0.01, "other_disease": 0.98},
    )
    common = asked(bundle, LITTLE, prevalence=EVEN)
    before = asked(bundle, LITTLE)
    assert rare.broader is not None
    assert common.broader is not None
    assert before.broader is not None
    assert not rare.broader.is_confident
    assert common.broader.probability > 0.8 > before.broader.probability
    assert not common.broader.is_confident


def test_a_strange_patient_gets_no_confident_broader_answer(bundle: Bundle) -> None:
    found = asked(
        bundle, replace(EITHER, observations={"days_since_onset": 9_000.0}, age_years=1_000)
    )
    assert found.strangeness is not None
    assert found.strangeness.is_strange
    assert found.broader is not None
    assert not found.broader.is_confident


def test_a_question_without_groups_has_no_broader_answer(bundle: Bundle) -> None:
    assert predict(bundle, "severity", EITHER).broader is None
    assert bundle.problems["severity"].groups == ()


def test_a_bundle_without_the_broader_question_is_read(tmp_path: Path, bundle: Bundle) -> None:
    model = bundle.problems["arbovirus"]
    older = replace(model, about=model.about.model_copy(update={"broader": None}))
    problems = {**bundle.problems, "arbovirus": older}
    assert predict(replace(bundle, problems=problems), "arbovirus", EITHER).broader is None
