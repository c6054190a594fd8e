"""The answer to a broader question: the probabilities of its classes, put together.

NumPy alone, since the service that answers doctors reads this module.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Probabilities = NDArray[np.float64]
# The positions, within the model's classes, of each group's.
Places = tuple[tuple[int, ...], ...]


class BroaderAnswer(NamedTuple):
    """The likeliest group, the probability of its classes together, and whether to trust it."""

    code: str
    probability: float
    is_confident: bool


def places(groups: Sequence[Sequence[str]], classes: Sequence[str]) -> Places:
    """Where the classes of each group stand within `classes`."""
    return tuple(tuple(classes.index(code) for code in group) for group in groups)


def together(probabilities: Probabilities, of: Places) -> Probabilities:
    """Probabilities [.., groups] of `probabilities` [.., classes]."""
    return np.stack([probabilities[..., list(one)].sum(axis=-1) for one in of], axis=-1)


def put_together(answer: Sequence[float], of: Places) -> list[float]:
    """The same of one patient: of a few classes Python adds sooner than NumPy has an array."""
    return [sum([answer[place] for place in one]) for one in of]


def group_of_each(y: NDArray[np.intp], of: Places) -> NDArray[np.intp]:
    """The position of the group that each class position in `y` belongs to."""
    group = {place: position for position, one in enumerate(of) for place in one}
    return np.array([group[place] for place in y.tolist()], dtype=np.intp)
