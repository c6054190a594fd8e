"""What a validation says of another place: its prevalence, its sets, its strangers."""

import numpy as np
import pytest

from ml.cohort.dataset import Dataset
from ml.evaluation.external import elsewhere, factors_at, prior_of, strange_ones
from ml.evaluation.told_apart import ToldApart
from ml.serving.prevalence import reweighted
from ml.serving.problem_file import Asking, Conformal, Finding, ProblemFile
from ml.training.familiar import familiar, tossed
from ml.training.unseen import told
from tests.support.bundles import make_about
from tests.support.cohorts import made


def model(**fields: object) -> ProblemFile:
    """What a model of the arboviruses says of itself, changed in these fields."""
    known = {"asking": None, "conformal": None, "familiar": None}
    return make_about("arbovirus").model_copy(update={**known, **fields})


def apart(about: ProblemFile, **covered: str) -> ToldApart:
    """A source that tells all the classes apart but those `covered` by the word for another."""
    return ToldApart.of(about.classes, covered)


def asked_with(prior: tuple[float, ...]) -> Asking:
    return Asking(prior=prior, findings={"fever": Finding(edges=(0.5,), shares=((0.5,) * 3,) * 2)})


def site(shares: tuple[float, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Patients at these shares, with the answers of a model that learned from equal ones."""
    rng = np.random.default_rng(0)
    y = rng.choice(3, 20_000, p=shares)
    signs = np.eye(3)[y] + rng.normal(0, 1, (len(y), 3))
    powers = np.exp(signs)
    return y, powers / powers.sum(axis=1, keepdims=True)


def test_answers_from_another_balance_are_right_on_average_once_reweighted() -> None:
    about = model(asking=asked_with((1 / 3,) * 3))
    found = elsewhere(*site((0.8, 0.15, 0.05)), about, about.classes, apart(about))
    assert found["mean_gap"] > 0.15
    assert found["mean_gap_reweighted"] < 0.01
    assert found["ece_reweighted"] < 0.02


def test_where_classes_look_different_half_of_the_patients_put_the_mean_right() -> None:
    """Signs that say a third of what they said: Bayes' rule trusts them, and is off."""
    y, answers = site((0.6, 0.0, 0.4))
    duller = answers ** (1 / 3) / (answers ** (1 / 3)).sum(axis=1, keepdims=True)
    sharper = answers**3 / (answers**3).sum(axis=1, keepdims=True)
    about = model(asking=asked_with((1 / 3,) * 3))
    for strange in (duller * [1, 1, 3] / (duller * [1, 1, 3]).sum(axis=1, keepdims=True), sharper):
        found = elsewhere(y, strange, about, about.classes, apart(about))
        assert found["mean_gap_recentred"] < 0.015
        assert found["mean_gap_recentred"] < found["mean_gap_reweighted"]


def test_what_the_place_put_right_in_one_week_holds_in_another_with_other_shares() -> None:
    """The same dull signs, first where the disease is common, then where it is not."""
    prior = (1 / 3,) * 3

    def duller(shares: tuple[float, ...]) -> tuple[np.ndarray, np.ndarray]:
        y, answers = site(shares)
        powers = answers**0.3 * [1, 1, 2]
        return y, powers / powers.sum(axis=1, keepdims=True)

    first, later = (0.7, 0.2, 0.1), (0.3, 0.3, 0.4)
    factors = factors_at(*duller(first), prior)
    _, answers = duller(later)
    stated = [share * factor for share, factor in zip(later, factors, strict=True)]
    off = abs(reweighted(answers, prior, later).mean(axis=0) - later).max()
    assert off > 0.1
    assert abs(reweighted(answers, prior, stated).mean(axis=0) - later).max() < off / 2


def test_a_class_that_a_place_does_not_have_is_stated_there_as_it_is() -> None:
    y, answers = site((0.6, 0.0, 0.4))
    assert factors_at(y, answers, (1 / 3,) * 3)[1] == 1
    assert factors_at(np.full(5, 3), answers[:5], (1 / 3,) * 3) == (1, 1, 1)


def test_an_older_model_has_no_figures_of_what_it_cannot_say() -> None:
    about = model()
    found = elsewhere(*site((0.4, 0.4, 0.2)), about, about.classes, apart(about))
    assert set(found) == {"mean_gap"}
    assert np.isnan(strange_ones(made("arbovirus", rows=60), about)).all()


def test_a_class_never_learned_is_in_no_set_and_never_right() -> None:
    about = model(
        classes=("dengue", "chikungunya"),
        conformal=Conformal(coverage=0.9, least=(0.0, 0.6), patients=(3, 90)),
    )
    y, answers = np.array([0, 1, 2]), np.array([[0.5, 0.5]] * 3)
    found = elsewhere(y, answers, about, (*about.classes, "other_disease"), apart(about))
    assert found["set_coverage"] == pytest.approx(1 / 3)
    assert found["set_size"] == 1


def test_a_class_that_the_source_does_not_tell_counts_for_the_one_whose_word_covers_it() -> None:
    """A site that discards chikungunya whatever else it is: dengue is then no wrong answer."""
    conformal = Conformal(coverage=0.9, least=(0.3, 0.3, 0.3), patients=(90, 90, 90))
    about = model(asking=asked_with((0.2, 0.3, 0.5)), conformal=conformal)
    told = apart(about, dengue="other_disease")
    assert told.classes == ("chikungunya", "other_disease")
    answers = np.array([[0.6, 0.2, 0.2], [0.1, 0.8, 0.1]])
    assert told.together(answers) == pytest.approx(np.array([[0.2, 0.8], [0.8, 0.2]]))
    found = elsewhere(np.array([1, 0]), answers, about, told.classes, told)
    assert found["mean_gap"] == pytest.approx(0)
    assert found["set_coverage"] == 1
    assert found["set_size"] == 1


def test_what_is_told_together_keeps_the_shares_that_were_learned() -> None:
    """Bayes' rule over fewer classes is Bayes' rule over all, each with its learned part."""
    _, answers = site((0.8, 0.15, 0.05))
    about = model(asking=asked_with((0.2, 0.3, 0.5)))
    told = apart(about, dengue="other_disease")
    prior = prior_of(about.asking, told)
    few = reweighted(told.together(answers), prior, (0.4, 0.6))
    parts = told.apart((0.4 / prior[0], 0.6 / prior[1]), about.asking.prior)
    assert parts == pytest.approx([0.6 * 0.2 / 0.7, 0.4, 0.6 * 0.5 / 0.7])
    every = reweighted(answers, about.asking.prior, parts)
    assert told.together(every) == pytest.approx(few)


def test_strangers_are_told_by_the_features_that_the_model_reads() -> None:
    learned, others = (made("arbovirus", rows=2000, seed=seed) for seed in (1, 2))
    usual = familiar(learned, learned.classes, *told(others))
    about = model(features=learned.features[::-1], familiar=usual)
    same = made("arbovirus", rows=1000, seed=3)
    assert strange_ones(same, about).mean() < 0.05
    assert strange_ones(tossed(same, np.random.default_rng(0)), about).mean() > 0.15


def test_a_column_that_these_data_lack_is_unknown() -> None:
    patients: Dataset = made("arbovirus", rows=60)
    rows = patients.read_as(("no_such", *patients.features[:1]))
    assert np.isnan(rows[:, 0]).all()
    assert np.array_equal(rows[:, 1], patients.x[:, 0], equal_nan=True)
