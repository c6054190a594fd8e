"""NEWS2 stands twice, in a feature and in a danger criterion; both give every value its points."""

import re
from math import inf, nextafter
from pathlib import Path

import pytest

from api.red_flags.conditions import News2, points

ROOT = Path(__file__).resolve().parents[2]
FEATURE = ROOT / "dbt_project/models/features/feat_encounter__clinical_scores.sql"
VITALS = News2(formula="news2", least=5).reads
CLAUSE = r"when {code} (<=|>=|<|>|=) (\d+) then (\d+)"
HOLDS = {
    "<=": float.__le__, ">=": float.__ge__, "<": float.__lt__, ">": float.__gt__, "=": float.__eq__,
}  # fmt: skip


@pytest.mark.parametrize("code", VITALS)
def test_the_feature_and_the_danger_criterion_give_the_same_points(code: str) -> None:
    clauses = re.findall(CLAUSE.format(code=code), FEATURE.read_text("utf-8"))
    assert len(clauses) >= 2
    limits = {float(limit) for _, limit, _ in clauses}
    # What is asked by `=` is a whole number: between two of them there is nothing.
    is_whole = any(sign == "=" for sign, _, _ in clauses)
    beside = (
        limits if is_whole else {nextafter(limit, at) for limit in limits for at in (-inf, inf)}
    )
    for value in limits | beside | {0.0, 1.0}:
        of_feature = next(
            int(given) for sign, limit, given in clauses if HOLDS[sign](value, float(limit))
        )
        assert points(code, value) == of_feature, value
