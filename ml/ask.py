"""What to ask next: the finding whose answer is expected to tell most, and when to stop.

Only NumPy is used, because the service that answers doctors reads this module.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from ml.bundle import Bundle
from ml.likelihoods import Weights
from ml.predict import Evidence, Prevalence, bundled

# Below this no question is worth a doctor's time: benchmarks/bench_asking.py says what it costs.
LEAST_BITS = 0.05
# Not a question: who knows the patient knows these, or nobody ever will.
NEVER_ASKED = frozenset({"age_years", "is_female"})


class Question(NamedTuple):
    """A finding to ask for or measure, and the bits it is expected to tell of the answer."""

    code: str
    bits: float


def ask_next(
    bundle: Bundle,
    problem: str,
    evidence: Evidence,
    most: int = 3,
    prevalence: Prevalence | None = None,
) -> Sequence[Question]:
    """The `most` telling findings that are still unknown, best first; none means stop asking.

    A model exported without counted findings asks nothing; `prevalence` takes the place of the
    shares it learned. Raises `UnknownName` if the bundle has
    no model for `problem`.
    """
    model = bundled(bundle, problem)
    likelihoods = model.likelihoods
    if likelihoods is None:
        return ()
    prior = None
    if prevalence is not None:
        prior = np.asarray([prevalence[code] for code in model.about.classes])
    known, findings = evidence.known(), likelihoods.findings
    gains = likelihoods.gains(likelihoods.belief(known, prior))
    for code in (*known, *NEVER_ASKED):
        if code in findings:
            gains[findings[code]] = 0.0
    return tuple(_best(likelihoods.codes, gains, most))


def _best(codes: Sequence[str], gains: Weights, most: int) -> Iterator[Question]:
    """The most telling first; of findings that tell as much, the one that stands first."""
    for _ in range(min(most, len(codes))):
        best = int(gains.argmax())
        bits = float(gains[best])
        if bits < LEAST_BITS:
            return
        yield Question(codes[best], bits)
        gains[best] = 0.0
