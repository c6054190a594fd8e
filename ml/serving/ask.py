"""What to ask next: the finding whose answer is expected to tell most, and when to stop.

Only NumPy is used, because the service that answers doctors reads this module.
"""

from collections.abc import Mapping, Sequence
from math import log2
from typing import NamedTuple

import numpy as np

from ml.serving.bundle import Bundle
from ml.serving.likelihoods import Weights
from ml.serving.predict import Evidence, bundled

# A question that tells less than this share of all doubt there can be is not worth a doctor's time;
# docs/decisions/0015-asking.md has what it costs.
_LEAST_SHARE = 0.01
# More at once nobody asks.
_MOST = 3
# Not a question: who knows the patient knows these, or nobody ever will.
NEVER_ASKED = frozenset({"age_years", "is_female"})


class Question(NamedTuple):
    """A finding to ask for or measure, and the bits it is expected to tell of the answer."""

    code: str
    bits: float


def least_bits(classes: int) -> float:
    """What a question must be expected to tell, where there are so many answers.

    A hundredth of log2(classes), the doubt of whoever holds all of them for equally likely.
    """
    return _LEAST_SHARE * log2(classes)


def ask_each(
    bundle: Bundle, evidence: Evidence, answers: Mapping[str, Mapping[str, float]]
) -> Mapping[str, Sequence[Question]]:
    """For each problem the most telling findings that are still unknown, best first; none means
    stop asking.

    `answers` has the probability of each class by what is known: the model's own, at whatever
    prevalence. A model exported without counted findings asks nothing. Raises `UnknownName` if the
    bundle has no model for a problem.
    """
    classes = {name: bundled(bundle, name).about.classes for name in answers}
    found: dict[str, Sequence[Question]] = dict.fromkeys(answers, ())
    inquiry = bundle.inquiry(frozenset(answers))
    if inquiry is None:
        return found
    beliefs = [np.array([answers[name][one] for one in classes[name]]) for name in inquiry.models]
    never = (*evidence.known(), *NEVER_ASKED)
    for (name, model), less in zip(inquiry.models.items(), inquiry.less(beliefs), strict=True):
        findings = model.findings
        for code in never:
            if code in findings:
                less[findings[code]] = 0.0
        found[name] = _best(model.codes, less, least_bits(len(classes[name])))
    return found


def _best(codes: Sequence[str], less: Weights, least: float) -> Sequence[Question]:
    """The most telling first; of findings that tell as much, the one that stands first."""
    found: list[Question] = []
    while len(found) < _MOST:
        best = int(less.argmin())
        bits = -float(less[best])
        if bits < least:
            break
        found.append(Question(codes[best], bits))
        less[best] = 0.0
    return tuple(found)
