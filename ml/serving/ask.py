"""What to ask next: the finding whose answer is expected to tell most, and when to stop.

Only NumPy is used, because the service that answers doctors reads this module.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import log2
from typing import NamedTuple

import numpy as np

from ml.serving.bundle import Bundle
from ml.serving.likelihoods import Weights
from ml.serving.predict import Evidence, bundled

# A question that tells less than this share of all doubt there can be is not worth a doctor's time;
# docs/decisions/0015-asking.md has what it costs.
_LEAST_SHARE = 0.01
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
    gains, findings = likelihoods.gains(belief), likelihoods.findings
    for code in (*evidence.known(), *NEVER_ASKED):
        if code in findings:
            gains[findings[code]] = 0.0
    return tuple(_best(likelihoods.codes, gains, most, least_bits(len(belief))))


def _best(codes: Sequence[str], gains: Weights, most: int, least: float) -> Iterator[Question]:
    """The most telling first; of findings that tell as much, the one that stands first."""
    for _ in range(min(most, len(codes))):
        best = int(gains.argmax())
        bits = float(gains[best])
        if bits < least:
            return
        yield Question(codes[best], bits)
        gains[best] = 0.0
