"""Naive Bayes by likelihood ratios: worked by hand, and silent on what is not told."""

import numpy as np
import pytest

from ml.cohort.dataset import Dataset
from ml.models.bayes import KnownBayes
from ml.models.candidates import candidates
from ml.models.pipelines import on_bits
from ml.training.compare import cross_validated
from tests.support.cohorts import made
from warehouse.progress import Silent


def sign(told: int, present: int) -> list[int]:
    return [told, present]


def test_a_finding_multiplies_the_odds_by_its_likelihood_ratio() -> None:
    """A test positive in 90 of 100 ill and 200 of 1,000 others: one in eleven becomes .31."""
    ill = [sign(1, 1)] * 90 + [sign(1, 0)] * 10
    others = [sign(1, 1)] * 200 + [sign(1, 0)] * 800
    y = np.repeat([1, 0], [100, 1000])
    model = KnownBayes(signs=1, alpha=1e-9).fit(np.asarray([*ill, *others]), y)
    positive, negative, unknown = model.predict_proba([sign(1, 1), sign(1, 0), sign(0, 0)])[:, 1]
    assert positive == pytest.approx(90 / 290)
    assert negative == pytest.approx(10 / 810)
    assert unknown == pytest.approx(100 / 1100)
    assert model.predict([sign(1, 0)]).tolist() == [0]


def test_a_number_counts_by_the_piece_of_its_range() -> None:
    """Told, above the first cut, above the second: the shares of three pieces by the chain."""
    pieces = np.asarray([[1, 0, 0], [1, 1, 0], [1, 1, 1]])
    x = np.concatenate([pieces.repeat([60, 30, 10], axis=0), pieces.repeat([10, 20, 70], axis=0)])
    model = KnownBayes(signs=0, cuts=2, alpha=1e-9).fit(x, np.repeat([0, 1], 100))
    answers = model.predict_proba(pieces)[:, 1]
    assert answers == pytest.approx([10 / 70, 20 / 50, 70 / 80])


def test_what_is_mentioned_alone_speaks_and_its_silence_does_not() -> None:
    x = np.asarray([sign(1, 1)] * 40 + [sign(0, 0)] * 60 + [sign(1, 1)] * 10 + [sign(0, 0)] * 90)
    model = KnownBayes(signs=1, alpha=1e-9).fit(x, np.repeat([1, 0], 100))
    mentioned, denied, unknown = model.predict_proba([sign(1, 1), sign(1, 0), sign(0, 0)])[:, 1]
    assert mentioned == pytest.approx(40 / 50)
    assert denied == unknown == pytest.approx(0.5)


def test_telling_one_thing_changes_the_odds_alike_whatever_else_is_known() -> None:
    dataset = made("arbovirus", 900)
    model = on_bits(dataset).fit(dataset.x, dataset.y)
    place = dataset.features.index("joint_pain")
    rows = dataset.x[:50].copy()
    rows[:, place] = np.nan
    told = rows.copy()
    told[:, place] = 1
    odds = [np.log(model.predict_proba(one)) for one in (rows, told)]
    moved = odds[1] - odds[0]
    assert np.allclose(moved - moved[:, :1], (moved - moved[:, :1])[0])


class Guess:
    """Two classes by how much is found in all; the third like the first as far as `rare` says."""

    classes_ = np.arange(3)

    def __init__(self, rare: float) -> None:
        self.rare = rare

    def predict_proba(self, x: np.ndarray) -> np.ndarray:
        much = np.nansum(x, axis=1) / 500
        return np.stack([much, 1 - much, self.rare * much + (1 - self.rare) * (1 - much)], axis=1)


def test_a_class_without_a_patient_in_every_fold_ranks_no_candidate() -> None:
    dataset = made("arbovirus", 300)
    folds = np.array_split(np.arange(300), 3)
    (candidate,) = (one for one in candidates(dataset) if one.name == "naive_bayes")

    def areas(patients_of_third: int) -> list[float]:
        y = np.where(np.arange(300) < patients_of_third, 2, dataset.y % 2)
        data = Dataset(**{**dataset.__dict__, "y": y})
        found = [
            cross_validated(data, folds, [candidate], lambda *_, g=guess: g, Silent())
            for guess in (Guess(0.2), Guess(0.8))
        ]
        return [one["naive_bayes"]["auc_roc"] for one in found]

    alike, apart = areas(2), areas(30)
    assert alike[0] == alike[1]
    assert apart[0] != apart[1]
