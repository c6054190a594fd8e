"""What the pictures of an exploration show of few patients, and of whole numbers."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.axes import Axes

from ml.exploration import figures
from tests.support.cohorts import made


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> dict[str, np.ndarray]:
    """The heights of the steps drawn, by class."""
    seen: dict[str, np.ndarray] = {}
    draw = Axes.stairs

    def noted(self: Axes, values: np.ndarray, edges: np.ndarray, **how: object) -> object:
        seen[str(how["label"])] = values
        return draw(self, values, edges, **how)

    monkeypatch.setattr(Axes, "stairs", noted)
    return seen


def test_a_band_of_few_patients_is_a_gap_and_an_empty_one_is_nought(
    drawn: dict[str, np.ndarray],
) -> None:
    dataset = made("admission", 300)
    ages = np.repeat([20.0, 22.0, 24.0], [200, 95, 5])
    one = replace(dataset, x=dataset.x.copy(), y=np.zeros(300, dtype=np.int64))
    place = one.features.index("age_years")
    one.x[:, place] = ages
    figures.numbers(replace(one, numbers=(place,)))
    admitted = drawn[one.classes[0]]
    assert admitted == pytest.approx([200 / 300, 0, 95 / 300, 0, np.nan], nan_ok=True)


def test_whole_numbers_stand_in_the_middle_of_bands_of_equally_many() -> None:
    few = np.repeat(np.arange(14, 24), 50).astype(np.float32)
    assert figures.band_edges(few) == pytest.approx(np.arange(13.5, 24))
    many = np.arange(1, 101, dtype=np.float32)
    edges = figures.band_edges(many)
    assert set(np.diff(edges)) == {5.0}
    assert len(edges) <= 21
    low, high = np.quantile(many, [0.01, 0.99], method="nearest")
    assert edges[0] == low - 0.5
    assert edges[-1] > high


def test_the_bands_of_what_hardly_varies_have_a_width() -> None:
    same = np.full(500, 36.6, dtype=np.float32)
    same[0] = 36.7
    assert (np.diff(figures.band_edges(same)) > 0).all()
