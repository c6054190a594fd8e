"""How far above or below its usual level each disease is, by municipality and week, for a bundle.

The rows are those of the feature store, each what was known when its week ended; so a week that is
still incomplete is held against others that were as incomplete then.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from math import log2, prod
from typing import NamedTuple

from psycopg import sql

from ml.cohort.suppression import LEAST
from ml.serving.local_levels import NO_ROW, ONE, STEPS, LocalLevels, PlaceLevels
from ml.serving.problem_file import ProblemFile
from warehouse.connection import connect, speaking_plainly
from warehouse.errors import SemiaError
from warehouse.progress import Progress, Silent
from warehouse.settings import Settings

SOURCE = "sivigila_dengue"
DISEASES = ("dengue", "chikungunya")
# The year that ends with the newest week.
_WEEKS = 53
_WEEK, _SPAN = timedelta(weeks=1), timedelta(weeks=4)
# Years of dengue come every three or four: a usual level knows one of them.
_MOST_SPANS = 39
_LEAST_SPANS = 2
# So many cases, at the usual level, are taken to have been seen before any was counted: the
# posterior mean of a Poisson rate under a gamma prior, so that few cases move little (Clayton and
# Kaldor 1987, Biometrics 43:671, eq. 3).
PSEUDO_CASES = 10.0
# Of one to nine cases none is told from another.
_FEW = 5
# Within an eighth and eight, between any two diseases.
_MOST_AMONG = 3
# Within a name in capitals, as most notifications write it.
_SMALL_WORDS = frozenset({"de", "del", "el", "la", "las", "los", "y"})
# Rows go on for nine weeks after the last case, so that their last says nought.
_AFTER_LAST = timedelta(weeks=8)

Counts = Mapping[date, Sequence[int]]


class NotifiedRow(NamedTuple):
    """A row of the feature: cases of each of `DISEASES` in the four weeks before `week_end`."""

    municipality: str
    week_end: date
    cases: tuple[int, ...]
    is_synthetic: bool


def local_of(
    models: Sequence[ProblemFile], settings: Settings, progress: Progress = Silent()
) -> LocalLevels | None:
    """The table that goes with these models; None, and said so, where there is none for them.

    Made-up cases never re-weight what was learned from patients, nor the other way about.
    """
    try:
        found = local_levels(settings)
    except SemiaError as error:
        progress.note(f"the bundle goes without what is notified where: {error.one_line()}")
        return None
    if found is None:
        return None
    origins = {about.origin for about in models if found.tell_apart(about.classes)}
    if origins - {found.origin}:
        progress.note(f"the bundle goes without what is notified where: cases are {found.origin}")
        return None
    return found.model_copy(update={"names": _names(found, settings, progress)})


def _names(table: LocalLevels, settings: Settings, progress: Progress) -> Mapping[str, str]:
    """The name of each municipality of `table` that the notifications name."""
    query = "select municipality_id, municipality_name from features.municipality_names"
    try:
        with connect("semia_ml", settings) as connection, speaking_plainly("names"):
            found = connection.execute(query).fetchall()
    except SemiaError as error:
        progress.note(f"municipalities go by their codes alone: {error.one_line()}")
        return {}
    return {code: written(name) for code, name in sorted(found) if code in table.places}


def written(name: str) -> str:
    """A municipality's name as people write it: what came in capitals gets them where they belong.

    Accents that nobody typed stay away.
    """
    if not name.isupper():
        return name
    first, *rest = name.title().split()
    return " ".join([first, *(one.lower() if one.lower() in _SMALL_WORDS else one for one in rest)])


def local_levels(settings: Settings) -> LocalLevels | None:
    """The table from the feature store's rows; None where nothing is notified.

    Raises `DatabaseAway` or another `SemiaError` where it cannot be read.
    """
    columns = [sql.Identifier(f"{name}_cases_4_weeks") for name in DISEASES]
    query = sql.SQL(
        "select municipality_id, cast(event_timestamp at time zone 'UTC' as date), is_synthetic, {}"
        " from features.feat_municipality__incidence"
    ).format(sql.SQL(", ").join(columns))
    with connect("semia_ml", settings) as connection, speaking_plainly("local levels"):
        found = connection.execute(query).fetchall()
    return levels_of([NotifiedRow(place, end, tuple(of), made) for place, end, made, *of in found])


def levels_of(rows: Sequence[NotifiedRow]) -> LocalLevels | None:
    """The table that `rows` come to; None without any."""
    if not rows:
        return None
    places: dict[str, dict[date, Sequence[int]]] = {}
    for row in rows:
        places.setdefault(row.municipality, {})[row.week_end] = row.cases
    newest = max(row.week_end for row in rows) - _AFTER_LAST
    return LocalLevels(
        source=SOURCE,
        origin="synthetic" if any(row.is_synthetic for row in rows) else "public",
        newest=newest,
        diseases=DISEASES,
        places={code: _place(counts, newest) for code, counts in sorted(places.items())},
    )


def _place(counts: Counts, newest: date) -> PlaceLevels:
    ends = [newest - back * _WEEK for back in range(_WEEKS - 1, -1, -1)]
    weeks = [_letters(_spans(counts, end)) for end in ends]
    level, among = (
        {name: "".join(week[part][i] for week in weeks) for i, name in enumerate(DISEASES)}
        for part in (0, 1)
    )
    return PlaceLevels(level=level, among=among)


def _spans(counts: Counts, end: date) -> list[Sequence[int]]:
    """Cases in the four weeks before `end`, in the four before those, and so on, as told then.

    A span without a row has no case, once the place has ever notified one.
    """
    first = min(counts)
    most = min(_MOST_SPANS, (end - first) // _SPAN + 1)
    return [counts.get(end - back * _SPAN, (0,) * len(DISEASES)) for back in range(most)]


def _letters(spans: Sequence[Sequence[int]]) -> tuple[str, str]:
    """The letter of each disease's level, and of how common it is among the diseases."""
    if len(spans) < _LEAST_SPANS:
        return NO_ROW * len(DISEASES), NO_ROW * len(DISEASES)
    totals = [sum(_told(span[i]) for span in spans) for i in range(len(DISEASES))]
    usual = [total / len(spans) + PSEUDO_CASES for total in totals]
    recent = [_told(cases) + PSEUDO_CASES for cases in spans[0]]
    middle = prod(usual) ** (1 / len(usual))
    # One that this source does not count, or hardly ever, is not rare for that.
    compared = all(total >= LEAST for total in totals)
    return (
        "".join(_letter(now / most, ONE) for now, most in zip(recent, usual, strict=True)),
        "".join(_letter(one / middle, _MOST_AMONG) if compared else STEPS[ONE] for one in usual),
    )


def _told(cases: int) -> int:
    return _FEW if 0 < cases < LEAST else cases


def _letter(factor: float, most: int) -> str:
    """The step nearest to a factor, at most so many from one."""
    return STEPS[ONE + max(-most, min(most, round(2 * log2(factor))))]
