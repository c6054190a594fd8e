"""Why a model answers as it does: the weight of each known piece of evidence, adding up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ml.serving.bundle import Bundle, BundledProblem
from ml.serving.predict import (
    Evidence,
    Prediction,
    Prevalence,
    Probabilities,
    at_prevalence,
    bundled,
    judged,
    known_of,
    probabilities,
)
from ml.serving.trees import Told

# Beneath this a probability is as good as nought, and its log-odds say more than is known.
_LEAST = 1e-6
_MOST = 1 - _LEAST
# Orders in which the evidence is told, each with its reverse: one pair keeps a full record quick,
# and where little is told a second pair still takes less than that.
_FEW = 12
_SEED = 20260


class Reason(NamedTuple):
    """What one piece of evidence does to the first answer, in natural-log odds."""

    code: str
    log_odds: float


class Explanation(NamedTuple):
    """Reasons for and against the first answer, strongest first, in natural-log odds.

    `start` is the answer's log-odds before anything is known, `score` with all that is known;
    `start` and every reason together are `score`.
    """

    answer: str
    start: float
    score: float
    for_: Sequence[Reason]
    against: Sequence[Reason]


class Answered(NamedTuple):
    """What a model answers of one patient, and why."""

    prediction: Prediction
    explanation: Explanation


def explain(
    bundle: Bundle, problem: str, evidence: Evidence, prevalence: Prevalence | None = None
) -> Explanation:
    """Why the model for `problem` answers as it does; raise `UnknownName` if there is none."""
    (found,) = answer(bundle, problem, [(evidence, prevalence)])
    return found.explanation


def answer(
    bundle: Bundle,
    problem: str,
    asked: Sequence[tuple[Evidence, Prevalence | None]],
    brief: bool = False,
) -> list[Answered]:
    """Answer one problem for several patients, each at its prevalence.

    `brief` leaves the reasons out, and with them most of the work. Raises `UnknownName` if the
    bundle has no such model.

    The reasons share the way from `start` to `score` out among the known pieces of evidence.

    The pieces are told to the model one after another and each is given the change it brings,
    averaged over a few orders and their reverses: Shapley values by antithetic sampling
    (Mitchell et al. 2022, arXiv:2104.12199), which add up whatever the model. A piece the model
    never reads, or that changes nothing, is no reason. With a prevalence, `start` is the answer's
    log-odds there and the way from it is shared out.
    """
    model = bundled(bundle, problem)
    steps = [_steps(model, evidence, brief) for evidence, _ in asked]
    learned = _learned(model, steps, many=brief)
    return [
        _answered(model, evidence, one, own, prevalence)
        for one, own, (evidence, prevalence) in zip(steps, learned, asked, strict=True)
    ]


class _Steps(NamedTuple):
    """The value of each feature that is `known`, by its position, told as the `plan` says."""

    known: Mapping[int, float]
    plan: "_Plan"


def _steps(model: BundledProblem, evidence: Evidence, brief: bool) -> _Steps:
    known = known_of(evidence, model.columns)
    return _Steps(known, _short_plan(len(known)) if brief else _plan(len(known)))


def _learned(model: BundledProblem, steps: Sequence[_Steps], many: bool) -> Sequence[Probabilities]:
    """The probabilities [steps, classes] of each patient; of `many` in one call of the session."""
    if model.stepwise is not None and not many:
        return [model.stepwise.probabilities(one.known, one.plan.told) for one in steps]
    rows = [_told_in(len(model.about.features), one) for one in steps]
    ends = np.cumsum([len(one) for one in rows])
    return np.split(probabilities(model, np.concatenate(rows)), ends[:-1])


def _answered(
    model: BundledProblem,
    evidence: Evidence,
    steps: _Steps,
    learned: Probabilities,
    prevalence: Prevalence | None,
) -> Answered:
    answers = at_prevalence(model, learned, prevalence)
    stated = None if prevalence is None else answers[-1]
    prediction = judged(model, evidence, len(steps.known), learned[-1], stated)
    answer = prediction.ranked[0][0]
    top = model.about.classes.index(answer)
    odds = [
        log(share / (1 - share)) if _LEAST < share < _MOST else _bounded_log_odds(share)
        for share in answers[:, top].tolist()
    ]
    features, shares = model.about.features, np.dot(steps.plan.shares, odds).tolist()
    reasons = [
        Reason(features[column], share)
        for share, column in sorted(zip(shares, steps.known, strict=True), key=_strength)
    ]
    why = Explanation(
        answer=answer,
        start=odds[0],
        score=odds[-1],
        for_=[reason for reason in reasons if reason.log_odds > 0],
        against=[reason for reason in reasons if reason.log_odds < 0],
    )
    return Answered(prediction, why)


@dataclass(frozen=True)
class _Plan:
    """Which pieces each row tells: none in the first, all in the last, none twice.

    `shares` [pieces, rows] is what the rows' log-odds are weighed with to give each piece's share.
    """

    told: Told
    shares: NDArray[np.float64]


@lru_cache(maxsize=256)
def _plan(pieces: int) -> _Plan:
    """The rows for so many pieces; it depends on nothing else, so it is made once."""
    orders = _orders(pieces).tolist()
    told = {frozenset(order[:count]) for order in orders for count in range(pieces + 1)}
    place = {subset: row for row, subset in enumerate(sorted(told, key=len))}
    rows = np.zeros((len(place), pieces), dtype=np.bool_)
    shares = np.zeros((pieces, len(place)))
    for subset, row in place.items():
        rows[row, list(subset)] = True
    for order in orders:
        for count, piece in enumerate(order):
            shares[piece, place[frozenset(order[:count])]] -= 1 / len(orders)
            shares[piece, place[frozenset(order[: count + 1])]] += 1 / len(orders)
    return _Plan(Told(rows), shares)


@lru_cache(maxsize=256)
def _short_plan(pieces: int) -> _Plan:
    """Nothing told, then everything, and no share for any piece."""
    rows = np.zeros((2, pieces), dtype=np.bool_)
    rows[1] = True
    return _Plan(Told(rows), np.zeros((pieces, 2)))


def _orders(pieces: int) -> NDArray[np.intp]:
    """Orders [2 or 4, pieces] in which to tell them, each followed by its reverse."""
    forward = np.arange(pieces)
    if pieces > _FEW:
        return np.stack([forward, forward[::-1]])
    shuffled = np.random.default_rng(_SEED).permutation(pieces)
    return np.stack([forward, forward[::-1], shuffled, shuffled[::-1]])


def _told_in(features: int, steps: _Steps) -> NDArray[np.float32]:
    """The rows [steps, features] of a plan, with NaN for whatever is not told in one."""
    told, values = steps.plan.told.pieces, np.asarray(list(steps.known.values()), np.float32)
    rows = np.full((len(told), features), np.nan, dtype=np.float32)
    rows[:, list(steps.known)] = np.where(told, values, np.float32("nan"))
    return rows


def _strength(share: tuple[float, int]) -> float:
    """What sorts the strongest first; those that are as strong stay in their order."""
    return -abs(share[0])


def _bounded_log_odds(probability: float) -> float:
    bounded = min(max(probability, _LEAST), _MOST)
    return log(bounded / (1 - bounded))
