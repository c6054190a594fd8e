"""Training on poor data, or stopped in the middle: what serves is untouched."""

import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ml import registry, train
from ml.serving.bundle import session_from
from ml.training.fit import fit
from tests.ml.test_registry import RUN, about
from tests.support.cohorts import made
from warehouse.errors import DatabaseAway
from warehouse.progress import Silent
from warehouse.settings import Settings

TRAINING = """
import sys
import time
from pathlib import Path
from ml.cohort import histograms
from ml.train import train_on
from tests.support.cohorts import made
from warehouse.progress import Silent
from warehouse.settings import Settings

class Telling(Silent):
    def note(self, text):
        print(text, flush=True)

def keep(*_):
    print("keeping histograms", flush=True)
    time.sleep(60)

histograms.keep = keep
train_on(made("arbovirus", 900), Settings(home=Path(sys.argv[1])), Telling(), quick=True)
"""


def test_a_feature_that_nobody_has_leaves_the_others_their_say() -> None:
    data = made("arbovirus", 900)
    bare = data.x.copy()
    bare[:, [data.features.index("age_years"), data.features.index("is_female")]] = np.nan
    fitted = fit(replace(data, x=bare), Silent(), quick=True)
    (answers,) = session_from(fitted.onnx).run(["probabilities"], {"features": bare})
    assert np.isfinite(answers).all()
    assert fitted.metrics["auc_roc"] > 0.7
    assert fitted.metrics["onnx_difference"] < 1e-4


@pytest.mark.parametrize("told", ["comparing logistic", "refitting", "keeping histograms"])
def test_a_training_killed_in_the_middle_leaves_the_champion_and_no_challenger(
    tmp_path: Path, told: str
) -> None:
    home = Settings(home=tmp_path)
    registry.crown("arbovirus", registry.register(about("arbovirus"), b"serves", RUN, home), home)
    with subprocess.Popen(
        [sys.executable, "-c", TRAINING, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as training:
        assert training.stdout is not None
        assert any(told in line for line in training.stdout)
        training.kill()
    assert training.returncode == -signal.SIGKILL
    for alias in ("champion", "challenger"):
        found = registry.find("arbovirus", alias, home)
        assert found is not None
        assert found.onnx == b"serves"


def test_a_registry_that_is_away_is_noticed_before_anything_is_learned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train, "load", lambda *_: pytest.fail("data were read"))
    away = Settings(home=tmp_path, mlflow_uri="http://127.0.0.1:9")
    with pytest.raises(DatabaseAway, match="SEMIA_MLFLOW_URI"):
        train.train("arbovirus", away)
