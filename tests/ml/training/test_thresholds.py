"""Temperature and the confident threshold keep what they promise."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ml.evaluation.metrics import LEAST_ANSWERS, precision_low
from ml.models.temperature import fit_temperature, soften
from ml.serving.problem_file import ConfidentFrom
from ml.training.thresholds import (
    LEAST_PRECISION,
    Told,
    confident_levels,
    confident_threshold,
)

# What is surely right is confident at every threshold that is tried, down to this one.
LOWEST = 0.6
Scores = arrays(np.float64, (5, 4), elements=st.floats(-8, 8))


def softmax(scores: np.ndarray) -> np.ndarray:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def told(y: np.ndarray, probabilities: np.ndarray, known: int = 9) -> Told:
    return Told(y, probabilities, np.full(len(y), known))


def drawn(probabilities: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    cumulative = probabilities.cumsum(axis=1)
    return (cumulative < rng.random((len(cumulative), 1))).sum(axis=1)


@given(Scores, st.floats(0.3, 4))
def test_softening_keeps_probabilities_and_their_order(
    scores: np.ndarray, temperature: float
) -> None:
    before = softmax(scores)
    after = soften(before, temperature)
    assert np.allclose(after.sum(axis=1), 1)
    for one, other in zip(before, after, strict=True):
        order = np.argsort(one, kind="stable")
        assert (np.diff(other[order]) >= -1e-12).all()


def test_a_temperature_of_one_changes_nothing() -> None:
    given_ = softmax(np.random.default_rng(0).normal(size=(50, 3)))
    assert np.allclose(soften(given_, 1.0), given_)


@pytest.mark.parametrize("true", [0.5, 1.0, 2.0])
def test_the_temperature_that_was_put_in_is_found(true: float) -> None:
    rng = np.random.default_rng(1)
    honest = softmax(rng.normal(0, 2, (20_000, 4)))
    distorted = soften(honest, 1 / true)
    assert fit_temperature(drawn(honest, rng), distorted) == pytest.approx(true, rel=0.05)


def test_the_promise_of_precision_is_kept_in_nineteen_of_twenty_trials() -> None:
    rng = np.random.default_rng(2)
    broken = found = 0
    for _ in range(100):
        few, many = (softmax(rng.normal(0, 2, (n, 3))) for n in (400, 5_000))
        threshold = confident_threshold(told(drawn(few, rng), few))
        if threshold is not None:
            found += 1
            seen = told(drawn(many, rng), many)
            broken += seen.right[seen.first >= threshold].mean() < LEAST_PRECISION
    assert found > 50
    assert broken / 100 <= 0.05


def test_no_threshold_where_nothing_is_that_sure() -> None:
    rng = np.random.default_rng(3)
    vague = softmax(rng.normal(0, 0.3, (1000, 3)))
    assert confident_threshold(told(drawn(vague, rng), vague)) is None


def test_no_threshold_from_a_handful_of_patients() -> None:
    few, enough = (np.tile([[0.999, 0.001]], (n, 1)) for n in (LEAST_ANSWERS - 1, LEAST_ANSWERS))
    assert confident_threshold(told(np.zeros(len(few), dtype=int), few)) is None
    assert confident_threshold(told(np.zeros(len(enough), dtype=int), enough)) is not None


def test_the_interval_is_clopper_and_pearsons() -> None:
    # 19 right of 19: the lower end is 0.05 ** (1 / 19).
    assert precision_low(19, 19) == pytest.approx(0.05 ** (1 / 19))
    assert precision_low(0, 10) == 0


def test_evidence_that_contradicts_within_one_amount_forbids_the_claim() -> None:
    sure = np.tile([[0.99, 0.01]], (400, 1))
    y = np.zeros(400, dtype=int)
    assert confident_threshold(told(y, sure), told(y, sure)) is not None
    assert confident_threshold(told(y, sure), told(y, sure[:, ::-1])) is None


def test_a_few_answers_need_not_prove_a_threshold_but_may_object_to_it() -> None:
    sure = np.tile([[0.99, 0.01]], (400, 1))
    y = np.zeros(400, dtype=int)
    few, objecting = (told(y[:30], sure[:30, ::turn]) for turn in (1, -1))
    assert confident_threshold(told(y, sure), few) is not None
    assert confident_threshold(told(y, sure), objecting) is None


def test_a_part_that_is_misled_on_the_whole_objects_to_every_amount() -> None:
    sure = np.tile([[0.99, 0.01]], (2000, 1))
    y = np.zeros(2000, dtype=int)
    some = Told(y[:500], sure[:500, ::-1].copy(), np.full(500, 11))
    levels = confident_levels(told(y, sure, known=11), some)
    assert levels == (ConfidentFrom(known_from=11, threshold=None),)
    # Where it is misled here and there, and right on the whole, it need not agree.
    some.probabilities[:450] = sure[:450]
    (level,) = confident_levels(told(y, sure, known=11), some)
    assert level.threshold == LOWEST


def test_what_is_proved_on_many_of_one_source_is_no_claim_about_the_few_of_another() -> None:
    sure = np.tile([[0.99, 0.01]], (2000, 1))
    y = np.zeros(2000, dtype=int)
    y[:60] = np.arange(60) < 20
    sources = np.where(np.arange(2000) < 60, "few", "many")
    assert confident_levels(told(y, sure))[0].threshold == LOWEST
    assert confident_levels(replace(told(y, sure), sources=sources))[0].threshold is None
    # Where the few are answered as rightly as promised, they have nothing to object.
    y[:60] = 0
    assert confident_levels(replace(told(y, sure), sources=sources))[0].threshold == LOWEST


def test_a_full_record_keeps_its_answer_where_little_told_misleads() -> None:
    sure = np.tile([[0.99, 0.01]], (401, 1))
    y = np.zeros(401, dtype=int)
    levels = confident_levels(told(y, sure, known=11), told(y, sure[:, ::-1], known=3))
    assert levels[0] == ConfidentFrom(known_from=3, threshold=None)
    assert levels[-1] == ConfidentFrom(known_from=11, threshold=LOWEST)
