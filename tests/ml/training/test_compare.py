"""Which candidate is taken."""

from ml.models.candidates import BASELINE
from ml.training.compare import best

PRIOR = {"auc_roc": 0.5, "auc_roc_partial": 0.5, "log_loss": 0.6}


def figures(auc: float, log_loss: float) -> dict[str, float]:
    return {"auc_roc": auc, "auc_roc_partial": auc, "log_loss": log_loss}


def test_the_best_ranking_wins_and_alike_ones_are_told_apart_by_log_loss() -> None:
    found = {BASELINE: PRIOR, "a": figures(0.8, 0.5), "b": figures(0.81, 0.55)}
    assert best(found) == "b"
    assert best({**found, "c": figures(0.8102, 0.4)}) == "c"


def test_whoever_is_further_from_the_truth_than_the_prior_wins_only_among_its_like() -> None:
    found = {BASELINE: PRIOR, "far": figures(0.9, 1.3)}
    assert best(found) == "far"
    assert best({**found, "near": figures(0.8, 0.5)}) == "near"
