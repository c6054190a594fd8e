"""What to ask next: the finding whose answer is expected to tell most, and when to stop.

Only NumPy is used, because the service that answers doctors reads this module.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2

import numpy as np

from ml.bundle import Bundle
from ml.predict import Evidence, bundled

# A question that tells less than this share of all doubt there can be is not worth a doctor's time;
# docs/decisions/0015-asking.md has what it costs.
_LEAST_SHARE = 0.01
# Not a question: who knows the patient knows these, or nobody ever will.
NEVER_ASKED = frozenset({"age_years", "is_female"})


@dataclass(frozen=True)
class Question:
    """A finding to ask for or measure, and the bits it is expected to tell of the answer."""

    code: str
    bits: float


def least_bits(classes: int) -> float:
    """What a question must be expected to tell, where there are so many answers.

    A hundredth of log2(classes), the doubt of whoever holds all of them for equally likely.
    """
    return _LEAST_SHARE * log2(classes)


def ask_next(
    bundle: Bundle, problem: str, evidence: Evidence, answer: Mapping[str, float], most: int = 3
) -> Sequence[Question]:
    """The `most` telling findings that are still unknown, best first; none means stop asking.

    `answer` is the probability of each class by what is known: the model's own, at whatever
    prevalence. A model exported without counted findings asks nothing. Raises `UnknownName` if the
    bundle has no model for `problem`.
    """
    model = bundled(bundle, problem)
    likelihoods = model.likelihoods
    if likelihoods is None:
        return ()
    belief = np.asarray([answer[code] for code in model.about.classes])
    (gains,) = likelihoods.gains(belief[None])
    skipped = (likelihoods.findings.get(code) for code in (*evidence.known(), *NEVER_ASKED))
    gains[[position for position in skipped if position is not None]] = 0.0
    codes = likelihoods.codes
    best, least = np.argsort(-gains, kind="stable")[:most], least_bits(len(belief))
    return tuple(Question(codes[i], float(gains[i])) for i in best if gains[i] >= least)
