"""Who learns and who judges: by patient, for ever, with evidence hidden on the way."""

import hashlib

import numpy as np
import pytest

from ml.cohort.dataset import from_frame
from ml.cohort.hiding import (
    ALWAYS_KNOWN,
    VITALS,
    hidden,
    learnable,
    with_copies,
    with_small_sources,
    without_vitals,
)
from ml.cohort.split import held_out, set_back, split, stratified_folds
from ml.problems import get_problem
from tests.support.cohorts import cohort, made
from warehouse.errors import NotEnoughData
from warehouse.vocabulary import load_vocabulary


def test_no_patient_is_in_two_parts_and_none_is_lost() -> None:
    dataset = made("severity", 1500)
    parts = split(dataset)
    back = set_back(parts.train)
    sets = [set(part.patients) for part in (*back, parts.held_out)]
    assert set.union(*sets[:2]) == set(parts.train.patients)
    assert set.union(*sets) == set(dataset.patients)
    assert sum(len(found) for found in sets) == len(set(dataset.patients))


def test_more_data_moves_nobody_across() -> None:
    few, more = made("severity", 300), made("severity", 900)
    judged = dict(zip(more.patients, held_out(more), strict=True))
    decided = zip(few.patients, held_out(few), strict=True)
    assert all(judged[patient] == is_held for patient, is_held in decided)


def test_a_new_key_for_identifiers_moves_nobody_across() -> None:
    frame = cohort("severity", 300)
    before = from_frame(get_problem("severity"), frame, load_vocabulary())
    frame["patient_id"] = [hashed(patient) for patient in frame["patient_id"]]
    after = from_frame(get_problem("severity"), frame, load_vocabulary())
    assert set(before.patients).isdisjoint(after.patients)
    assert np.array_equal(held_out(before), held_out(after))
    # And it is the patient who draws, not the encounter.
    of_patient = {(p, lot) for p, lot in zip(before.patients, before.lots, strict=True)}
    assert len(of_patient) == len(set(before.patients)) < len(before.patients)


