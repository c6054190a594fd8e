"""What to ask next: the finding whose answer is expected to tell most, and when to stop.

Only NumPy is used, because the service that answers doctors reads this module.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ml.bundle import Bundle
from ml.predict import Evidence, bundled

# Below this no question is worth a doctor's time; docs/decisions/0015-asking.md has what it costs.
LEAST_BITS = 0.05
# Not a question: who knows the patient knows these, or nobody ever will.
NEVER_ASKED = frozenset({"age_years", "is_female"})


@dataclass(frozen=True)
class Question:
    """A finding to ask for or measure, and the bits it is expected to tell of the answer."""

    code: str
    bits: float


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
    best = np.argsort(-gains, kind="stable")[:most]
    return tuple(Question(codes[i], float(gains[i])) for i in best if gains[i] >= LEAST_BITS)
