"""Which landed columns hold what a doctor sees, by the vocabulary alone."""

import re

import pandas as pd

from warehouse.vocabulary import Vocabulary

# A column of lists is known where this share of its values holds an evidence of the vocabulary.
_MOSTLY = 0.5


def known_columns(source: str, columns: pd.DataFrame, vocabulary: Vocabulary) -> frozenset[str]:
    """The columns in which the vocabulary finds a sign or a measurement."""
    signs = [one for one in vocabulary.symptom_sources if one.source == source]
    named = {one.source_column for one in vocabulary.observation_sources if one.source == source}
    named |= {one.source_column for one in signs if one.match != "token"}
    tokens = {one.source_column for one in signs if one.match == "token"}
    listing = {str(name) for name in columns if tokens and _lists(columns[name], tokens)}
    return frozenset((named | listing) & {str(name) for name in columns})


def _lists(column: "pd.Series[str]", tokens: set[str]) -> bool:
    """Whether most values are lists in which one of `tokens` stands."""
    word = rf"\b(?:{'|'.join(map(re.escape, sorted(tokens)))})(?=\b|_@_)"
    return bool(column.str.contains(word, regex=True).mean() >= _MOSTLY)
