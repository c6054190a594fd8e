"""From what a doctor knows of a patient to calibrated probabilities, with one model of a bundle."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ml.serving.broader import BroaderAnswer, put_together
from ml.serving.bundle import Bundle, BundledProblem, columns_of
from ml.serving.confidence import reached_by
from ml.serving.conformal import conformal_set
from ml.serving.prevalence import reweighted
from ml.serving.problem_file import Confident
from ml.serving.strange import Strangeness
from warehouse.errors import BadBundle, UnknownName

Matrix = NDArray[np.float32]
Probabilities = NDArray[np.float64]
Row = NDArray[np.float64]
# The share of every class of a model, together 1.
Prevalence = Mapping[str, float]


@dataclass(frozen=True)
class Evidence:
    """What is known of one patient; whatever is not given is unknown, never absent.

    `observations` maps an observation code to its value in the vocabulary's unit; `signs` maps a
    symptom, antecedent or exposure code to present (True) or absent (False).
    """

    age_years: float | None = None
    is_female: bool | None = None
    observations: Mapping[str, float] = field(default_factory=dict)
    signs: Mapping[str, bool] = field(default_factory=dict)
    _known: Mapping[str, float] = field(init=False, repr=False, compare=False)
    _rounded: Mapping[str, float] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Put everything known together, once for all models that are asked."""
        known: dict[str, float] = dict(self.observations)
        for code, is_present in self.signs.items():
            known[code] = float(is_present)
        if self.age_years is not None:
            known["age_years"] = float(self.age_years)
        if self.is_female is not None:
            known["is_female"] = float(self.is_female)
        rounded = array("f", known.values())
        # Frozen for everybody else.
        object.__setattr__(self, "_known", known)
        object.__setattr__(self, "_rounded", dict(zip(known, rounded, strict=True)))

    def known(self) -> Mapping[str, float]:
        """Every known piece of evidence by its code, as the number the models read."""
        return self._known

    def in_single_precision(self) -> Mapping[str, float]:
        """The same, rounded as models hold numbers."""
        return self._rounded


class Prediction(NamedTuple):
    """Calibrated probability of every class, the same likeliest first, and whether to trust it.

    `answer_set` holds the classes that cannot be ruled out, likeliest first; it holds for each
    class however common, so no prevalence changes it. It and `strangeness` are None for a model
    that was trained before they were reckoned. `broader` is the likeliest of its groups of classes,
    None where it has no broader question.
    """

    probabilities: Mapping[str, float]
    ranked: Sequence[tuple[str, float]]
    is_confident: bool
    answer_set: tuple[str, ...] | None = None
    strangeness: Strangeness | None = None
    broader: BroaderAnswer | None = None


def encode(evidence: Evidence, features: Sequence[str]) -> Matrix:
    """One row [1, len(features)] in the model's order; NaN where nothing is known."""
    return _row(known_of(evidence, columns_of(features)), len(features))


def known_of(evidence: Evidence, columns: Mapping[str, int]) -> dict[int, float]:
    """What is known of the features, by column, ascending, in single precision."""
    told = evidence.in_single_precision()
    found = [(columns[code], value) for code, value in told.items() if code in columns]
    found.sort()
    return dict(found)


def probabilities(problem: BundledProblem, rows: Matrix) -> Probabilities:
    """Calibrated probabilities [n, classes] of encoded `rows` [n, features], of many patients."""
    if problem.stepwise is not None and problem.stepwise.is_for_many:
        return problem.stepwise.many(rows)
    (answer,) = problem.session.run(["probabilities"], {"features": rows})
    return np.asarray(answer, dtype=np.float64)


def told_all(problem: BundledProblem, known: Mapping[int, float]) -> Row:
    """Calibrated probabilities [classes] of one patient of whom `known_of` says so much."""
    if problem.stepwise is None:
        return np.asarray(probabilities(problem, _row(known, len(problem.about.features)))[0])
    return problem.stepwise.answer(known)


def _row(known: Mapping[int, float], features: int) -> Matrix:
    row = np.full((1, features), np.nan, dtype=np.float32)
    row[0, list(known)] = list(known.values())
    return row


