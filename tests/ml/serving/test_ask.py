"""What to ask next: counted from patients, worth what it is expected to tell, and when to stop."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.cohort.dataset import Dataset
from ml.cohort.frequencies import frequencies
from ml.evaluation.consultation import Answer, Consulted, can_reply, consult, figures
from ml.models.candidates import candidates
from ml.serving.ask import Question, ask_each, least_bits
from ml.serving.bundle import Bundle, likelihoods_of
from ml.serving.inquiry import Inquiry
from ml.serving.likelihoods import Likelihoods
from ml.serving.predict import Evidence, predict
from tests.support.bundles import make_tiny_bundle
from tests.support.cohorts import made


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return make_tiny_bundle(tmp_path_factory.mktemp("bundle"))


def bits(belief: np.ndarray) -> float:
    kept = belief[belief > 0]
    return float(-(kept * np.log2(kept)).sum())


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000))
def test_the_gain_is_the_doubt_that_the_reply_is_expected_to_take(seed: int) -> None:
    """By the other road: doubt now, less the mean doubt after each reply by Bayes' rule."""
    rng = np.random.default_rng(seed)
    shares = rng.dirichlet(np.ones(3), 4).T
    before = rng.dirichlet(np.ones(4))
    chances = shares @ before
    after = shares * before / chances[:, None]
    expected = bits(before) - sum(q * bits(b) for q, b in zip(chances, after, strict=True))
    gains = Likelihoods.of({"a": shares.tolist()}).gains
    assert gains(before)[0] == pytest.approx(expected, abs=1e-9)
    assert gains(np.stack([before, after[0]]))[0] == pytest.approx(gains(before), abs=1e-12)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_models_asked_together_tell_what_each_tells_alone(seed: int) -> None:
    """Of whatever number of values and classes, also where a value is there in no class."""
    rng = np.random.default_rng(seed)
    models, beliefs = {}, []
    for name in "abc"[: rng.integers(1, 4)]:
        classes = int(rng.integers(2, 9))
        shares = {
            str(code): rng.dirichlet(np.ones(rng.integers(1, 6)), classes).T.tolist()
            for code in range(rng.integers(1, 7))
        }
        shares["never"] = [[1.0] * classes, [0.0] * classes]
        models[name] = Likelihoods.of(shares)
        beliefs.append(rng.dirichlet(np.ones(classes)))
    less = Inquiry.of(models).less(beliefs)
    for model, belief, found in zip(models.values(), beliefs, less, strict=True):
        assert np.maximum(-found, 0) == pytest.approx(model.gains(belief), abs=1e-12)


def asked_next(bundle: Bundle, problem: str, evidence: Evidence) -> Sequence[Question]:
    answer = predict(bundle, problem, evidence).probabilities
    return ask_each(bundle, evidence, {problem: answer})[problem]


def test_what_is_known_is_not_asked_and_the_best_comes_first(bundle: Bundle) -> None:
    evidence = Evidence(signs={"fever": True, "cough": True})
    asked = asked_next(bundle, "differential", evidence)
    assert 0 < len(asked) <= 3
    assert not {one.code for one in asked} & {"fever", "cough", "age_years"}
    assert [one.bits for one in asked] == sorted((one.bits for one in asked), reverse=True)
    classes = len(bundle.problems["differential"].about.classes)
    assert all(one.bits >= least_bits(classes) for one in asked)


def test_a_question_must_tell_more_where_there_is_more_to_tell() -> None:
    assert least_bits(32) == pytest.approx(0.05)
    assert least_bits(2) == pytest.approx(0.01)


def test_it_stops_when_nothing_would_tell_enough(bundle: Bundle) -> None:
    features = bundle.problems["differential"].about.features
    own = {"fever", "cough", "dyspnea"}
    signs = {code: code in own for code in features if code != "age_years"}
    signs.pop("heart_failure")
    assert asked_next(bundle, "differential", Evidence(signs=signs)) == ()


