"""A broader question, answered by the same model where no single class can be said."""

from collections.abc import Sequence
from dataclasses import replace

from ml.evaluation.metrics import areas_under_roc, expected_calibration_error
from ml.problems import Problem
from ml.serving.broader import group_of_each, places, together
from ml.serving.problem_file import Broader, GroupOf
from ml.training.confident import confident
from ml.training.thresholds import Told


def rule(
    problem: Problem, answered: Sequence[str], unseen: Sequence[Told], held_out: Sequence[Told]
) -> Broader | None:
    """The groups of a problem's classes, and when one of them is a confident answer.

    `answered` are the classes that the model can answer; None where they are all of one group.
    What is `unseen` and `held_out` is as `confident` wants it, over all classes of the problem.
    """
    groups = tuple(
        GroupOf(
            code=group.code, label={"es": group.label["es"], "en": group.label["en"]}, classes=of
        )
        for group in problem.groups
        if (of := tuple(code for code in group.classes if code in answered))
    )
    if len(groups) < 2:
        return None
    chosen_on = [_grouped(problem, one) for one in unseen]
    measured_on = [_grouped(problem, one) for one in held_out]
    codes = [group.code for group in problem.groups]
    return Broader(groups=groups, confident=confident(codes, chosen_on, measured_on))


def figures(problem: Problem, told: Told) -> dict[str, float]:
    """How good the broader answers are; nothing for a problem without a broader question."""
    if not problem.groups:
        return {}
    one = _grouped(problem, told)
    codes = [group.code for group in problem.groups]
    return {
        "broader_auc_roc": areas_under_roc(one.y, one.probabilities, codes)["auc_roc"],
        "broader_accuracy": float(one.right.mean()),
        "broader_ece": expected_calibration_error(one.y, one.probabilities),
    }


def _grouped(problem: Problem, told: Told) -> Told:
    of = places([group.classes for group in problem.groups], problem.classes)
    y, probabilities = group_of_each(told.y, of), together(told.probabilities, of)
    return replace(told, y=y, probabilities=probabilities)
