"""The gate refuses each kind of bad model for the right reason, and lets a good one through."""

import json
import re
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from ml.cohort.dataset import Dataset
from ml.cohort.hiding import with_copies
from ml.cohort.split import split
from ml.evaluation.subgroups import LEAST_PATIENTS, subgroups
from ml.export import graph
from ml.governance.checks import Scored, absolute, relative
from ml.governance.gate import judge, score
from ml.governance.limits import limits_of
from ml.models.candidates import candidates
from ml.registry import Registered
from ml.serving.problem_file import Confident
from ml.train import describe
from ml.training.fit import fit
from tests.support.cohorts import made
from warehouse.errors import BadBundle, WrongSetting
from warehouse.progress import Silent


@pytest.fixture(scope="module")
def data() -> Dataset:
    return made("arbovirus", 2500)


@pytest.fixture(scope="module")
def good(data: Dataset) -> Registered:
    fitted = fit(data, Silent(), quick=True)
    return Registered(describe(data, fitted).model_copy(update={"version": "1"}), fitted.onnx)


@pytest.fixture(scope="module")
def refit(data: Dataset, good: Registered) -> Callable[[float, int], Registered]:
    """A logistic model of another temperature, or that learned from few patients."""
    train = split(data).train
    made_of = {candidate.name: candidate for candidate in candidates(train)}

    def make(temperature: float, rows: int) -> Registered:
        learned = with_copies(train.take(np.arange(rows)), 1, np.random.default_rng(0))
        model = made_of["logistic"].make().fit(learned.x, learned.y)
        onnx = graph.to_onnx(model, temperature, len(data.features))
        return Registered(good.about.model_copy(update={"version": "2", "confident": None}), onnx)

    return make


def failed(data: Dataset, model: Registered, champion: Registered | None = None) -> set[str]:
    checks = judge(split(data).held_out, model, champion)
    return {check.name for check in checks if not check.holds}


def saying(model: Registered, **changes: object) -> Registered:
    return replace(model, about=model.about.model_copy(update=changes))


def test_a_good_first_model_passes(data: Dataset, good: Registered) -> None:
    assert failed(data, good) == set()


def test_more_patients_taught_more_and_each_step_says_how_many(good: Registered) -> None:
    curves = good.about.curves
    assert curves is not None
    rows = [step.rows for step in curves.learning]
    assert len(rows) == 4
    assert rows == sorted(set(rows))
    assert curves.learning[-1].auc_roc > curves.learning[0].auc_roc > 0.5


def test_a_model_passes_against_itself(data: Dataset, good: Registered) -> None:
    assert failed(data, good, champion=good) == set()


def test_a_worse_model_does_not_replace_the_champion(
    data: Dataset, good: Registered, refit: Callable[[float, int], Registered]
) -> None:
    assert "auc_roc against the champion's" in failed(data, refit(1.0, 40), champion=good)


@pytest.mark.parametrize("temperature", [0.2, 6.0])
def test_a_miscalibrated_model_is_refused(
    data: Dataset, refit: Callable[[float, int], Registered], temperature: float
) -> None:
    assert "ece beyond chance" in failed(data, refit(temperature, 1200))


def test_a_model_too_good_to_be_honest_is_refused_on_public_data(
    data: Dataset, good: Registered
) -> None:
    suspect = saying(good, origin="public")
    assert failed(data, suspect) == {"auc_roc below the ceiling"}


def test_a_model_that_learned_from_a_leak_is_refused(data: Dataset) -> None:
    """The answer, written into a feature as some column known only afterwards would be."""
    leaking = replace(data, x=data.x.copy(), origin="public")
    leaking.x[:, data.features.index("systolic_bp_mmhg")] = 100 + 10 * data.y
    fitted = fit(leaking, Silent(), quick=True)
    model = Registered(describe(leaking, fitted).model_copy(update={"version": "1"}), fitted.onnx)
    checks = judge(split(leaking).held_out, model, None)
    assert [check.name for check in checks if not check.holds] == ["auc_roc below the ceiling"]


