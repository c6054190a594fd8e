"""A column of any kind as a few cells: bands of a number, words of a list, what a text speaks for.

Everything that is asked of a column afterwards is asked of its cells, so that numbers, codes and
texts of any length are screened alike, and what is missing is a cell like any other.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.model_selection import KFold
from sklearn.naive_bayes import MultinomialNB

Cells = NDArray[np.intp]
Codes = NDArray[np.intp]

_BANDS = 12
_LEVELS = 40
_WORDS = 2**12
_FOLDS = 3
# A column is a number where this share of what it holds can be read as one.
_NUMERIC = 0.9
_DECIMAL_COMMA = r"(\d),(\d)"
_NOTHING = ("", "??", "na", "nan", "none", "null")


def cells_of(column: "pd.Series[str]", y: Codes) -> Cells:
    """The cell [rows] of each value; 0 is missing. Texts are read by folds, never by their own y.

    A number with few values keeps each of them; one with many is cut into bands of equal counts.
    """
    text = _said(column)
    known = text.notna()
    if not known.any():
        return np.zeros(len(column), dtype=np.intp)
    if text.nunique() <= _LEVELS:
        return _coded(text)
    if is_text(column):
        return np.where(known, 1 + _read(text.fillna(""), y), 0)
    return bands_of(as_number(text))


def bands_of(numbers: "pd.Series[float]") -> Cells:
    """Bands of equal counts, each value its own where they are few; 0 is missing."""
    if numbers.nunique() <= _LEVELS:
        return _coded(numbers)
    return _coded(pd.qcut(numbers, _BANDS, labels=False, duplicates="drop"))


def is_text(column: "pd.Series[str]") -> bool:
    """Whether a column holds words of its writer's choice: many values that are no numbers."""
    text = _said(column).dropna()
    if text.nunique() <= _LEVELS:
        return False
    return bool(as_number(text).notna().mean() < _NUMERIC)


def as_number(text: "pd.Series[str]") -> "pd.Series[float]":
    """Each value as a number, decimal comma or point; NaN where it is none."""
    pointed = text.str.replace(_DECIMAL_COMMA, r"\1.\2", regex=True)
    return pd.to_numeric(pointed, errors="coerce")


def crossed(one: Cells, other: Cells) -> Cells:
    """The cells of two columns at once."""
    return _coded(pd.Series(one.astype(np.int64) * (int(other.max()) + 1) + other)) - 1


def _said(column: "pd.Series[str]") -> "pd.Series[str]":
    """What each value says, and None where it says nothing."""
    text = column.str.strip()
    return text.where(text.notna() & ~text.str.lower().isin(_NOTHING), None)


def _coded(values: "pd.Series[str] | pd.Series[float] | pd.Series[int]") -> Cells:
    """Positions counted from 1, and 0 for what is missing."""
    return np.asarray(pd.factorize(values)[0], dtype=np.intp) + 1


def _read(text: "pd.Series[str]", y: Codes) -> Cells:
    """Which class the words speak for, as a model says that learned from other rows."""
    counted = HashingVectorizer(n_features=_WORDS, alternate_sign=False, norm=None)
    words = counted.transform(text.str.lower().to_numpy())
    said = np.zeros(len(text), dtype=np.intp)
    for learn, judge in KFold(_FOLDS, shuffle=True, random_state=0).split(words):
        said[judge] = MultinomialNB().fit(words[learn], y[learn]).predict(words[judge])
    return said
