"""From a built warehouse to a bundle, by the same calls that `semia up` makes."""

from feature_repo import store
from ml import train
from ml.export import champions as export
from ml.governance import gate, promote
from ml.problems import PROBLEMS
from warehouse.progress import Silent
from warehouse.settings import Settings


def train_and_promote(settings: Settings) -> None:
    """Train every problem quickly, pass each through the gate, promote and export."""
    store.apply(settings, Silent())
    for name in PROBLEMS:
        train.train(name, settings, Silent(), quick=True)
        decision = gate.decide(name, settings, Silent())
        assert decision.accepted, f"{name}: {decision.reason}"
        promote.promote(name, settings)
    export.export(settings, Silent())
