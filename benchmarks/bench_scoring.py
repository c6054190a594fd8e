"""How many encounters a second each model of the bundle scores in batch, on one core.

100,000 encounters, encoded as the service does: a fifth of what a model reads is known, the rest is
unknown. The chunks and the session are the service's own: one thread. Needs a bundle:
`semia up --prepare-only` first.
"""

import argparse
import time

import numpy as np

from benchmarks.figure import figure
from ml import bundle as bundles
from ml.bundle import BundledProblem
from ml.predict import Matrix, probabilities
from warehouse.settings import load_settings

ENCOUNTERS, CHUNK = 100_000, 1_000
TO_REACH = 50_000
KNOWN = 0.2


def drawn(problem: BundledProblem) -> Matrix:
    """One chunk [CHUNK, features] of encounters, with NaN where nothing is known."""
    draw = np.random.default_rng(7)
    rows = draw.integers(0, 2, (CHUNK, len(problem.about.features))).astype(np.float32)
    rows[draw.random(rows.shape) > KNOWN] = np.nan
    return rows


def a_second(problem: BundledProblem) -> float:
    """Encounters a second."""
    rows = drawn(problem)
    probabilities(problem, rows)
    started = time.process_time()
    for _ in range(ENCOUNTERS // CHUNK):
        probabilities(problem, rows)
    return ENCOUNTERS / (time.process_time() - started)


def main() -> None:
    """Measure every model."""
    argparse.ArgumentParser(description=__doc__).parse_known_args()
    for name, problem in bundles.load(load_settings().bundle_dir).problems.items():
        rate = a_second(problem)
        claim = f"scoring {ENCOUNTERS:,} encounters in batch, {name}"
        figure(claim, rate, TO_REACH, "limit", "encounters/s of one core", rate / TO_REACH, 1)


if __name__ == "__main__":
    main()
