"""A place that validated a version has its bundle set right, and nothing else in it moves."""

from dataclasses import replace
from pathlib import Path

import pytest

from api.bundle.prepared import facts
from ml.recentre import recentre
from ml.serving.bundle import load
from ml.serving.predict import Evidence, predict
from ml.serving.problem_file import Place
from ml.validate import Validated
from tests.support.bundles import make_tiny_bundle
from warehouse.errors import NotEnoughData, WrongSetting
from warehouse.settings import Settings

PLACE = Place(source="foz_chikungunya", rows=1951, factors=(0.5, 2.0, 0.5))
VALIDATED = Validated(
    problem="arbovirus",
    source="foz_chikungunya",
    version="1",
    learned_from="synthetic",
    figures={},
    rows=1951,
    patients=1951,
    prevalence_to_state=None,
    place=PLACE,
    classes=2,
    kind="nominal",
    broader_undefined={},
)
SHARES = {"dengue": 0.3, "chikungunya": 0.4, "other_disease": 0.3}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    make_tiny_bundle(tmp_path / "bundle")
    return Settings(home=tmp_path, bundle=tmp_path / "bundle")


def test_only_what_is_said_of_that_model_is_written_anew(settings: Settings) -> None:
    before = load(settings.bundle_dir)
    files = {name: (settings.bundle_dir / name).read_bytes() for name in before.manifest.files}
    recentre(VALIDATED, settings)
    after = load(settings.bundle_dir)
    assert after.problems["arbovirus"].about.place == PLACE
    changed = {
        name for name, was in files.items() if (settings.bundle_dir / name).read_bytes() != was
    }
    assert changed == {"arbovirus/problem.json"}
    assert [facts(one.problems["arbovirus"].about)["place"] for one in (before, after)] == [
        None,
        "foz_chikungunya",
    ]
    fever = Evidence(signs={"fever": True})
    was, now = (predict(one, "arbovirus", fever, SHARES).probabilities for one in (before, after))
    assert now["chikungunya"] > was["chikungunya"]


@pytest.mark.parametrize(
    ("found", "error", "said"),
    [
        (replace(VALIDATED, version="2"), WrongSetting, "does not hold the version"),
        (replace(VALIDATED, problem="admissions"), WrongSetting, "does not hold the version"),
        (replace(VALIDATED, place=None), NotEnoughData, "too few"),
        (
            replace(VALIDATED, rows=99, place=PLACE.model_copy(update={"rows": 99})),
            NotEnoughData,
            "99 encounters",
        ),
    ],
)
def test_another_version_or_too_few_patients_change_nothing(
    settings: Settings, found: Validated, error: type[Exception], said: str
) -> None:
    before = (settings.bundle_dir / "manifest.json").read_bytes()
    with pytest.raises(error, match=said):
        recentre(found, settings)
    assert (settings.bundle_dir / "manifest.json").read_bytes() == before
