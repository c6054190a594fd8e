"""A KTAS cohort in the published format, dirt included, that follows the measured figures."""

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from warehouse.sources.figures import Figures, load_figures, or_else
from warehouse.sources.ktas.columns import NO_SCORE, PUBLISHED
from warehouse.sources.ktas.complaints import COMPLAINTS
from warehouse.sources.ktas.outcomes import outcomes
from warehouse.sources.ktas.tables import Tables
from warehouse.sources.ktas.vitals import vitals
from warehouse.sources.sampling import (
    Indices,
    from_logit,
    happens,
    logit,
    moved,
    pick,
    pick_given,
)

Text = NDArray[np.str_]


def synthesise(folder: Path, rows: int, seed: int, shift: float) -> None:
    """Write `rows` visits to `folder`/data.csv; `shift` 1 brings more urgent, sicker people."""
    columns = visits(rows, seed, shift)
    with (folder / "data.csv").open("w", encoding="latin-1", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        writer.writerow(PUBLISHED)
        writer.writerows(zip(*(columns[name] for name in PUBLISHED), strict=True))


def visits(rows: int, seed: int, shift: float) -> dict[str, Text]:
    """The published columns as text, `rows` long."""
    figures = load_figures(Path(__file__).parent)
    rng = np.random.default_rng(seed)
    tables = Tables(figures, moved(np.array(figures["levels"], dtype=float), shift))
    level = pick(rng, tables.levels, rows)
    complaint = tables.complaint(rng, level)
    person = _person(rng, tables, level)
    state = _state(rng, figures, tables, level, complaint)
    return {
        **person,
        **state,
        "Chief_complain": _phrases(rng, complaint),
        **vitals(rng, figures, tables, level, person["Group"], shift),
        **outcomes(rng, figures, tables, level, complaint, person["Group"]),
    }


def _person(rng: np.random.Generator, tables: Tables, level: Indices) -> dict[str, Text]:
    group = tables.drawn(rng, "Group", level)
    arrival = tables.drawn(rng, "Arrival mode", level)
    # Too few people come any other way for the figures to say how many: one in two hundred.
    rare = happens(rng, np.full(len(level), 0.005))
    return {
        "Group": group,
        "Sex": tables.drawn(rng, "Sex", level),
        "Arrival mode": np.where(rare, rng.choice(["5", "6", "7"], len(level)), arrival),
    }


def _state(
    rng: np.random.Generator, figures: Figures, tables: Tables, level: Indices, said: Indices
) -> dict[str, Text]:
    """Injury, alertness and pain, each likelier with some complaints than with others."""
    injured = _likely(rng, figures, tables, "Injury", "2", "injured", level, said)
    in_pain = _likely(rng, figures, tables, "Pain", "1", "in_pain", level, said)
    dazed = _likely(rng, figures, tables, "Mental", "not alert", "not_alert", level, said)
    # Unresponsive is level 1 by the scale's own definition.
    depth = pick_given(rng, [[0.1, 0.3, 0.6], *[[0.55, 0.45, 0.0]] * 4], level) + 2
    score = tables.drawn(rng, "NRS_pain", level)
    return {
        "Injury": np.where(injured, "2", "1"),
        "Pain": np.where(in_pain, "1", "0"),
        "Mental": np.where(dazed, depth.astype(str), "1"),
        "NRS_pain": np.where(in_pain, score, NO_SCORE),
    }


def _likely(
    rng: np.random.Generator,
    figures: Figures,
    tables: Tables,
    column: str,
    value: str,
    figure: str,
    level: Indices,
    said: Indices,
) -> NDArray[np.bool_]:
    """Whether `value` holds: the chance given the level and given the complaint, on log-odds."""
    by_level = tables.chance(column, value)
    overall = float(tables.levels @ by_level)
    by_complaint = or_else(
        [figures["complaints"][c.name].get(figure) for c in COMPLAINTS],
        instead=min(overall, 0.1) if figure != "in_pain" else overall,
    )
    if figure == "not_alert":
        # What the complaint itself says; the figure rests on too few people to be kept.
        by_complaint[[c.name == "altered mentality" for c in COMPLAINTS]] = 0.6
    odds = logit(by_level)[level] + logit(by_complaint)[said] - logit(overall)
    return happens(rng, from_logit(odds))


def _phrases(rng: np.random.Generator, complaint: Indices) -> Text:
    """The complaint in one of its phrases; the first phrase is the usual one."""
    phrases = np.empty(len(complaint), dtype=object)
    for index, said in enumerate(COMPLAINTS):
        chosen = complaint == index
        usual = 1.0 / np.arange(1, len(said.phrases) + 1)
        drawn = pick(rng, usual, int(chosen.sum()))
        phrases[chosen] = np.array(said.phrases, dtype=object)[drawn]
    return phrases.astype(str)
