"""The figures of an exploration, drawn by seaborn; no cell of fewer than ten patients is drawn."""

import base64
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ml.cohort.dataset import Dataset
from ml.cohort.suppression import LEAST
from ml.exploration.counts import without_small
from ml.exploration.leakage import Suspect
from ml.exploration.missing import TELLS, Missing
from ml.exploration.projection import Projection
from ml.exploration.redundancy import Redundancy
from ml.exploration.shift import Shift

_MOST_BARS = 25
_BINS = 20
_CELLS = 24
_NEARLY_ALWAYS = 0.95
# More names than these need small letters.
_FEW_NAMES = 25
_COLOUR = "#1f6f8b"
_ALARM = "#b3402a"


@dataclass(frozen=True)
class Picture:
    """A figure as a PNG of a data address, and what it shows for who cannot see it."""

    address: str
    alternative: str


def flow(steps: Sequence[tuple[str, int]]) -> Picture:
    """How many encounters are left after each step; one to nine are not drawn."""
    counts = without_small(np.asarray([count for _, count in steps], dtype=float))
    shown = pd.DataFrame({"step": [name for name, _ in steps], "encounters": counts})
    with _drawn("Encounters after each step", (8, _height(len(steps)))) as canvas:
        sns.barplot(shown, y="step", x="encounters", color=_COLOUR, ax=canvas.axes, orient="h")
        _name(canvas, "encounters", "")
    return canvas.picture


def classes(dataset: Dataset) -> Picture:
    """How many patients each class has in each source."""
    counts = pd.crosstab(np.asarray(dataset.classes)[dataset.y], dataset.sources)
    counts = counts.reindex([code for code in dataset.classes if code in counts.index])
    shown = counts.apply(
        lambda column: pd.Series(without_small(column.to_numpy(float)), column.index)
    )
    long = shown.reset_index(names="class").melt(
        "class", var_name="source", value_name="encounters"
    )
    with _drawn("Encounters of each class, by source", (8, _height(len(counts)))) as canvas:
        sns.barplot(long, y="class", x="encounters", hue="source", ax=canvas.axes, orient="h")
        sns.move_legend(canvas.axes, "upper left", bbox_to_anchor=(1, 1))
        _name(canvas, "encounters", "")
    return canvas.picture


def unknown(found: Sequence[Missing]) -> Picture:
    """How often the features that tell most by being known are unknown, and how much they tell."""
    top = found[:_MOST_BARS]
    shown = pd.DataFrame([(one.feature, one.unknown, one.auc) for one in top])
    shown.columns = pd.Index(["feature", "unknown", "auc"])
    shown["tells"] = np.where(shown["auc"] >= TELLS, "tells the answer", "tells little")
    title = "Unknown features, those first whose being known tells most"
    with _drawn(title, (8, _height(len(top)))) as canvas:
        palette = {"tells the answer": _ALARM, "tells little": _COLOUR}
        sns.barplot(shown, y="feature", x="unknown", hue="tells", palette=palette, ax=canvas.axes)
        for place, auc in enumerate(shown["auc"]):
            canvas.axes.text(1.01, place, f"AUC {auc:.2f}", va="center", fontsize=8)
        canvas.axes.set_xlim(0, 1)
        sns.move_legend(canvas.axes, "upper left", bbox_to_anchor=(1.17, 1))
        _name(canvas, "share of encounters in which it is unknown", "")
    return canvas.picture


def numbers(dataset: Dataset) -> list[Picture]:
    """Each measured feature by class, as shares of the class in bands."""
    measured = [i for i in dataset.numbers if np.ptp(np.nan_to_num(dataset.x[:, i])) > 0]
    return [_number(dataset, place) for place in measured[:12] if len(dataset.classes) <= 12]


