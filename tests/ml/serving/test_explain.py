"""Explanations add up: what is known before, and every reason, together are the score."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.serving.bundle import Bundle
from ml.serving.explain import explain
from ml.serving.predict import Evidence, predict
from tests.support.bundles import make_tiny_bundle


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return make_tiny_bundle(tmp_path_factory.mktemp("bundle"))


def some_evidence(features: tuple[str, ...]) -> st.SearchStrategy[Evidence]:
    """Any part of what a model reads, as a doctor might give it; absence as often as presence."""
    signs = [name for name in features if not name.endswith(("_years", "_min", "_mmhg", "_pct"))]
    measured = [name for name in features if name not in signs and name != "age_years"]
    return st.builds(
        Evidence,
        age_years=st.none() | st.floats(0, 90),
        observations=st.dictionaries(st.sampled_from(measured or ["other"]), st.floats(30, 200)),
        signs=st.dictionaries(st.sampled_from(signs), st.booleans()),
    )


@pytest.mark.parametrize("problem", ["severity", "arbovirus", "differential", "admission"])
def test_the_reasons_add_up_to_the_score(bundle: Bundle, problem: str) -> None:
    @settings(max_examples=60, deadline=None)
    @given(some_evidence(bundle.problems[problem].about.features))
    def adds_up(evidence: Evidence) -> None:
        found = explain(bundle, problem, evidence)
        told = sum(reason.log_odds for reason in [*found.for_, *found.against])
        assert found.start + told == pytest.approx(found.score, abs=1e-9)
        answer, probability = predict(bundle, problem, evidence).ranked[0]
        assert found.answer == answer
        # The service computes in single precision, which a probability near one shows most.
        bounded = np.clip(probability, 1e-6, 1 - 1e-6)
        assert found.score == pytest.approx(np.log(bounded / (1 - bounded)), abs=0.05)

    adds_up()


def test_with_nothing_known_the_score_is_where_it_starts(bundle: Bundle) -> None:
    found = explain(bundle, "severity", Evidence())
    assert found.start == found.score
    assert not found.for_
    assert not found.against


def test_alike_findings_share_alike(bundle: Bundle) -> None:
    """Two signs with the same weights weigh the same, in whichever order they are told."""
    signs = {"wheezing": True, "asthma": True}
    found = explain(bundle, "differential", Evidence(signs=signs))
    assert found.answer == "asthma_exacerbation"
    first, second = found.for_
    assert first.log_odds == pytest.approx(second.log_odds, rel=1e-3)


def test_a_full_record_adds_up_too(bundle: Bundle) -> None:
    features = bundle.problems["differential"].about.features
    evidence = Evidence(signs=dict.fromkeys((f for f in features if f != "age_years"), True))
    found = explain(bundle, "differential", evidence)
    told = sum(reason.log_odds for reason in [*found.for_, *found.against])
    assert len(evidence.signs) > 12
    assert found.start + told == pytest.approx(found.score, abs=1e-9)