def hashed(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()


def test_about_a_fifth_is_held_out() -> None:
    assert 0.18 < held_out(made("severity", 5000)).mean() < 0.22


def test_folds_share_the_classes_and_keep_patients_whole() -> None:
    dataset = made("arbovirus", 900)
    folds = stratified_folds(dataset, 3)
    assert np.array_equal(np.sort(np.concatenate(folds)), np.arange(900))
    for rows in folds:
        rest = np.setdiff1d(np.arange(900), rows)
        assert not set(dataset.patients[rows]) & set(dataset.patients[rest])
        shares = np.bincount(dataset.y[rows]) / len(rows)
        assert np.ptp(shares) < 0.15


def test_a_class_of_one_patient_does_not_stop_the_split() -> None:
    frame = cohort("arbovirus", 600)
    frame.loc[frame["label"] == "dengue", "label"] = "chikungunya"
    frame.loc[0, "label"] = "dengue"
    dataset = from_frame(get_problem("arbovirus"), frame, load_vocabulary())
    assert len(split(dataset).train.y) > 300


def test_judging_one_class_only_is_refused() -> None:
    frame = cohort("admission", 600)
    apart = held_out(from_frame(get_problem("admission"), frame, load_vocabulary()))
    frame.loc[apart, "label"] = "admitted"
    dataset = from_frame(get_problem("admission"), frame, load_vocabulary())
    with pytest.raises(NotEnoughData, match="second class"):
        split(dataset)


def test_a_class_that_one_fold_holds_whole_is_refused() -> None:
    frame = cohort("admission", 600)
    apart = held_out(from_frame(get_problem("admission"), frame, load_vocabulary()))
    learned = np.flatnonzero(~apart)
    frame.loc[learned, "label"] = "discharged"
    frame.loc[learned[0], "label"] = "admitted"
    dataset = from_frame(get_problem("admission"), frame, load_vocabulary())
    with pytest.raises(NotEnoughData, match="second class"):
        split(dataset)


def test_hiding_only_hides_and_never_age_or_sex() -> None:
    dataset = made("severity")
    x = hidden(dataset, np.random.default_rng(1))
    kept = ~np.isnan(x)
    assert np.array_equal(x[kept], dataset.x[kept])
    assert kept.sum() < (~np.isnan(dataset.x)).sum() * 0.8
    for name in ALWAYS_KNOWN:
        column = dataset.position(name)
        assert np.array_equal(x[:, column], dataset.x[:, column], equal_nan=True)


def test_about_half_of_the_copies_tell_no_absence_and_half_no_vital() -> None:
    dataset = made("severity", 2000)
    x = hidden(dataset, np.random.default_rng(1))
    tells_absence = (x[:, list(dataset.signs)] == 0).any(axis=1)
    vitals = [dataset.features.index(name) for name in VITALS if name in dataset.features]
    tells_vitals = (~np.isnan(x[:, vitals])).any(axis=1)
    # Of the half that keeps vitals some lose each of the two by chance.
    assert 0.3 < tells_vitals.mean() < 0.5
    # Above a half, because a copy also keeps is_female, absent in every second patient.
    assert 0.5 < tells_absence.mean() < 0.85


def test_copies_follow_the_rows_and_leave_them_as_they_were() -> None:
    dataset = made("severity", 200)
    before = dataset.x.copy()
    grown = with_copies(dataset, 2, np.random.default_rng(1))
    assert np.array_equal(dataset.x, before, equal_nan=True)
    assert np.array_equal(grown.x[:200], before, equal_nan=True)
    assert np.array_equal(grown.y, np.tile(dataset.y, 3))
    assert not np.array_equal(grown.x[200:400], grown.x[400:], equal_nan=True)


def test_without_vitals_every_vital_is_unknown_and_nothing_else() -> None:
    dataset = made("severity")
    bare = without_vitals(dataset)
    for position, name in enumerate(dataset.features):
        if name in VITALS:
            assert np.isnan(bare[:, position]).all()
        else:
            assert np.array_equal(bare[:, position], dataset.x[:, position], equal_nan=True)


def test_most_patients_whose_vitals_nobody_measured_are_not_learned_from() -> None:
    dataset = made("admission", 2000)
    unmeasured = np.arange(2000) % 4 == 0
    for name in ("heart_rate_per_min", "systolic_bp_mmhg"):
        dataset.x[unmeasured, dataset.features.index(name)] = np.nan
    kept = learnable(dataset, np.random.default_rng(0))
    left = np.isnan(kept.x[:, dataset.features.index("heart_rate_per_min")])
    assert (~left).sum() == 1500
    assert 100 < left.sum() < 200


def test_where_no_vital_is_a_feature_everyone_is_learned_from() -> None:
    frame = cohort("arbovirus", 300).drop(columns=["heart_rate_per_min", "systolic_bp_mmhg"])
    dataset = from_frame(get_problem("arbovirus"), frame, load_vocabulary())
    assert len(learnable(dataset, np.random.default_rng(0)).y) == 300


def test_levels_of_urgency_are_learned_from_everybody() -> None:
    dataset = made("severity", 300)
    dataset.x[:, [dataset.features.index(name) for name in VITALS if name in dataset.features]] = (
        np.nan
    )
    assert len(learnable(dataset, np.random.default_rng(0)).y) == 300


@pytest.mark.parametrize(("few", "times"), [(1000, 1), (200, 1), (40, 5), (10, 8)])
def test_a_small_source_is_repeated_to_a_tenth_of_the_rows_at_most_eight_times(
    few: int, times: int
) -> None:
    dataset = made("severity", 2000)
    dataset.sources[:] = np.where(np.arange(2000) < few, "ktas", "yale_triage")
    grown = with_small_sources(dataset)
    assert (grown.sources == "yale_triage").sum() == 2000 - few
    patients = grown.patients[grown.sources == "ktas"]
    before = dataset.patients[:few]
    assert len(patients) == few * times
    assert set(patients) == set(before)


def test_where_there_is_one_source_nothing_is_repeated() -> None:
    assert len(with_small_sources(made("arbovirus", 300)).y) == 300
