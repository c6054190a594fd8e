"""How long a model takes to answer one patient."""

from time import perf_counter

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

_ANSWERS = 60


def latency(session: ort.InferenceSession, rows: NDArray[np.float32]) -> float:
    """Median milliseconds of one answer, patients one at a time.

    The median, since on a busy machine some answers wait for others' work.
    """
    return float(np.median([_one(session, rows[i % len(rows)][None]) for i in range(_ANSWERS)]))


def _one(session: ort.InferenceSession, row: NDArray[np.float32]) -> float:
    began = perf_counter()
    session.run(["probabilities"], {"features": row})
    return (perf_counter() - began) * 1000