def _number(dataset: Dataset, place: int) -> Picture:
    values, name = dataset.x[:, place], dataset.features[place]
    edges = band_edges(values[~np.isnan(values)])
    with _drawn(f"{name} by class", (5, 3)) as canvas:
        for k, code in enumerate(dataset.classes):
            known = values[(dataset.y == k) & ~np.isnan(values)]
            counts = without_small(np.histogram(known, edges)[0].astype(float))
            # A hidden band is a gap: a line drawn on through it would say that there are as many.
            canvas.axes.stairs(counts / max(len(known), 1), edges, label=code, baseline=None)
        canvas.axes.legend(title="class", loc="upper left", bbox_to_anchor=(1, 1))
        _name(canvas, name, "share of the class")
    return canvas.picture


def band_edges(known: NDArray[np.float32]) -> NDArray[np.float64]:
    """The edges of at most 20 bands, from the 1st to the 99th percentile.

    What is nearly always a whole number gets bands of equally many of them, or every other band
    would be empty.
    """
    low, high = np.quantile(known, [0.01, 0.99], method="nearest").tolist()
    if (known == np.round(known)).mean() > _NEARLY_ALWAYS:
        low, high = np.round(low), np.round(high)
        width = np.ceil((high - low + 1) / _BINS)
        return np.arange(low - 0.5, high + width, width)
    return np.linspace(low, high if high > low else low + 1, _BINS + 1)


def signs(dataset: Dataset, likely: Sequence[str]) -> Picture:
    """How often each of the signs that tell most is present in each class."""
    shown = pd.DataFrame(
        {code: _present(dataset, k, likely) for k, code in enumerate(dataset.classes)},
        index=list(likely),
    )
    size = (min(4 + 0.35 * len(dataset.classes), 16), _height(len(likely)))
    with _drawn(
        "Share of patients with the sign, of those in whom it can be known", size
    ) as canvas:
        sns.heatmap(shown, vmin=0, vmax=1, cmap="mako_r", ax=canvas.axes, xticklabels=True)
        canvas.axes.tick_params(axis="both", labelsize=7)
    return canvas.picture


def _present(dataset: Dataset, k: int, likely: Sequence[str]) -> list[float]:
    """Shares, NaN where the patients with or without the sign are one to nine.

    Of a sign that no record says is absent, whoever lacks it is in whom it was not mentioned: of
    those in whom it is known everybody has it, which says nothing.
    """
    shares = []
    for name in likely:
        everybody = dataset.x[:, dataset.features.index(name)]
        values = everybody[dataset.y == k]
        is_only_mentioned = not (everybody == 0).any()
        known = len(values) if is_only_mentioned else int((~np.isnan(values)).sum())
        present = int((values > 0).sum())
        few = known < LEAST or 0 < present < LEAST or 0 < known - present < LEAST
        shares.append(float("nan") if few else present / known)
    return shares


def correlation(found: Redundancy) -> Picture:
    """The features that go with another, in the order of their clusters; all where none does."""
    grouped = {name for cluster in found.clusters for name in cluster}
    places = [i for i, name in enumerate(found.varying) if name in grouped]
    places = (places or list(range(len(found.varying))))[:60]
    names = [found.varying[i] for i in places]
    shown = pd.DataFrame(found.correlation[np.ix_(places, places)], names, names)
    which = "the features that go together" if grouped else "features, none of which go together"
    with _drawn(f"Correlation of {which}", (10, 9)) as canvas:
        sns.heatmap(shown, vmin=-1, vmax=1, cmap="vlag", ax=canvas.axes, square=True)
        canvas.axes.tick_params(axis="both", labelsize=6 if len(names) > _FEW_NAMES else 8)
    return canvas.picture


def scree(found: Projection) -> Picture:
    """How much of the variance each principal component holds."""
    shown = pd.DataFrame({"component": np.arange(1, len(found.shares) + 1), "share": found.shares})
    shown["together"] = shown["share"].cumsum()
    with _drawn("Share of the variance in each principal component", (6, 3.4)) as canvas:
        sns.barplot(shown, x="component", y="share", color=_COLOUR, ax=canvas.axes)
        sns.lineplot(x=shown.index, y=shown["together"], marker="o", color=_ALARM, ax=canvas.axes)
        _name(canvas, "component", "share (line: together)")
    return canvas.picture


