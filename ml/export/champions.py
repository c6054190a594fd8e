"""Write the champions as one bundle: the only thing that serving ever reads."""

from pathlib import Path

from ml import registry
from ml.cards.files import card_files
from ml.export.graph import refuse_difference
from ml.export.local_levels import local_of
from ml.export.pack import Model, write
from ml.problems import PROBLEMS
from ml.registry import Registered
from ml.serving.serving_plan import ServingPlan
from warehouse.errors import DatabaseAway, NoChampion, UnknownName
from warehouse.progress import Progress, Silent
from warehouse.settings import Settings
from warehouse.vocabulary import as_bundle_vocabulary, load_vocabulary


def export(settings: Settings, progress: Progress = Silent()) -> Path:
    """Write every champion into the bundle folder and return it; the old bundle stays until then.

    A problem without a champion is left out, and said so; raises `NoChampion` where none has one,
    and `BadBundle` where ONNX and scikit-learn were found to differ.
    """
    champions = [_checked(name, settings, progress) for name in PROBLEMS]
    models = [_model(found) for found in champions if found is not None]
    if not models:
        raise NoChampion(
            "no model has been promoted, so there is nothing to export",
            where="the model registry",
            next_step="semia train, then semia gate and semia promote",
        )
    vocabulary = as_bundle_vocabulary(load_vocabulary())
    history = _history(settings, progress)
    local = local_of([model.about for model in models], settings, progress)
    write(settings.bundle_dir, models, vocabulary, history, local)
    return settings.bundle_dir


def _history(settings: Settings, progress: Progress) -> ServingPlan | None:
    # Feast takes seconds to import, so nobody who does not export must wait for it.
    from feature_repo.serving_plan import HISTORY, serving_plan

    try:
        return ServingPlan.model_validate(serving_plan(HISTORY, settings))
    except (DatabaseAway, UnknownName) as error:
        progress.note(f"the bundle goes without patients' history: {error.one_line()}")
        return None


def _checked(name: str, settings: Settings, progress: Progress) -> Registered | None:
    found = registry.find(name, "champion", settings)
    if found is None:
        progress.note(f"{name}: no champion yet, so the bundle goes without it")
        return None
    refuse_difference(found.about.metrics.get("onnx_difference", float("inf")), name)
    return found


def _model(champion: Registered) -> Model:
    files = card_files(champion.about)
    return Model(champion.about, champion.onnx, files.pop("card.md"), files)
