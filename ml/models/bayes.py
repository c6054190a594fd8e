"""Naive Bayes by likelihood ratios that reads what is known, and of the unknown nothing."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

Bits = NDArray[np.float64]


class KnownBayes(ClassifierMixin, BaseEstimator):
    """Each known finding multiplies the odds of a class by its ratio, whatever the others say.

    It reads bits: of every sign whether it is told, then whether it is present; of every number
    whether it is told, then for one cut after another whether it is above. Each bit is set only
    where the one before it in the same finding is, so a finding counts by the chain of what is
    set given what came before. A bit that is not told is nought, and so is what it brings.

    A share is that of the class's patients with `alpha` more who are like everybody. A sign that no
    record ever calls absent counts by how often it is mentioned at all, and its absence for
    nothing. Ratios are to everybody's share, which keeps the sums small and changes no answer.
    """

    def __init__(self, signs: int = 0, cuts: int = 1, alpha: float = 1.0) -> None:
        self.signs = signs
        self.cuts = cuts
        self.alpha = alpha

    def fit(self, x: Bits, y: NDArray[np.intp]) -> "KnownBayes":
        """Count the bits `x` [n, bits] within each of the classes `y` [n]."""
        self.classes_, codes = np.unique(y, return_inverse=True)
        each = np.eye(len(self.classes_))[codes]
        patients, counts = each.sum(axis=0), np.asarray(x, np.float64).T @ each
        self.intercept_ = np.log(patients / patients.sum())
        self.coef_ = self._ratios(counts, patients).T
        return self

    def predict_proba(self, x: Bits) -> Bits:
        """Probabilities [n, classes]."""
        check_is_fitted(self)
        scores = np.asarray(x, np.float64) @ self.coef_.T + self.intercept_
        return np.asarray(softmax(scores, axis=1))

    def predict(self, x: Bits) -> NDArray[Any]:
        """The likeliest class of each patient."""
        return np.asarray(self.classes_[self.predict_proba(x).argmax(axis=1)])

    def _ratios(self, counts: Bits, patients: Bits) -> Bits:
        """What each bit adds to the log-odds [bits, classes]."""
        ratios = np.zeros_like(counts)
        bits, within = self._chain(len(counts))
        hits, of = counts[bits], counts[within].copy()
        mentioned = np.logical_and(bits < 2 * self.signs, (hits == of).all(axis=1))
        of[mentioned] = patients
        everybody = ((hits.sum(axis=1) + 0.5) / (of.sum(axis=1) + 1))[:, None]
        share = (hits + self.alpha * everybody) / (of + self.alpha)
        absent = np.log((1 - share) / (1 - everybody))
        absent[mentioned] = 0.0
        ratios[bits] += np.log(share / everybody) - absent
        ratios[within] += absent
        return ratios

    def _chain(self, width: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The bits that say more than that a finding is told, and the bit each is within."""
        numbers = (width - 2 * self.signs) // (self.cuts + 1)
        present = np.arange(self.signs, 2 * self.signs)
        above = np.arange(2 * self.signs + numbers, width)
        within = np.concatenate([present - self.signs, above - numbers])
        return np.concatenate([present, above]), within
