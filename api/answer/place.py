"""What is notified where the patient is: read from the bundle, said, and made shares of."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import NamedTuple

from api.bundle.service import Models
from api.schemas.asked import AssessmentRequest, PlaceGiven
from api.schemas.given import Warned
from api.schemas.placed import Notified, PlaceTold
from api.words.departments import called, department_of
from api.words.errors import BadRequestData, FieldProblem
from api.words.language import Language
from api.words.place import LOCAL_PRIOR, NOT_KNOWN, STILL_LEARNED, level
from api.words.validation import field_problem, pointer
from ml.serving import epi_weeks
from ml.serving.local_levels import Level, LocalLevels, local_shares
from ml.serving.predict import Prevalence

_MUNICIPALITY = re.compile(r"[0-9]{5}")


class Placed(NamedTuple):
    """What is `told` of a place, and the shares of each question that it changes."""

    told: PlaceTold
    shares: Mapping[str, Prevalence]


def placed(
    request: AssessmentRequest,
    models: Models,
    prevalence: Mapping[str, Prevalence],
    language: Language,
    today: date | None = None,
) -> Placed | None:
    """What is notified where the request says, and the shares there; None where it says nothing.

    `prevalence` are the shares that were stated. Raises `BadRequestData` for a place or a week that
    cannot be.
    """
    given, table = request.place, models.bundle.local
    if given is None:
        return None
    sunday = _sunday(given, today or datetime.now(UTC).date(), language)
    found = table.at(given.municipality, sunday) if table else None
    week = epi_weeks.written(sunday)
    name = table.names.get(given.municipality) if table else None
    if table is None or found is None:
        return Placed(
            PlaceTold(
                status="not_known",
                municipality=given.municipality,
                name=name,
                department=department_of(given.municipality),
                week=week,
            ),
            {},
        )
    told = PlaceTold(
        status="used",
        municipality=given.municipality,
        name=name,
        department=department_of(given.municipality),
        week=week,
        known_in=epi_weeks.written(found.since),
        source=table.source,
        notified=tuple(_notified(models, table, found, language)),
    )
    return Placed(told, dict(_shares(models, table, found, prevalence)))


def warned_of(
    placed: Placed | None, problem: str, is_stated: bool, language: Language
) -> Warned | None:
    """What the place changed of a question; None where it changed nothing."""
    if placed is None or problem not in placed.shares:
        return None
    told = placed.told
    levels = "; ".join(level(one.label, one.times_usual, language) for one in told.notified)
    sentence = LOCAL_PRIOR[language] + ("" if is_stated else STILL_LEARNED[language])
    said = sentence.format(
        place=called(told.municipality, told.name), week=told.known_in, levels=levels
    )
    return Warned("local_prior", problem, said)


def missing(placed: Placed | None, language: Language) -> list[Warned]:
    """That nothing is known of the place, where that is so."""
    if placed is None or placed.told.status == "used":
        return []
    told = placed.told
    place = called(told.municipality, told.name)
    said = NOT_KNOWN[language].format(place=place, week=told.week)
    return [Warned("no_local_incidence", None, said)]


def _sunday(given: PlaceGiven, today: date, language: Language) -> date:
    now = epi_weeks.sunday_of(today)
    asked = now if given.week is None else epi_weeks.read(given.week)
    wrong = list(_wrong(given, asked, now, language))
    if wrong or asked is None:
        raise BadRequestData(wrong, language)
    return asked


def _wrong(
    given: PlaceGiven, asked: date | None, now: date, language: Language
) -> Iterator[FieldProblem]:
    if not _MUNICIPALITY.fullmatch(given.municipality):
        yield field_problem(pointer("place", "municipality"), "not_municipality", language)
    if asked is None:
        yield field_problem(pointer("place", "week"), "not_week", language)
    elif asked > now:
        values = {"week": epi_weeks.written(now)}
        yield field_problem(pointer("place", "week"), "week_to_come", language, values)


def _notified(
    models: Models, table: LocalLevels, found: Level, language: Language
) -> Iterator[Notified]:
    labels = _labels(models, table, language)
    for code in table.diseases:
        yield Notified(code=code, label=labels[code], times_usual=_rounded(found.level[code]))


def _labels(models: Models, table: LocalLevels, language: Language) -> Mapping[str, str]:
    """What each disease is called; its code, where no question is about it."""
    labels = {code: code for code in table.diseases}
    for entry in models.vocabulary.diagnoses:
        if entry.code in labels:
            labels[entry.code] = entry.label[language]
    return labels


def _rounded(factor: float) -> float:
    return round(factor, 1 if factor >= 1 else 2)


def _shares(
    models: Models, table: LocalLevels, found: Level, prevalence: Mapping[str, Prevalence]
) -> Iterator[tuple[str, Prevalence]]:
    for name, model in models.bundle.problems.items():
        asking, classes = model.about.asking, model.about.classes
        if asking is not None and table.tell_apart(classes):
            learned = dict(zip(classes, asking.prior, strict=True))
            stated = prevalence.get(name)
            yield name, local_shares(stated or learned, found, is_stated=stated is not None)
