"""What a bundle tells of how often findings go with classes: of nobody among fewer than ten."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ml.cohort.pooled import class_shares, shares
from ml.cohort.suppression import LEAST

Counts = NDArray[np.intp]


def signs(present: Counts, of: Counts) -> NDArray[np.float64]:
    """Share present of each class."""
    return shares(np.stack([of - present, present]))[1]


@st.composite
def told(draw: st.DrawFn) -> tuple[Counts, Counts]:
    """How many of each class's patients have a sign, and how many patients there are."""
    of = draw(st.lists(st.integers(0, 60), min_size=2, max_size=12))
    return np.asarray([draw(st.integers(0, n)) for n in of]), np.asarray(of)


def is_small(count: int) -> bool:
    return 0 < count < LEAST


@settings(max_examples=200, deadline=None)
@given(told())
def test_another_patient_among_fewer_than_ten_can_be_put_in_another_class(
    table: tuple[Counts, Counts],
) -> None:
    """Patients moved between two small cells of one size leave everything that is told alike."""
    present, of = table
    of = np.where(of >= LEAST, 40, of)
    small = [k for k, n in enumerate(of) if n == 40 and 1 < present[k] < LEAST - 1]
    if len(small) < 2 or present[small].sum() < 2 * LEAST:
        return
    moved = present.copy()
    moved[small[:2]] += (1, -1)
    assert signs(moved, of) == pytest.approx(signs(present, of))


@settings(max_examples=200, deadline=None)
@given(told())
def test_no_small_cell_has_a_share_of_its_own(table: tuple[Counts, Counts]) -> None:
    present, of = table
    of = np.where(of >= LEAST, 40, of)
    present = np.minimum(present, of)
    found = signs(present, of)
    for k, count in enumerate(present):
        alike = np.flatnonzero(np.isclose(found, found[k], rtol=0, atol=1e-12) & (of == of[k]))
        if of[k] >= LEAST and (is_small(count) or is_small(of[k] - count)):
            most = 2 * count > of[k]
            cell = (of - present if most else present)[alike]
            others = [j for j, n in enumerate(of) if n >= LEAST and (2 * present[j] > n) == most]
            assert cell.sum() >= 2 * LEAST or set(others) <= set(alike)


def test_a_class_of_fewer_than_ten_is_told_like_everybody() -> None:
    one, other = (signs(np.asarray([30, 5, few]), np.asarray([40, 50, 4])) for few in (0, 4))
    assert one.tolist() == other.tolist()


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 1000))
def test_shares_of_ordered_values_add_up_and_large_cells_are_near_the_truth(seed: int) -> None:
    rng = np.random.default_rng(seed)
    counts = rng.integers(40, 400, (4, 3))
    found = shares(counts)
    assert found.sum(axis=0) == pytest.approx(1)
    assert np.abs(found - counts / counts.sum(axis=0)).max() < 0.01


def test_small_classes_are_as_common_as_each_other() -> None:
    found = class_shares(np.asarray([300, 200, 1, 7, 20]))
    assert found.sum() == pytest.approx(1)
    assert found[2] == found[3] == found[4]
    assert found[0] == pytest.approx(300.5 / 530.5)
