"""How often the broader question is answered on patients never seen, and how often rightly."""

from dataclasses import replace

import numpy as np
import pytest

from ml.cohort.dataset import Dataset
from ml.evaluation.broader import BroaderFigures, broader_figures
from ml.evaluation.told_apart import ToldApart, covered_by
from ml.serving.problem_file import ProblemFile
from tests.support.bundles import make_about
from tests.support.cohorts import made
from warehouse.vocabulary import load_vocabulary

# From .8 on the model says "dengue or chikungunya"; "neither" it never says.
ABOUT = make_about("arbovirus")
ILL, PERHAPS, WELL = (0.45, 0.45, 0.1), (0.35, 0.35, 0.3), (0.05, 0.05, 0.9)
ANSWERS = np.array([ILL] * 10 + [PERHAPS] * 6 + [WELL] * 4)
# Nine of the ten who are told so are ill.
LABELS = np.array([*(0, 1, 0, 1, 0, 1, 0, 1, 0, 2), *(0, 1, 2, 2, 0, 1), *(2, 2, 2, 0)])


def figures(
    y: np.ndarray = LABELS,
    answers: np.ndarray = ANSWERS,
    about: ProblemFile = ABOUT,
    source: str = "sinan_arbovirus",
    strange: np.ndarray | None = None,
) -> BroaderFigures:
    told = ToldApart.of(about.classes, covered_by("arbovirus", source, load_vocabulary()))
    usual = np.zeros(len(y)) if strange is None else strange
    return broader_figures(patients(y), answers, about, told, usual)


def patients(y: np.ndarray) -> Dataset:
    """So many patients of these classes, each seen once."""
    drawn = made("arbovirus", rows=60).take(np.arange(len(y)))
    return replace(drawn, y=y, patients=np.arange(len(y)).astype(np.str_))


def value(found: BroaderFigures, name: str) -> float | None:
    return found.figures[f"broader_{name}"].value


def test_it_is_counted_how_often_the_broader_answer_is_said_and_is_right() -> None:
    found = figures()
    assert value(found, "coverage") == pytest.approx(10 / 20)
    assert value(found, "precision") == pytest.approx(9 / 10)
    assert value(found, "coverage_ill") == pytest.approx(10 / 20)
    assert value(found, "precision_ill") == pytest.approx(9 / 10)
    # The likelier group is right of nine, of four and of three, said or not.
    assert value(found, "accuracy") == pytest.approx(16 / 20)
    # Of 14 ill and 6 others 84 pairs: 9 x 5.5 and 4 x 4 and 1.5 are ranked rightly, ties by half.
    assert value(found, "auc_roc") == pytest.approx(67 / 84)
    assert found.figures["broader_coverage"].low < 0.5 < found.figures["broader_coverage"].high


def test_what_is_never_said_has_no_precision_and_says_so() -> None:
    found = figures()
    assert value(found, "coverage_not_ill") == 0
    assert value(found, "precision_not_ill") is None
    assert found.undefined == {"broader_precision_not_ill": "it is said of none of these patients"}


def test_nobody_who_is_strange_is_told_it_as_if_it_were_sure() -> None:
    strange = np.zeros(20)
    strange[:4] = 1
    found = figures(strange=strange)
    assert value(found, "coverage") == pytest.approx(6 / 20)
    assert value(found, "precision") == pytest.approx(5 / 6)


def test_a_model_that_cannot_say_it_says_it_of_nobody() -> None:
    """An older version, or one that is never right often enough."""
    never = ABOUT.broader.model_copy(update={"confident": None}) if ABOUT.broader else None
    for broader in (None, never):
        found = figures(about=ABOUT.model_copy(update={"broader": broader}))
        assert value(found, "coverage") == 0
        assert value(found, "precision") is None
        assert value(found, "accuracy") == pytest.approx(16 / 20)


def test_where_a_word_of_the_source_covers_both_groups_nobody_knows_who_is_right() -> None:
    """Foz do Iguaçu discards whoever has no chikungunya, and so dengue too."""
    found = figures(source="foz_chikungunya")
    assert value(found, "coverage") == pytest.approx(10 / 20)
    unknown = {"auc_roc", "accuracy", "precision", "precision_ill", "precision_not_ill"}
    assert set(found.undefined) == {f"broader_{name}" for name in unknown}
    assert {value(found, name) for name in unknown} == {None}
    assert "more than one group" in found.undefined["broader_precision"]


def test_patients_of_one_group_alone_have_no_auc() -> None:
    found = figures(y=np.array([0, 1] * 10))
    assert value(found, "auc_roc") is None
    assert found.undefined["broader_auc_roc"] == "all these patients have the same broader answer"
    assert value(found, "precision") == 1


def test_a_class_that_was_never_learned_still_is_of_its_group() -> None:
    about = ABOUT.model_copy(update={"classes": ("chikungunya", "other_disease")})
    found = figures(answers=np.array([[0.9, 0.1]] * 20), about=about)
    assert value(found, "coverage_ill") == 1
    assert value(found, "precision_ill") == pytest.approx((LABELS < 2).mean())


def test_a_problem_without_a_broader_question_has_none_of_these_figures() -> None:
    some, about = made("severity", rows=60), make_about("severity")
    told = ToldApart.of(about.classes, {})
    answers = np.full((60, 5), 0.2)
    assert broader_figures(some, answers, about, told, np.zeros(60)) == BroaderFigures({}, {})
