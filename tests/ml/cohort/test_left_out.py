"""What exploration leaves out is what training does not read, and nothing else."""

import numpy as np
import pytest

from ml.cohort.left_out import LeftOut, folder, read, without_left_out, write
from ml.cohort.split import split
from ml.exploration.counts import all_shown, shown, without_small
from ml.exploration.redundancy import redundancy
from tests.support.cohorts import made
from warehouse.errors import ContractBroken
from warehouse.progress import Silent
from warehouse.settings import Settings


def decided(settings: Settings, *features: str) -> None:
    write(
        LeftOut(
            problem="arbovirus",
            data_hash="0" * 64,
            decided_at="2026-01-31T12:00:00+00:00",
            features=dict.fromkeys(features, "a reason"),
        ),
        settings,
    )


@pytest.fixture
def own(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(home=tmp_path_factory.mktemp("left-out"))


def test_training_reads_what_is_left_and_the_data_stay_the_same_data(own: Settings) -> None:
    dataset = made("arbovirus")
    decided(own, "heart_rate_per_min", "no_such_feature")
    left = without_left_out(dataset, own, Silent())
    assert set(dataset.features) - set(left.features) == {"heart_rate_per_min"}
    assert [left.features[i] for i in left.numbers] == ["age_years", "systolic_bp_mmhg"]
    place = dataset.features.index("systolic_bp_mmhg")
    np.testing.assert_array_equal(
        left.x[:, left.features.index("systolic_bp_mmhg")], dataset.x[:, place]
    )
    assert left.data_hash == dataset.data_hash
    assert len(split(left).held_out.y) == len(split(dataset).held_out.y)


def test_without_a_decision_nothing_is_left_out(own: Settings) -> None:
    dataset = made("arbovirus")
    assert without_left_out(dataset, own, Silent()) is dataset


def test_a_damaged_decision_stops_training(own: Settings) -> None:
    decided(own, "fever")
    (folder(own) / "arbovirus.json").write_text('{"features": {}}')
    with pytest.raises(ContractBroken, match="semia explore arbovirus"):
        read("arbovirus", own)


def test_a_repeated_measurement_is_left_out_a_repeated_sign_is_not() -> None:
    dataset = made("arbovirus")
    x = dataset.x.copy()
    names = list(dataset.features)
    twin, sign = names.index("systolic_bp_mmhg"), dataset.signs[-1]
    x[:, twin] = x[:, names.index("heart_rate_per_min")] * 2 + 7
    x[:, sign] = x[:, dataset.signs[-2]]
    x[:, dataset.signs[1]] = np.nan
    x[:, dataset.signs[2]] = 1.0
    found = redundancy(type(dataset)(**{**vars(dataset), "x": x}))
    assert found.dropped == {
        "systolic_bp_mmhg": "says the same as heart_rate_per_min",
        names[dataset.signs[1]]: "the same in every patient",
        names[dataset.signs[2]]: "the same in every patient",
    }
    assert any({names[sign], names[dataset.signs[-2]]} <= set(one) for one in found.clusters)


def test_small_counts_are_not_shown_nor_to_be_had_by_subtraction() -> None:
    assert [shown(n) for n in (0, 1, 9, 10, 1500)] == ["0", "<10", "<10", "10", "1,500"]
    assert all_shown({"a": 3, "b": 40, "c": 20}) == {"a": "<10", "b": "40", "c": "hidden"}
    # Two that are small together could still be told from their sum: 1 and 1 of 2.
    assert all_shown({"a": 1, "b": 1, "c": 20, "d": 30})["c"] == "hidden"
    assert all_shown({"a": 9, "b": 8, "c": 7, "d": 20, "e": 0})["d"] == "20"
    np.testing.assert_array_equal(
        without_small(np.asarray([0.0, 1.0, 9.0, 10.0])), [0.0, np.nan, np.nan, 10.0]
    )
