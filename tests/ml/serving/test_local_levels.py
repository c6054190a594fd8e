"""What is notified changes shares as far as it may, and a table answers for what was known then."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ml.serving.bundle import Bundle
from ml.serving.local_levels import MOST_WEEKS_OLD, Level, LocalLevels, local_shares
from ml.serving.predict import Evidence, predict
from tests.support.bundles import LOCAL, make_tiny_bundle

NEWEST = LOCAL.newest
WEEK = timedelta(weeks=1)
CLASSES = ("dengue", "chikungunya", "other_disease")
factors = st.integers(-6, 6).map(lambda step: 2 ** (step / 2))
levels = st.fixed_dictionaries({"dengue": factors, "chikungunya": factors})


@st.composite
def shares(draw: st.DrawFn) -> dict[str, float]:
    weights = draw(st.lists(st.floats(0.01, 1), min_size=3, max_size=3))
    return {code: one / sum(weights) for code, one in zip(CLASSES, weights, strict=True)}


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return make_tiny_bundle(tmp_path_factory.mktemp("bundle") / "bundle")


@given(shares(), levels, levels, st.booleans())
def test_shares_stay_shares(
    base: dict[str, float], level: dict[str, float], among: dict[str, float], is_stated: bool
) -> None:
    found = local_shares(base, Level(NEWEST, level, among), is_stated)
    assert sum(found.values()) == pytest.approx(1)
    assert all(0 < one < 1 for one in found.values())


@given(shares(), levels, levels, st.booleans())
def test_more_dengue_notified_never_lowers_dengue(
    base: dict[str, float], level: dict[str, float], among: dict[str, float], is_stated: bool
) -> None:
    more = {**level, "dengue": level["dengue"] * 2}
    before = local_shares(base, Level(NEWEST, level, among), is_stated)
    after = local_shares(base, Level(NEWEST, more, among), is_stated)
    assert after["dengue"] > before["dengue"]
    assert after["other_disease"] < before["other_disease"]


@given(shares(), levels, levels)
def test_stated_shares_know_how_common_the_diseases_are_among_each_other(
    base: dict[str, float], level: dict[str, float], among: dict[str, float]
) -> None:
    found = local_shares(base, Level(NEWEST, level, among), is_stated=True)
    odds = found["dengue"] / found["other_disease"]
    usual = base["dengue"] / base["other_disease"]
    assert odds == pytest.approx(usual * level["dengue"])


@given(shares(), levels)
def test_what_is_usually_notified_parts_the_diseases_and_says_nothing_of_the_rest(
    base: dict[str, float], among: dict[str, float]
) -> None:
    steady = dict.fromkeys(among, 1.0)
    found = local_shares(base, Level(NEWEST, steady, among), is_stated=False)
    assert found["other_disease"] == pytest.approx(base["other_disease"])
    ratio = among["dengue"] / among["chikungunya"]
    usual = base["dengue"] / base["chikungunya"]
    assert found["dengue"] / found["chikungunya"] == pytest.approx(usual * ratio)


def test_a_week_is_answered_by_its_own_row() -> None:
    rose, before = LOCAL.at("68001", NEWEST), LOCAL.at("68001", NEWEST - WEEK)
    assert rose is not None
    assert rose.level["dengue"] == pytest.approx(4)
    assert before is not None
    assert (before.since, before.level["dengue"]) == (NEWEST - WEEK, 1)


def test_a_week_that_is_not_told_yet_is_answered_by_the_newest_for_a_month() -> None:
    found = LOCAL.at("68001", NEWEST + MOST_WEEKS_OLD * WEEK)
    assert found == LOCAL.at("68001", NEWEST)
    assert LOCAL.at("68001", NEWEST + (MOST_WEEKS_OLD + 1) * WEEK) is None


@pytest.mark.parametrize(
    ("place", "weeks_ago"), [("05001", 0), ("68001", 43), ("68001", 53), ("68001", 5000)]
)
def test_a_place_or_week_without_a_row_is_not_known(place: str, weeks_ago: int) -> None:
    assert LOCAL.at(place, NEWEST - weeks_ago * WEEK) is None


def test_only_questions_about_these_diseases_and_one_rest_are_told_apart() -> None:
    assert LOCAL.tell_apart(CLASSES)
    assert not LOCAL.tell_apart(("dengue", "chikungunya"))
    assert not LOCAL.tell_apart(("dengue", "malaria", "flu"))
    assert not LOCAL.tell_apart(("level_1", "level_2"))


@pytest.mark.parametrize("row", ["g" * 52, "x" * 53, ""])
def test_a_table_that_is_not_whole_is_refused(row: str) -> None:
    table = LOCAL.model_dump()
    table["places"]["68001"]["level"]["dengue"] = row
    with pytest.raises(ValidationError, match="68001"):
        LocalLevels.model_validate(table)


def test_a_bundle_carries_the_table(bundle: Bundle) -> None:
    assert bundle.local == LOCAL


@given(levels, levels, st.lists(st.sampled_from(["fever", "joint_pain", "rash", "arthritis"])))
def test_a_place_never_makes_an_answer_confident(
    bundle: Bundle, level: dict[str, float], among: dict[str, float], signs: list[str]
) -> None:
    patient = Evidence(signs=dict.fromkeys(signs, True))
    learned = predict(bundle, "arbovirus", patient)
    local = local_shares(dict.fromkeys(CLASSES, 1 / 3), Level(date.min, level, among), False)
    there = predict(bundle, "arbovirus", patient, local)
    assert learned.is_confident or not there.is_confident
    assert set(there.answer_set or ()) == set(learned.answer_set or ())