def test_a_model_without_counts_asks_nothing(bundle: Bundle) -> None:
    bare = replace(bundle.problems["arbovirus"], likelihoods=None)
    assert asked_next(replace(bundle, problems={"arbovirus": bare}), "arbovirus", Evidence()) == ()


def test_counts_are_shares_of_the_patients_of_each_class() -> None:
    dataset = made("arbovirus", rows=3000)
    asking = frequencies(dataset, dataset.classes)
    assert asking.prior == pytest.approx(np.bincount(dataset.y) / 3000, abs=0.001)
    sign = dataset.features[list(dataset.signs)[1]]
    values, y = dataset.x[:, dataset.features.index(sign)], dataset.y
    for k in range(len(dataset.classes)):
        expected = np.nanmean(values[y == k])
        assert asking.findings[sign].shares[1][k] == pytest.approx(expected, abs=0.005)
    for finding in asking.findings.values():
        assert np.sum(finding.shares, axis=0) == pytest.approx(1, abs=1e-4)


def test_a_sign_whose_absence_is_never_written_is_absent_where_not_mentioned() -> None:
    dataset = made("severity", rows=600)
    position = list(dataset.signs)[1]
    column = dataset.x[:, position]
    column[column == 0] = np.nan
    asking = frequencies(dataset, dataset.classes)
    mentioned = (column == 1)[dataset.y == 0].mean()
    found = asking.findings[dataset.features[position]].shares[1][0]
    assert found == pytest.approx(mentioned, abs=0.01)


@pytest.fixture(scope="module")
def patients() -> Dataset:
    """Patients of three conditions whose records answer every question."""
    dataset = made("differential", rows=900)
    dataset.x[:, list(dataset.signs)] = np.nan_to_num(dataset.x[:, list(dataset.signs)])
    return dataset


def bayes(patients: Dataset) -> Answer:
    """A model of these patients that is as sure with a part of the evidence as it should be."""
    found = {one.name: one for one in candidates(patients, every=True)}
    return found["naive_bayes"].make().fit(patients.x, patients.y).predict_proba


def test_a_consultation_asks_less_than_everything_and_ends_right(patients: Dataset) -> None:
    likelihoods = likelihoods_of(frequencies(patients, patients.classes))
    answer = bayes(patients)
    consulted = consult(patients, likelihoods, answer)
    found = figures(patients.y, answer(consulted.x), consulted, patients.patients)
    everything = (answer(patients.x).argmax(axis=1) == patients.y).mean()
    assert can_reply(patients)
    assert 2 < found["questions_asked"] < len(likelihoods.findings) - 2
    assert found["top_1_asked"] > everything - 0.03
    assert found["top_1_asked"] <= found["top_3_asked"] <= found["top_5_asked"]
    assert found["top_1_asked_low"] <= found["top_1_asked"] <= found["top_1_asked_high"]


def test_whoever_has_what_the_model_does_not_answer_is_never_right() -> None:
    answers = np.array([[0.9, 0.1], [0.9, 0.1]])
    consulted = Consulted(np.zeros((2, 1), np.float32), np.array([3, 5]))
    found = figures(np.array([0, -1]), answers, consulted, np.array(["one", "other"]))
    assert (found["top_1_asked"], found["top_5_asked"]) == (0.5, 0.5)
    assert found["questions_asked"] == 4


def test_only_what_was_asked_is_revealed(patients: Dataset) -> None:
    likelihoods = likelihoods_of(frequencies(patients, patients.classes))
    consulted = consult(patients, likelihoods, bayes(patients))
    free = [patients.features.index(code) for code in ("age_years", "is_female")]
    told = ~np.isnan(consulted.x)
    told[:, free] = False
    assert (told.sum(axis=1) == consulted.asked).all()
    assert (consulted.x[told] == patients.x[told]).all()


def test_records_with_gaps_cannot_reply() -> None:
    assert not can_reply(made("arbovirus"))