def test_a_claim_of_confidence_that_does_not_hold_is_refused(
    data: Dataset, good: Registered
) -> None:
    confident = good.about.confident
    assert confident is not None
    loud = saying(good, confident=confident.model_copy(update={"threshold": 0.34}))
    harder = data.take(np.arange(len(data.y)))
    rng = np.random.default_rng(0)
    swapped = rng.random(len(harder.y)) < 0.4
    harder.y[swapped] = rng.integers(0, 3, swapped.sum())
    assert "precision of confident single answers, upper bound" in failed(harder, loud)


def test_one_answer_that_is_right_too_seldom_is_refused_however_the_others_do(
    data: Dataset, good: Registered
) -> None:
    patients = data.take(np.arange(2_000) % len(data.y))
    last = data.classes[-1]
    patients.y[:] = np.where(np.arange(2_000) < 1_800, 0, len(data.classes) - 1)
    answers = np.full((2_000, len(data.classes)), 0.01)
    answers[np.arange(2_000), patients.y] = 0.9
    # Of 100 others who are said to be of the last class, half are.
    answers[1_700:1_800] = answers[-1]
    rule = Confident(threshold=0.8, precision=0.9, precision_low=0.9, coverage=1)
    model = saying(good, confident=rule, broader=None)
    scored = Scored(model, patients, answers, np.full(2_000, 9), 0.1)
    checks = absolute(scored, limits_of("arbovirus"), data.problem)
    of = {c.name: c for c in checks if c.name.startswith("precision of confident")}
    everybody, those = (
        f"precision of confident single {one}, upper bound" for one in ("answers", f"answer {last}")
    )
    assert set(of) == {everybody, those}
    assert of[everybody].holds
    assert not of[those].holds


def test_a_check_of_confidence_says_of_which_question_it_is(
    data: Dataset, good: Registered
) -> None:
    broader = good.about.broader
    assert broader is not None
    rule = Confident(threshold=0.3, precision=0.9, precision_low=0.9, coverage=1)
    model = saying(good, confident=rule, broader=broader.model_copy(update={"confident": rule}))
    answers = np.eye(len(data.classes))[data.y]
    scored = Scored(model, data, answers, np.full(len(data.y), 9), 0.1)
    names = {check.name for check in absolute(scored, limits_of("arbovirus"), data.problem)}
    assert {
        f"precision of confident {kind} answers, upper bound" for kind in ("single", "broader")
    } <= names


@pytest.mark.parametrize(
    ("name", "value", "check"),
    [
        ("shift_without_vitals", -0.2, "shift without vitals"),
        ("onnx_difference", 0.001, "difference of ONNX from scikit-learn"),
    ],
)
def test_what_training_measured_is_held_against_its_limit(
    data: Dataset, good: Registered, name: str, value: float, check: str
) -> None:
    bad = saying(good, metrics={**good.about.metrics, name: value})
    assert failed(data, bad) == {check}


def test_a_figure_that_was_not_measured_does_not_pass(data: Dataset, good: Registered) -> None:
    bad = saying(good, metrics={})
    assert "shift without vitals" in failed(data, bad)
    (check,) = (
        one for one in judge(split(data).held_out, bad, None) if one.name == "shift without vitals"
    )
    assert check.failing() == "shift without vitals was not measured, and must be at most 0.05"
    json.dumps(asdict(check), allow_nan=False)


def test_a_refusal_says_which_way_the_limit_goes(
    data: Dataset, refit: Callable[[float, int], Registered]
) -> None:
    checks = judge(split(data).held_out, refit(6.0, 1200), None)
    refused = {check.name: check.failing() for check in checks if not check.holds}
    assert re.fullmatch(
        r"ece beyond chance is 0\.\d+, and must be at most 0\.03", refused["ece beyond chance"]
    )
    (area,) = (check for check in checks if check.name == "auc_roc")
    assert area.allowed() == "at least 0.65"