def at_prevalence(
    problem: BundledProblem, answers: Probabilities, prevalence: Prevalence | None
) -> Probabilities:
    """The same answers [.., classes] where classes are as common as `prevalence` says.

    Of a model that was set right for its place, so that their mean there is that prevalence.
    Raises `BadBundle` where the model does not say how common they were where it learned.
    """
    if prevalence is None:
        return answers
    if problem.about.asking is None:
        raise BadBundle(
            "the model does not say how common its answers were",
            where=problem.about.name,
            next_step=f"semia train {problem.about.name}, then semia export",
        )
    stated = [prevalence[code] for code in problem.about.classes]
    if problem.about.place is not None:
        factors = problem.about.place.factors
        stated = [share * factor for share, factor in zip(stated, factors, strict=True)]
    return reweighted(answers, problem.about.asking.prior, stated)


def predict(
    bundle: Bundle, problem: str, evidence: Evidence, prevalence: Prevalence | None = None
) -> Prediction:
    """Answer one problem for one patient; raise `UnknownName` if the bundle has no such model.

    `prevalence` is the share of every class where the patient is; None is where the model learned.
    """
    model = bundled(bundle, problem)
    known = known_of(evidence, model.columns)
    learned = told_all(model, known)
    stated = None if prevalence is None else at_prevalence(model, learned, prevalence)
    return judged(model, evidence, len(known), learned, stated)


def judged(
    model: BundledProblem, evidence: Evidence, read: int, learned: Row, stated: Row | None
) -> Prediction:
    """What the probabilities of one patient amount to.

    `read` is how many known features the model read, `learned` [classes] what it answered, and
    `stated` [classes] the same at a prevalence, where one was stated.
    """
    classes, before = model.about.classes, learned.tolist()
    answer = before if stated is None else stated.tolist()
    # Of a few classes Python sorts the list sooner than NumPy has made an array of it.
    order = sorted(range(len(answer)), key=answer.__getitem__, reverse=True)
    strangeness = model.familiarity.judge(evidence.known()) if model.familiarity else None
    is_strange = strangeness is not None and strangeness.is_strange
    return Prediction(
        probabilities=dict(zip(classes, answer, strict=True)),
        ranked=[(classes[i], answer[i]) for i in order],
        is_confident=not is_strange
        and _passes(model.about.confident, classes, read, before, answer),
        answer_set=_answer_set(model, before, order),
        strangeness=strangeness,
        broader=_broader(model, read, before, answer, is_strange),
    )


def _passes(
    confident: Confident | None,
    classes: Sequence[str],
    read: int,
    learned: Sequence[float],
    stated: Sequence[float],
) -> bool:
    """Whether the first answer passes the threshold, and did before it was re-weighted.

    The threshold's precision was measured at the prevalence that was learned: another one can take
    confidence away, and never give it.
    """
    if confident is None:
        return False
    first = max(stated)
    place = stated.index(first)
    if stated is not learned and learned.index(max(learned)) != place:
        return False
    return reached_by(confident, classes[place], min(first, learned[place]), read)


def _broader(
    model: BundledProblem,
    read: int,
    learned: Sequence[float],
    stated: Sequence[float],
    is_strange: bool,
) -> BroaderAnswer | None:
    broader = model.about.broader
    if broader is None:
        return None
    before = put_together(learned, model.groups)
    after = before if stated is learned else put_together(stated, model.groups)
    codes, first = [group.code for group in broader.groups], max(after)
    sure = not is_strange and _passes(broader.confident, codes, read, before, after)
    return BroaderAnswer(codes[after.index(first)], first, sure)


def _answer_set(
    model: BundledProblem, learned: Sequence[float], order: Sequence[int]
) -> tuple[str, ...] | None:
    conformal, classes = model.about.conformal, model.about.classes
    if conformal is None:
        return None
    return tuple([classes[place] for place in conformal_set(learned, conformal.least, order)])


def bundled(bundle: Bundle, problem: str) -> BundledProblem:
    """The bundle's model for `problem`; raise `UnknownName` if there is none."""
    if problem not in bundle.problems:
        raise UnknownName(
            f"the bundle has no model for {problem!r}",
            where=str(bundle.folder),
            next_step=f"ask one of: {', '.join(bundle.problems)}",
        )
    return bundle.problems[problem]
