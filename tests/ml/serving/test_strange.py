"""Who is unlike all that were learned from is called strange, and the others seldom."""

from dataclasses import replace

import numpy as np
import pytest

from ml.cohort.dataset import Dataset
from ml.cohort.suppression import LEAST
from ml.serving.bundle import familiarity_of
from ml.serving.problem_file import Familiar
from ml.serving.strange import Familiarity
from ml.training.familiar import FALSE_ALARMS, familiar, shuffled, tossed
from ml.training.unseen import told
from tests.support.cohorts import made


@pytest.fixture(scope="module")
def learned() -> Dataset:
    return made("differential", 3000, seed=1)


@pytest.fixture(scope="module")
def found(learned: Dataset) -> Familiar:
    others = made("differential", 3000, seed=2)
    counted = familiar(learned, learned.classes, *told(others))
    assert counted is not None
    return counted


@pytest.fixture(scope="module")
def usual(found: Familiar) -> Familiarity:
    known = familiarity_of(found)
    assert known is not None
    return known


def flagged(usual: Familiarity, patients: Dataset) -> list[float]:
    """The share called strange with all, part and little of the evidence told."""
    return [
        float((usual.scores(x, patients.features) > usual.limit).mean()) for x in told(patients)
    ]


def test_familiar_patients_are_called_strange_no_more_often_than_stated(
    usual: Familiarity,
) -> None:
    alarms = flagged(usual, made("differential", 6000, seed=3))
    # Three standard errors of six thousand patients and of the three thousand that set the limit.
    assert max(alarms) <= FALSE_ALARMS + 0.01, alarms
    assert max(alarms) > FALSE_ALARMS / 4, "a limit that nobody reaches tells nothing"


def test_patients_like_nobody_are_found(usual: Familiarity) -> None:
    strangers = tossed(made("differential", 2000, seed=4), np.random.default_rng(0))
    assert flagged(usual, strangers)[0] > 0.3


def test_a_measurement_beyond_all_that_was_seen_counts_against_a_patient(
    usual: Familiarity,
) -> None:
    plain = {"age_years": 45.0, "heart_rate_per_min": 90.0, "systolic_bp_mmhg": 125.0}
    odd = {"age_years": 119.0, "heart_rate_per_min": 249.0, "systolic_bp_mmhg": 290.0}
    assert not usual.judge(plain).is_strange
    assert usual.judge(odd).is_strange


def test_little_or_nothing_known_is_not_strange_by_itself(
    usual: Familiarity, learned: Dataset
) -> None:
    assert usual.judge({}).score == 0
    assert not usual.judge({"no_such_sign": 1.0}).is_strange
    for position in learned.signs:
        for state in (0.0, 1.0):
            assert not usual.judge({learned.features[position]: state}).is_strange


def test_one_patient_is_judged_as_many_are(usual: Familiarity, learned: Dataset) -> None:
    at_once = usual.scores(learned.x[:40], learned.features)
    for row, score in zip(learned.x, at_once, strict=False):
        known = {
            # As a doctor writes it, 36.6, and not the float32 nearest to it.
            code: float(str(value))
            for code, value in zip(learned.features, row, strict=True)
            if not np.isnan(value)
        }
        assert usual.judge(known).score == pytest.approx(score)


def test_signs_that_are_only_ever_mentioned_are_not_strange_for_being_many() -> None:
    """Where absence was never recorded, each mention is weighed alone, and absence not at all."""
    mentions = {f"complaint_{i}": (0.1,) for i in range(10)}
    usual = familiarity_of(
        Familiar(findings={}, mentions=mentions, limit=2.0, false_alarms=FALSE_ALARMS)
    )
    assert usual is not None
    assert usual.judge(dict.fromkeys(mentions, 1.0)).score == pytest.approx(0)
    assert usual.judge(dict.fromkeys(mentions, 0.0)).score == 0


def one_of_ten(kind: str) -> dict[str, tuple[float, ...]]:
    """Ten signs of a kind: one is nine mentions in ten times more usual than each of the others."""
    return {f"{kind}_{i}": (0.91,) if i == 0 else (0.01,) for i in range(10)}


def test_a_doctor_who_tells_all_the_signs_is_no_stranger_than_one_who_tells_the_first() -> None:
    """Records name one complaint: several rare ones surprise as one of them does, and not more."""
    mentions = one_of_ten("symptom") | one_of_ten("antecedent")
    kinds = {code: code.split("_")[0] for code in mentions}
    usual = familiarity_of(
        Familiar(findings={}, mentions=mentions, kinds=kinds, limit=2.0, false_alarms=FALSE_ALARMS)
    )
    assert usual is not None
    rare = [f"symptom_{i}" for i in range(1, 6)]
    alone = usual.judge({rare[0]: 1.0}).score
    assert alone > 1
    for many in range(2, 6):
        assert usual.judge(dict.fromkeys(rare[:many], 1.0)).score == pytest.approx(alone)
    assert usual.judge({rare[0]: 1.0, "symptom_0": 1.0}).score < alone
    assert usual.judge({rare[0]: 1.0, "antecedent_1": 1.0}).score > alone


def test_one_patient_is_judged_as_many_are_where_absence_was_never_recorded() -> None:
    patients = made("severity", 3000, seed=1)
    x, signs = patients.x.copy(), list(patients.signs)
    x[:, signs] = np.where(x[:, signs] == 1, 1, np.nan)
    only_present = replace(patients, x=x)
    found = familiar(only_present, patients.classes, *told(only_present))
    usual = familiarity_of(found)
    assert found is not None
    assert usual is not None
    assert found.kinds.keys() == found.mentions.keys() != set()
    for row, score in zip(x[:200], usual.scores(x[:200], patients.features), strict=True):
        known = {
            code: float(str(value))
            for code, value in zip(patients.features, row, strict=True)
            if not np.isnan(value)
        }
        assert usual.judge(known).score == pytest.approx(score)


def test_too_few_patients_set_no_limit(learned: Dataset) -> None:
    few = learned.take(np.arange(30))
    assert familiar(learned, learned.classes, few.x) is None


def test_a_class_of_fewer_than_ten_is_told_nothing_of(learned: Dataset) -> None:
    y = np.where(np.arange(len(learned.y)) < LEAST - 1, len(learned.classes), learned.y)
    classes = (*learned.classes, "rare")
    with_rare = Dataset(**{**learned.__dict__, "y": y, "classes": classes})
    counted = familiar(with_rare, classes, learned.x)
    assert counted is not None
    told_of = {len(row) for found in counted.findings.values() for row in found.shares}
    assert told_of == {len(learned.classes)}


def test_strangers_are_made_of_what_is_known_and_nothing_else(learned: Dataset) -> None:
    rng = np.random.default_rng(0)
    for make in (shuffled, tossed):
        strangers = make(learned, rng)
        assert (np.isnan(strangers.x) == np.isnan(learned.x)).all()
        assert not np.array_equal(strangers.x, learned.x, equal_nan=True)
