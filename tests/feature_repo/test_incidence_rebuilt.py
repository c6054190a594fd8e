"""Regional incidence is what the notifications before that moment told, counted anew with pandas.

The counts are taken from the landed records as they came, past every model of dbt, at moments
drawn at random, and are asked of the store as a training set would ask.
"""

import json

import numpy as np
import pandas as pd
import pytest

from feature_repo import store
from warehouse.connection import connect
from warehouse.settings import Settings

pytestmark = pytest.mark.database

MOMENTS = 400
FOUR_WEEKS, NINE_WEEKS = pd.Timedelta(28, "D"), pd.Timedelta(63, "D")
# The view's own: what is going round is unknown where nothing was counted for so long.
TTL = pd.Timedelta(60, "D")
COUNTS = ["dengue_cases_4_weeks", "dengue_cases_4_weeks_before"]


@pytest.fixture(scope="module")
def notified(built: Settings) -> pd.DataFrame:
    """Notifications that stand and say where they are from, with the Sunday since when."""
    with connect("semia_dbt", built) as dbt:
        rows = dbt.execute("select record from raw.sivigila_dengue_notifications").fetchall()
    records = pd.DataFrame([json.loads(record) for (record,) in rows])
    standing = records[~records["ajuste"].isin(["6", "D"]) & records["cod_mun_o"].notna()]
    days = _days(standing["ini_sin"]).fillna(_days(standing["fec_not"]))
    code = standing["cod_mun_o"].where(
        standing["cod_mun_o"].str.len() == 5, standing["cod_dpto_o"] + standing["cod_mun_o"]
    )
    told = _days(standing["fec_not"]).where(lambda day: day > days, days)
    return pd.DataFrame({"municipality_id": code, "sunday": _sunday(days), "known": _sunday(told)})


def _sunday(days: "pd.Series[pd.Timestamp]") -> "pd.Series[pd.Timestamp]":
    """The Sunday on which the week of each day begins."""
    sunday = days - pd.to_timedelta((days.dt.dayofweek + 1) % 7, "D")
    return sunday.dt.tz_localize("UTC")


def _days(written: "pd.Series[str]") -> "pd.Series[pd.Timestamp]":
    """A date as Socrata writes it, or as somebody typed it."""
    usual = pd.to_datetime(written.str[:10], format="%Y-%m-%d", errors="coerce")
    return usual.fillna(pd.to_datetime(written, format="%d/%m/%Y", errors="coerce"))


@pytest.fixture(scope="module")
def asked(notified: pd.DataFrame) -> pd.DataFrame:
    """Places and moments, from before the first case to months after the last."""
    draw = np.random.default_rng(11)
    first = notified["sunday"].min() - pd.Timedelta(30, "D")
    minutes = draw.integers(0, 900 * 1440, MOMENTS)
    return pd.DataFrame(
        {
            "municipality_id": draw.choice(notified["municipality_id"].unique(), MOMENTS),
            "event_timestamp": first + pd.to_timedelta(minutes, "min"),
        }
    )


def _count(notified: pd.DataFrame, place: str, moment: pd.Timestamp) -> list[float]:
    """Cases of the four whole weeks before a moment, and of the four before these."""
    today = moment.normalize()
    week = today - pd.Timedelta((today.dayofweek + 1) % 7, "D")
    cases = notified[notified["municipality_id"] == place]
    # What is told when its week is no longer counted is in no row.
    cases = cases[(cases["known"] < week) & (cases["known"] < cases["sunday"] + NINE_WEEKS)]
    over = cases.loc[cases["sunday"] < week, "sunday"]
    # The last row of a place is of the week in which its last case is no longer counted.
    newest = min(week, over.max() + NINE_WEEKS) if len(over) else None
    if newest is None or moment - newest > TTL:
        return [float("nan")] * 2
    latest = (over >= week - FOUR_WEEKS).sum()
    return [float(latest), float((over >= week - 2 * FOUR_WEEKS).sum() - latest)]


def test_incidence_is_that_of_the_weeks_before(
    built: Settings, notified: pd.DataFrame, asked: pd.DataFrame
) -> None:
    store.apply(built)
    names = [*COUNTS, "dengue_trend"]
    job = store.open_store(built).get_historical_features(
        asked, [f"feat_municipality__incidence:{name}" for name in names]
    )
    found = job.to_df()[names].astype("float64")
    counted = [
        _count(notified, place, moment)
        for place, moment in zip(asked["municipality_id"], asked["event_timestamp"], strict=True)
    ]
    expected = pd.DataFrame(counted, columns=COUNTS)
    latest, before = expected[COUNTS[0]], expected[COUNTS[1]]
    total = latest + before
    expected["dengue_trend"] = (latest - before) / total.where(total > 0)
    pd.testing.assert_frame_equal(found, expected)
    assert (found[COUNTS[0]] > 0).sum() > 100
    assert found[COUNTS[0]].isna().any()
    assert (total == 0).any()
