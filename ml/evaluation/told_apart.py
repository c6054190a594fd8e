"""Answers to a source that tells fewer classes apart than the model does.

Foz do Iguaçu discards a suspicion of chikungunya whatever else the person has. A model that
answers dengue there is not wrong: the source's word covers dengue too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from warehouse.vocabulary import Vocabulary

Probabilities = NDArray[np.float64]


@dataclass(frozen=True)
class ToldApart:
    """The `classes` that a source tells apart, and under which of them each of the model's falls.

    `under` [model's classes] are positions among `classes`.
    """

    classes: tuple[str, ...]
    under: tuple[int, ...]

    @classmethod
    def of(cls, learned: Sequence[str], covered: Mapping[str, str]) -> "ToldApart":
        """Of the classes a model `learned`, where `covered` are told by the word for another.

        One whose other was not learned stays: there is no answer to add it to.
        """
        told = {code: covered.get(code, code) for code in learned}
        told = {code: other if other in told else code for code, other in told.items()}
        classes = tuple(code for code in learned if told[code] == code)
        return cls(classes, tuple(classes.index(told[code]) for code in learned))

    def together(self, each: Probabilities) -> Probabilities:
        """Sums [.., classes] of what is given for each of the model's classes."""
        shares = np.zeros((*each.shape[:-1], len(self.classes)))
        for position, under in enumerate(self.under):
            shares[..., under] += each[..., position]
        return shares

    def apart(self, factors: Sequence[float], each: Sequence[float]) -> list[float]:
        """`each` of the model's classes times the factor of the one under which it falls."""
        return [one * factors[under] for one, under in zip(each, self.under, strict=True)]


def covered_by(problem: str, source: str, vocabulary: Vocabulary) -> dict[str, str]:
    """The answers of `problem` for which `source` has no word of their own, and whose it uses."""
    return {
        code: meaning.code
        for meaning in vocabulary.diagnosis_sources
        if (meaning.problem, meaning.source) == (problem, source)
        for code in meaning.covers
    }