def test_a_file_that_is_too_large_is_refused(data: Dataset, good: Registered) -> None:
    import onnx

    model = onnx.load_from_string(good.onnx)
    model.doc_string = "x" * 8_000_000
    assert failed(data, replace(good, onnx=model.SerializeToString())) == {"megabytes"}


def test_a_model_that_is_too_slow_is_refused(data: Dataset, good: Registered) -> None:
    assert failed(data, replace(good, onnx=slowed(good.onnx))) == {"milliseconds for one answer"}


def test_a_model_that_harms_one_group_is_refused_though_the_mean_holds(
    data: Dataset, good: Registered
) -> None:
    patients = split(data).held_out
    champion = score(patients, good)
    women = patients.x[:, patients.features.index("is_female")] == 1
    harming = champion.probabilities.copy()
    harming[women] = harming[women][:, [1, 2, 0]]
    # Men are told apart perfectly, so that the mean hides what women lose.
    harming[~women] = np.eye(3)[patients.y[~women]]
    harmed = replace(champion, probabilities=harming)
    checks = relative(harmed, champion, limits_of("arbovirus"))
    found = {check.name: check.holds for check in checks}
    assert not found["auc_roc of women against the champion's"]
    absolutes = absolute(harmed, limits_of("arbovirus"), data.problem)
    assert "auc_roc of women" in {check.name for check in absolutes if not check.holds}


def test_a_group_too_small_to_judge_is_not_judged(data: Dataset) -> None:
    groups = subgroups(data.take(np.arange(LEAST_PATIENTS - 1)))
    assert groups == {}
    assert {"women", "men"} <= set(subgroups(data))


def slowed(onnx_bytes: bytes) -> bytes:
    """The same answers, after a sum over millions of numbers that adds nothing to them."""
    import onnx
    from onnx import TensorProto, helper

    model = onnx.load_from_string(onnx_bytes)
    for node in model.graph.node:
        for position, name in enumerate(node.output):
            if name == "probabilities":
                node.output[position] = "quick_probabilities"
    zeros = helper.make_node(
        "RandomUniform", [], ["idle"], shape=[8_000_000], low=0.0, high=0.0, dtype=TensorProto.FLOAT
    )
    model.graph.node.extend(
        [
            zeros,
            helper.make_node("ReduceSum", ["idle"], ["nothing"], keepdims=0),
            helper.make_node("Add", ["quick_probabilities", "nothing"], ["probabilities"]),
        ]
    )
    return bytes(model.SerializeToString())


def test_a_corrupt_model_is_an_error_of_ours(data: Dataset, good: Registered) -> None:
    with pytest.raises(BadBundle):
        judge(split(data).held_out, replace(good, onnx=good.onnx[:200]), None)


@pytest.mark.parametrize("listed", [("dengue", "chikungunya"), ("dengue",) * 4])
def test_a_model_that_answers_other_classes_than_it_lists_is_an_error_of_ours(
    data: Dataset, good: Registered, listed: tuple[str, ...]
) -> None:
    with pytest.raises(BadBundle, match=f"answers 3 classes, but {len(listed)} are listed"):
        judge(split(data).held_out, saying(good, classes=listed), None)


def test_a_champion_with_other_features_can_still_be_met(data: Dataset, good: Registered) -> None:
    renamed = ("a_feature_of_old", *good.about.features[1:])
    old = saying(good, features=renamed, version="0")
    assert failed(data, good, champion=old) == set()


def test_a_limit_that_nobody_reads_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "limits.yaml"
    file.write_text("default: {least_auc_roc: 0.7, most_hope: 1}\n")
    with pytest.raises(WrongSetting, match="most_hope"):
        limits_of("severity", file)
