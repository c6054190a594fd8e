"""Training sets: one origin, one meaning a column, and a hash that tells data apart."""

import numpy as np
import pandas as pd
import pytest

from ml.cohort.dataset import SPINE_COLUMNS, from_frame
from ml.problems import get_problem
from tests.support.cohorts import cohort, made
from warehouse.errors import ContractBroken, NotEnoughData
from warehouse.vocabulary import load_vocabulary

ARBOVIRUS = get_problem("arbovirus")
WORDS = load_vocabulary()


def test_public_and_synthetic_rows_never_meet() -> None:
    both = pd.concat(
        [cohort("arbovirus", 200, 1, "public"), cohort("arbovirus", 300, 2, "synthetic")]
    )
    dataset = from_frame(ARBOVIRUS, both, WORDS)
    assert dataset.origin == "public"
    assert len(dataset.y) == 200


def test_the_spine_is_no_feature() -> None:
    assert not set(made("severity").features) & set(SPINE_COLUMNS)


def test_measured_features_and_signs_are_told_apart_by_the_vocabulary() -> None:
    dataset = made("admission")
    measured = {dataset.features[i] for i in dataset.numbers}
    assert measured == {"age_years", "heart_rate_per_min", "systolic_bp_mmhg"}
    assert "is_female" in {dataset.features[i] for i in dataset.signs}


def test_the_hash_ignores_the_order_of_rows_and_notices_one_changed_cell() -> None:
    frame = cohort("arbovirus")
    same = from_frame(ARBOVIRUS, frame.sample(frac=1, random_state=3), WORDS)
    assert same.data_hash == from_frame(ARBOVIRUS, frame, WORDS).data_hash
    changed = frame.copy()
    changed.loc[5, "age_years"] += 1
    assert from_frame(ARBOVIRUS, changed, WORDS).data_hash != same.data_hash


def test_unknown_stays_unknown() -> None:
    frame = cohort("arbovirus")
    dataset = from_frame(ARBOVIRUS, frame, WORDS)
    fever = dataset.position("fever")
    assert fever is not None
    assert np.array_equal(np.isnan(dataset.x[:, fever]), frame["fever"].isna())


def test_a_label_of_another_problem_is_refused() -> None:
    frame = cohort("arbovirus")
    frame.loc[0, "label"] = "level_1"
    with pytest.raises(ContractBroken, match="level_1"):
        from_frame(ARBOVIRUS, frame, WORDS)


def test_an_infinite_value_is_refused_by_name() -> None:
    frame = cohort("arbovirus")
    frame.loc[0, "age_years"] = np.inf
    with pytest.raises(ContractBroken, match="age_years"):
        from_frame(ARBOVIRUS, frame, WORDS)


@pytest.mark.parametrize("rows", [10, 39])
def test_too_few_rows_are_refused(rows: int) -> None:
    with pytest.raises(NotEnoughData, match=str(rows)):
        from_frame(ARBOVIRUS, cohort("arbovirus", rows), WORDS)


def test_one_class_alone_is_refused() -> None:
    frame = cohort("arbovirus").assign(label="dengue")
    with pytest.raises(NotEnoughData, match="1 class"):
        from_frame(ARBOVIRUS, frame, WORDS)