def components(found: Projection, dataset: Dataset) -> Picture:
    """Where patients lie on the first two components: counts in cells, and each class's middle."""
    # A few patients far away would leave everybody else one dot.
    span = np.quantile(found.points, [0.01, 0.99], axis=0).T.tolist()
    across, up = found.points[:, 0], found.points[:, 1]
    counts, x, y = np.histogram2d(across, up, bins=_CELLS, range=span)
    shown = pd.DataFrame(without_small(np.where(counts == 0, np.nan, counts)).T[::-1])
    with _drawn("Encounters on the first two components", (7, 5)) as canvas:
        most = max(float(counts.max()), 1.0)  # given, since a picture of small cells has none
        hidden = {"xticklabels": False, "yticklabels": False}
        sns.heatmap(shown, vmin=0, vmax=most, cmap="crest", ax=canvas.axes, **hidden)
        for k, code in enumerate(dataset.classes):
            middle = found.points[dataset.y == k].mean(axis=0)
            if (dataset.y == k).sum() >= LEAST and len(dataset.classes) <= 12:
                left = _CELLS * (middle[0] - x[0]) / np.ptp(x)
                low = _CELLS * (middle[1] - y[0]) / np.ptp(y)
                canvas.axes.plot(left, _CELLS - low, "o", ms=9, mec="white", label=code)
        if canvas.axes.lines:
            canvas.axes.legend(
                title="middle of", loc="upper center", bbox_to_anchor=(0.5, -0.1), ncols=3
            )
        _name(canvas, "component 1", "component 2")
    return canvas.picture


def suspects(found: Sequence[Suspect]) -> Picture:
    """How much of the answer each suspect column takes away, alone."""
    top = found[:_MOST_BARS]
    shown = pd.DataFrame([(f"{one.source}: {one.column}", one.share) for one in top])
    shown.columns = pd.Index(["column", "share"])
    with _drawn("Share of the answer in each suspect column", (8, _height(len(top)))) as canvas:
        sns.barplot(shown, y="column", x="share", color=_ALARM, ax=canvas.axes)
        canvas.axes.set_xlim(0, 1)
        _name(canvas, "share of the answer's entropy that it takes away", "")
    return canvas.picture


def shifted(found: Shift) -> Picture:
    """The features in which two groups of patients differ most."""
    top = list(found.psi.items())[:_MOST_BARS]
    shown = pd.DataFrame(top, columns=["feature", "psi"])
    title = f"How {found.other} differs from {found.one}"
    with _drawn(title, (8, _height(len(top)))) as canvas:
        sns.barplot(shown, y="feature", x="psi", color=_COLOUR, ax=canvas.axes)
        canvas.axes.axvline(0.25, color=_ALARM)
        _name(canvas, "stability index (line: 0.25, no longer alike)", "")
    return canvas.picture


@dataclass
class _Canvas:
    """One drawing: its axes, and the picture once it is done."""

    figure: Figure
    title: str

    def __post_init__(self) -> None:
        self.axes = self.figure.subplots()
        self.picture = Picture("", self.title)


@contextmanager
def _drawn(title: str, size: tuple[float, float]) -> Iterator[_Canvas]:
    """A canvas that is a picture afterwards; no state of matplotlib's is shared with anybody."""
    with mpl.rc_context({"font.size": 9, "axes.spines.top": False, "axes.spines.right": False}):
        canvas = _Canvas(Figure(figsize=size, dpi=100, layout="constrained"), title)
        canvas.axes.set_title(title)
        yield canvas
        written = io.BytesIO()
        # Tight, or a title wider than its axes and a legend beside them are cut off.
        canvas.figure.savefig(
            written, format="png", metadata={"Software": None}, bbox_inches="tight"
        )
    address = "data:image/png;base64," + base64.b64encode(written.getvalue()).decode()
    canvas.picture = Picture(address, title)


def _height(bars: int) -> float:
    return 1.4 + 0.24 * bars


def _name(canvas: _Canvas, across: str, up: str) -> None:
    canvas.axes.set_xlabel(across)
    canvas.axes.set_ylabel(up)
