"""The findings as one page of HTML that needs nothing else: no script, no other file."""

from collections.abc import Iterable, Sequence
from html import escape

import numpy as np

from ml.exploration import figures
from ml.exploration.counts import all_shown, shown
from ml.exploration.figures import Picture
from ml.exploration.findings import Findings
from ml.exploration.leakage import Suspect, meanings
from ml.exploration.missing import TELLS
from ml.exploration.shift import Shift

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
  color: #222; background: #fff; }
table { border-collapse: collapse; margin: 1rem 0; font-size: .9rem; }
th, td { text-align: left; padding: .2rem .8rem .2rem 0; border-bottom: 1px solid #ddd;
  vertical-align: top; }
img { max-width: 100%; height: auto; }
.few { display: flex; flex-wrap: wrap; gap: 1rem; } .few img { max-width: 28rem; }
.hint { color: #555; }
.loud { border-left: .3rem solid #b3402a; padding-left: 1rem; }
"""
# A smaller probability says no more, and its figure would claim to.
_LEAST_P = 1e-6


def report(found: Findings, explored_at: str) -> str:
    """The whole page, in English: its readers write models."""
    dataset = found.dataset
    parts = [
        *_head(found, explored_at),
        *_cohort(found),
        *_missing(found),
        "<h2>Distributions by class</h2>",
        *_row(figures.numbers(dataset)),
        *(_image(figures.signs(dataset, found.telling)) if found.telling else []),
        *_redundancy(found),
        "<h2>Principal components</h2>",
        *_image(figures.scree(found.projection)),
        *_image(figures.components(found.projection, dataset)),
        *_leakage(found),
        *_drift(found),
        *_decisions(found),
        "</main></body></html>",
    ]
    return "\n".join(parts) + "\n"


def _head(found: Findings, explored_at: str) -> list[str]:
    problem = found.dataset.problem
    title = escape(f"Exploration: {problem.name}")
    loud = "<p class='loud'>These are SYNTHETIC rows: they show the program, not patients.</p>"
    return [
        "<!doctype html>",
        f"<html lang='en'><head><meta charset='utf-8'><title>{title}</title>",
        "<meta name='viewport' content='width=device-width, initial-scale=1'>",
        f"<style>{_STYLE}</style></head><body><main>",
        f"<h1>{title}</h1>",
        f"<p>{escape(problem.question['en'])}</p>",
        f"<p class='hint'>{escape(explored_at)} · data {found.dataset.data_hash[:16]} ·"
        " held-out patients were not looked at · counts of one to nine are not shown</p>",
        loud if found.dataset.origin == "synthetic" else "",
    ]


def _cohort(found: Findings) -> list[str]:
    dataset = found.dataset
    rows = [[step, shown(count)] for step, count in found.flow]
    balance = []
    for source in np.unique(dataset.sources):
        here = dataset.y[dataset.sources == source]
        counts = {code: int((here == k).sum()) for k, code in enumerate(dataset.classes)}
        balance += [[str(source), code, said] for code, said in all_shown(counts).items()]
    return [
        "<h2>Cohort</h2>",
        *_image(figures.flow(found.flow)),
        *_table(["step", "encounters"], rows),
        "<h2>Class balance</h2>",
        *_image(figures.classes(dataset)),
        *_folded("The same in numbers", _table(["source", "class", "encounters"], balance)),
    ]


def _missing(found: Findings) -> list[str]:
    telling = [one.feature for one in found.missing if one.auc >= TELLS]
    said = (
        f"{len(telling)} features tell the answer by being known at all (AUC {TELLS} and above):"
        f" {', '.join(telling)}."
        if telling
        else "No feature tells the answer by being known at all."
    )
    picture = _image(figures.unknown(found.missing)) if found.missing else []
    return ["<h2>What is unknown, and whether that tells the answer</h2>", _p(said), *picture]


def _redundancy(found: Findings) -> list[str]:
    clusters = [[", ".join(one)] for one in found.redundancy.clusters]
    drawn = _image(figures.correlation(found.redundancy)) if len(found.redundancy.varying) else []
    return [
        "<h2>Correlation and redundancy</h2>",
        _p(
            f"{len(clusters) or 'No'} groups of features go together (correlation 0.7 and above)."
            " A measurement that repeats another is left out of training; a sign is not, since a"
            " doctor may tell only that one."
        ),
        *drawn,
        *(
            _folded("The groups", _table(["features that go together"], clusters))
            if clusters
            else []
        ),
    ]


def _leakage(found: Findings) -> list[str]:
    named = [f"{source}: {column}" for source, column in found.unflagged]
    return [
        "<h2>Leakage screen: landed columns</h2>",
        _p(
            "Every column of the published files is screened, used or not. One whose clinical"
            " meaning the vocabulary does not know is suspect as soon as it tells of the answer."
        ),
        *(_image(figures.suspects(found.suspects)) if found.suspects else []),
        *_suspects(found.suspects),
        *(
            _folded(f"{len(named)} columns of unknown meaning not flagged", [_p(", ".join(named))])
            if named
            else []
        ),
        "<h2>Leakage screen: features</h2>",
        *(
            _suspects(found.suspect_features)
            if found.suspect_features
            else [_p("No feature, and no pair of features, nearly gives the answer.")]
        ),
    ]


def _suspects(found: Sequence[Suspect]) -> list[str]:
    """A row for each suspect, and below what the words of the table mean."""
    columns = ["column", "held against it", "share of answer", "AUC alone", "AUC added", "p"]
    legend = [f"<li>{escape(said)}</li>" for said in meanings(found)]
    return [
        *_table(columns, [_suspect(one) for one in found]),
        *(["<ul class='hint'>", *legend, "</ul>"] if legend else []),
    ]


def _suspect(one: Suspect) -> list[str]:
    beside = f" (with {one.with_column})" if one.with_column else ""
    return [
        f"{one.source}: {one.column}",
        ", ".join(one.reasons) + beside,
        f"{one.share:.3f}",
        f"{one.auc:.3f}",
        "" if one.gain is None else f"{one.gain:+.3f}",
        "" if one.p is None else _chance(one.p),
    ]


def _chance(p: float) -> str:
    return f"<{_LEAST_P:g}" if p < _LEAST_P else f"{p:.1g}"


def _drift(found: Findings) -> list[str]:
    between = [
        *_each("sources", found.sources, "There is one source, so none to compare."),
        *_each("years", found.years, "No source publishes when: every encounter has one date."),
    ]
    return ["<h2>Drift between sources and years</h2>", *between]


def _each(title: str, shifts: Sequence[Shift], otherwise: str) -> list[str]:
    if not shifts:
        return [f"<h3>{escape(title)}</h3>", _p(otherwise)]
    return [
        f"<h3>{escape(title)}</h3>",
        *(line for one in shifts for line in _image(figures.shifted(one))),
    ]


def _decisions(found: Findings) -> list[str]:
    rows = [[name, why] for name, why in sorted(found.left_out.items())]
    return [
        "<h2>Left out of training</h2>",
        _p(f"{len(rows)} of {len(found.dataset.features)} features."),
        *(_table(["feature", "why"], rows) if rows else []),
    ]


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    head = "".join(f"<th scope='col'>{escape(name)}</th>" for name in columns)
    body = [f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows]
    return [f"<table><thead><tr>{head}</tr></thead><tbody>", *body, "</tbody></table>"]


def _image(picture: Picture) -> list[str]:
    return [f"<p><img src='{picture.address}' alt='{escape(picture.alternative)}'></p>"]


def _row(pictures: Iterable[Picture]) -> list[str]:
    return ["<div class='few'>", *(line for one in pictures for line in _image(one)), "</div>"]


def _folded(title: str, inside: Sequence[str]) -> list[str]:
    return [f"<details><summary>{escape(title)}</summary>", *inside, "</details>"]


def _p(text: str) -> str:
    return f"<p>{escape(text)}</p>"
