"""What is measured of a model on the patients who judge it."""

import numpy as np
import pytest

from ml.models.candidates import candidates
from ml.training.fit import Answering, judge
from tests.support.cohorts import made


@pytest.mark.parametrize("name", ["auc_roc", "accuracy", "quadratic_kappa"])
def test_every_main_figure_has_its_interval_over_all_and_of_each_source(name: str) -> None:
    dataset = made("severity", 600)
    # A small source, whose figures are the less certain ones.
    dataset.sources[:] = np.where(np.arange(600) < 120, "ktas", "yale_triage")
    logistic = next(one for one in candidates(dataset) if one.name == "logistic")
    pipeline = logistic.make().fit(dataset.x, dataset.y)
    figures = judge(Answering(pipeline, 1.0, len(dataset.classes)), dataset)
    wide = {}
    for whose in ("", "ktas_", "yale_triage_"):
        low, high = figures[f"{whose}{name}_low"], figures[f"{whose}{name}_high"]
        assert low <= figures[f"{whose}{name}"] <= high
        wide[whose] = high - low
    # A hundred draws tell how wide an interval is to about a tenth.
    assert wide["ktas_"] > wide["yale_triage_"] >= wide[""] * 0.8
