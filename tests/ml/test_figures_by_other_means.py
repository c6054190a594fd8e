"""Every figure of a validation, reckoned a second time: by other code, from answers as served.

Nothing of `ml.evaluation` is used here: patients are asked about one by one, as a doctor asks, and
the figures are scikit-learn's, SciPy's or written out from their definitions.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import root
from scipy.special import expit, logit
from sklearn.metrics import (
    accuracy_score,
    cohen_kappa_score,
    f1_score,
    precision_recall_curve,
    recall_score,
    roc_auc_score,
    top_k_accuracy_score,
)

from ml import registry
from ml.cohort.dataset import Dataset, load
from ml.problems import PROBLEMS, get_problem
from ml.serving import bundle
from ml.serving.predict import Evidence, predict
from ml.validate import Validated, measured
from warehouse.settings import Settings

Shares = NDArray[np.float64]
Codes = NDArray[np.intp]

_ROWS = 400
_DRAWS = 200
_AGE, _SEX = "age_years", "is_female"


@dataclass(frozen=True)
class Served:
    """What the bundle answered: `p` [n, classes], whether each was confident, the truth `y` [n]."""

    y: Codes
    p: Shares
    sure: NDArray[np.bool_]

    def take(self, rows: Codes) -> "Served":
        return Served(self.y[rows], self.p[rows], self.sure[rows])


def told(patients: Dataset, row: int) -> Evidence:
    """A patient as a doctor would type them."""
    known = {
        name: float(value)
        for name, value in zip(patients.features, patients.x[row], strict=True)
        if not np.isnan(value)
    }
    sex, measured_ones = known.pop(_SEX, None), {patients.features[i] for i in patients.numbers}
    age = known.pop(_AGE, None)
    return Evidence(
        age_years=age,
        is_female=None if sex is None else sex == 1,
        observations={name: value for name, value in known.items() if name in measured_ones},
        signs={name: value == 1 for name, value in known.items() if name not in measured_ones},
    )


def served(patients: Dataset, settings: Settings) -> Served:
    asked, name = bundle.load(settings.bundle_dir), patients.problem.name
    answers = [predict(asked, name, told(patients, row)) for row in range(len(patients.y))]
    classes = asked.problems[name].about.classes
    return Served(
        np.asarray([classes.index(patients.classes[y]) for y in patients.y]),
        np.asarray([[one.probabilities[code] for code in classes] for one in answers]),
        np.asarray([one.is_confident for one in answers]),
    )


def one_against_rest(s: Served) -> list[tuple[NDArray[np.bool_], Shares]]:
    """Each class that some have and others have not: who has it, and its probability."""
    pairs = [(s.y == k, s.p[:, k]) for k in range(s.p.shape[1])]
    return [(has, p) for has, p in pairs if has.any() and not has.all()]


def area_under_precision(has: NDArray[np.bool_], p: Shares) -> float:
    """Sum of precision times the rise of recall, a step for each threshold."""
    precision, recall, _ = precision_recall_curve(has, p)
    return float(-np.sum(np.diff(recall) * precision[:-1]))


def brier(s: Served) -> float:
    if s.p.shape[1] == 2:
        return float(np.mean((s.p[:, 0] - (s.y == 0)) ** 2))
    return float(np.mean(np.sum((s.p - np.eye(s.p.shape[1])[s.y]) ** 2, axis=1)))


def gap(s: Served) -> float:
    """Expected calibration error of the first answer, bin after bin."""
    first, right = s.p.max(axis=1), s.p.argmax(axis=1) == s.y
    off = 0.0
    for low in range(10):
        here = (first >= low / 10) & ((first < (low + 1) / 10) | (low == 9))
        off += abs(float(first[here].sum()) - float(right[here].sum()))
    return off / len(first)


def recalibration(s: Served) -> tuple[float, float]:
    """Slope and intercept where the likelihood of `is it this class` by log-odds is steepest."""
    columns = [0] if s.p.shape[1] == 2 else list(range(s.p.shape[1]))
    odds = logit(np.clip(s.p[:, columns], 1e-6, 1 - 1e-6)).ravel()
    true = (s.y[:, None] == columns).ravel().astype(float)

    def score(beta: Shares) -> Shares:
        off = true - expit(beta[0] + beta[1] * odds)
        return np.asarray([off.sum(), off @ odds])

    found = root(score, np.asarray([0.0, 1.0]))
    assert found.success
    return float(found.x[1]), float(found.x[0])


def recall_of_each(s: Served) -> float:
    """Mean recall of the classes that some patient has."""
    has = np.unique(s.y)
    found = recall_score(s.y, s.p.argmax(axis=1), labels=has, average=None)
    return float(np.mean(found))


def kappa(s: Served) -> float:
    found = cohen_kappa_score(
        s.y, s.p.argmax(axis=1), labels=range(s.p.shape[1]), weights="quadratic"
    )
    return float(found)


FIGURES: Mapping[str, Callable[[Served], float]] = {
    "auc_roc": lambda s: float(np.mean([roc_auc_score(*one) for one in one_against_rest(s)])),
    "auc_pr": lambda s: float(np.mean([area_under_precision(*one) for one in one_against_rest(s)])),
    "f1_macro": lambda s: float(f1_score(s.y, s.p.argmax(axis=1), average="macro")),
    "accuracy": lambda s: float(accuracy_score(s.y, s.p.argmax(axis=1))),
    "balanced_accuracy": recall_of_each,
    "top_1": lambda s: float(accuracy_score(s.y, s.p.argmax(axis=1))),
    "brier": brier,
    "ece": gap,
    "calibration_slope": lambda s: recalibration(s)[0],
    "calibration_intercept": lambda s: recalibration(s)[1],
    "coverage_at_precision_85": lambda s: float(s.sure.mean()),
}


def top_3(s: Served) -> float:
    """Scikit-learn knows no first three of two."""
    if s.p.shape[1] <= 3:
        return 1.0
    return float(top_k_accuracy_score(s.y, s.p, k=3, labels=range(s.p.shape[1])))


@pytest.fixture(scope="module", params=list(PROBLEMS))
def judged(request: pytest.FixtureRequest, trained: Settings) -> tuple[Dataset, Served, Validated]:
    """Patients, what is answered to each of them, and what a validation finds in that."""
    whole = load(get_problem(request.param), trained)
    rows = np.random.default_rng(1).permutation(len(whole.y))[:_ROWS]
    patients = whole.take(rows)
    champion = registry.champion(request.param, trained)
    found = measured(patients, champion, patients.problem.sources[0])
    return patients, served(patients, trained), found


@pytest.mark.database
@pytest.mark.slow
def test_what_is_printed_is_what_other_code_finds_in_the_served_answers(
    judged: tuple[Dataset, Served, Validated],
) -> None:
    patients, answers, found = judged
    printed = {figure: one.value for figure, one in found.figures.items()}
    expected = {figure: reckon(answers) for figure, reckon in FIGURES.items()}
    expected["top_3"] = top_3(answers)
    if patients.problem.kind == "ordinal":
        expected["quadratic_kappa"] = kappa(answers)
    else:
        assert printed["quadratic_kappa"] is None
    for figure, value in expected.items():
        assert printed[figure] == pytest.approx(value, abs=2e-5), figure
    assert found.rows == len(answers.y)


@pytest.mark.database
@pytest.mark.slow
def test_intervals_are_those_of_another_bootstrap_over_patients(
    judged: tuple[Dataset, Served, Validated],
) -> None:
    patients, answers, found = judged
    for figure in ("auc_roc", "accuracy", "brier", "coverage_at_precision_85"):
        ours = found.figures[figure]
        drawn = [FIGURES[figure](answers.take(rows)) for rows in redrawn(patients.patients)]
        low, high = np.quantile(drawn, [0.025, 0.975])
        assert ours.low is not None
        assert ours.high is not None
        # A hundred draws know their ends to about a third of the distance between them.
        slack = 0.35 * (high - low) + 1e-9
        assert ours.low == pytest.approx(low, abs=slack), figure
        assert ours.high == pytest.approx(high, abs=slack), figure


def redrawn(patients: NDArray[np.str_]) -> list[Codes]:
    """Patients drawn again with all their rows, by another generator of chance."""
    chance = np.random.RandomState(2026)
    rows_of = {name: np.flatnonzero(patients == name) for name in np.unique(patients)}
    names = list(rows_of)
    return [
        np.concatenate([rows_of[names[one]] for one in chance.randint(0, len(names), len(names))])
        for _ in range(_DRAWS)
    ]
