"""How many encounters a second each model scores in batch, and how soon all answer one patient.

In batch, 100,000 encounters on one core, encoded as the service does: a fifth of what a model reads
is known, the rest is unknown. The chunks and the session are the service's own: one thread. One at
a time, each patient is told as a doctor tells: age, sex, three vital signs and a dozen others, and
all models of the bundle answer in turn, with set, strangeness and confidence but without reasons;
no patient comes twice. Needs a bundle: `semia up --prepare-only` first.
"""

import argparse
import time
from collections.abc import Iterator

import numpy as np

from benchmarks.figure import figure
from ml.serving import bundle as bundles
from ml.serving.bundle import Bundle, BundledProblem
from ml.serving.predict import Evidence, Matrix, predict, probabilities
from warehouse.settings import load_settings

ENCOUNTERS, CHUNK = 100_000, 1_000
TO_REACH = 50_000
KNOWN = 0.2
PATIENTS, FIRST = 5_000, 200
SIGNS = 12
VITALS = {
    "heart_rate_per_min": (50, 150),
    "systolic_bp_mmhg": (80, 190),
    "temperature_c": (36, 40),
}
MILLISECONDS = {"p50": (50, 0.3), "p99": (99, 1.0)}


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


def told(bundle: Bundle) -> Iterator[Evidence]:
    """What is told of one patient after another."""
    draw = np.random.default_rng(7)
    measured = {one["code"] for one in bundle.vocabulary["observations"]}
    reads = {code for problem in bundle.problems.values() for code in problem.about.features}
    signs = np.array(sorted(reads - measured - {"age_years", "is_female"}))
    for _ in range(FIRST + PATIENTS):
        yield Evidence(
            age_years=float(draw.integers(1, 90)),
            is_female=bool(draw.integers(2)),
            observations={code: float(draw.uniform(*ends)) for code, ends in VITALS.items()},
            signs={str(code): bool(draw.integers(2)) for code in draw.choice(signs, SIGNS, False)},
        )


def one_by_one(bundle: Bundle) -> list[float]:
    """Milliseconds that all models of the bundle take for each of so many patients."""
    took = []
    for evidence in list(told(bundle)):
        started = time.perf_counter()
        for problem in bundle.problems:
            predict(bundle, problem, evidence)
        took.append((time.perf_counter() - started) * 1e3)
    return took[FIRST:]


def main() -> None:
    """Measure every model."""
    argparse.ArgumentParser(description=__doc__).parse_known_args()
    bundle = bundles.load(load_settings().bundle_dir)
    for name, problem in bundle.problems.items():
        rate = a_second(problem)
        claim = f"scoring {ENCOUNTERS:,} encounters in batch, {name}"
        figure(claim, rate, TO_REACH, "limit", "encounters/s of one core", rate / TO_REACH, 1)
    took = one_by_one(bundle)
    for name, (percentile, limit) in MILLISECONDS.items():
        ours = float(np.percentile(took, percentile))
        claim = f"one patient, {len(bundle.problems)} models, {name}"
        figure(claim, ours, limit, "limit", "ms", limit / ours, 1)


if __name__ == "__main__":
    main()
