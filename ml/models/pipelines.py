"""What a model reads: unknown is neutral, filled and standardised inside the pipeline.

For a linear model a sign becomes two indicators, `present` and `not absent`: unknown is nought in
the one and one in the other, so that present and absent each get a weight of their own and an
absence that no source ever recorded gets none. For trees a sign stands at 1 present, 0 absent, ½
unknown; where absence was never recorded, every split parts the present from the rest. Measured
values are filled with the median, never with a mark of being missing; logistic regression reads
them in steps.
"""

from typing import Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.feature_selection import VarianceThreshold
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import Binarizer, StandardScaler

from ml.cohort.dataset import Dataset
from ml.models.bayes import KnownBayes
from ml.models.steps import Steps

# An indicator that differs in fewer than one row of 2,000 says nothing that can be learned.
_LEAST_VARIANCE = 0.0005
# Standard deviations from the mean at which a measurement is cut for naive Bayes.
_CUTS = (-1.0, 0.0, 1.0)
# What is not told stands far below whatever is, in standard deviations; `_TOLD` lies between.
_NEVER, _TOLD = -100.0, -50.0


def on_indicators(dataset: Dataset, model: Any) -> Pipeline:  # noqa: ANN401 - sklearn has no types
    """`model` behind indicators and standardised measurements, all of one size."""
    return _behind(indicators(dataset), ("standard", StandardScaler()), ("model", model))


def on_steps(dataset: Dataset, model: Any) -> Pipeline:  # noqa: ANN401 - sklearn has no types
    """`model` behind noughts and ones, all of one size: indicators, and measurements in steps."""
    bits = [
        (name, make_pipeline(filled, Binarizer(threshold=0.5)), signs)
        for name, filled, signs in _present_and_absent(dataset)
    ]
    measured = Pipeline([("filled", _median()), ("cut", Steps())])
    evidence = ColumnTransformer([*bits, ("measured", measured, list(dataset.numbers))])
    return _behind(evidence, ("standard", StandardScaler()), ("model", model))


def on_levels(dataset: Dataset, model: Any) -> Pipeline:  # noqa: ANN401 - sklearn has no types
    """`model` behind signs at 1, ½ and 0 and measurements as they are."""
    signs = ("signs", _filled(0.5), list(dataset.signs))
    evidence = ColumnTransformer([signs, ("measured", _median(), list(dataset.numbers))])
    return _behind(evidence, ("model", model))


def on_bits(dataset: Dataset) -> Pipeline:
    """Naive Bayes behind noughts and ones: what is told, and what is present or above each cut."""
    signs = list(dataset.signs)
    # Of a number that nobody has there is no mean to cut by.
    numbers = [place for place in dataset.numbers if not np.isnan(dataset.x[:, place]).all()]
    told = [("told", _bits(_TOLD), signs), ("present", _bits(0.5), signs)]
    above = [
        (f"above_{place}", _bits(cut, StandardScaler()), numbers)
        for place, cut in enumerate((_TOLD, *_CUTS))
    ]
    model = KnownBayes(signs=len(signs), cuts=len(_CUTS))
    return Pipeline([("evidence", ColumnTransformer([*told, *above])), ("model", model)])


def indicators(dataset: Dataset) -> ColumnTransformer:
    """Two indicators for a sign, and measurements filled with the median."""
    measured = ("measured", _median(), list(dataset.numbers))
    return ColumnTransformer([*_present_and_absent(dataset), measured])


def _behind(evidence: ColumnTransformer, *steps: tuple[str, Any]) -> Pipeline:
    """The steps after the evidence, without what was never seen to differ."""
    constant = ("constant", VarianceThreshold(_LEAST_VARIANCE))
    return Pipeline([("evidence", evidence), constant, *steps])


def _present_and_absent(dataset: Dataset) -> list[tuple[str, SimpleImputer, list[int]]]:
    signs = list(dataset.signs)
    return [("present", _filled(0.0), signs), ("not_absent", _filled(1.0), signs)]


def _filled(value: float) -> SimpleImputer:
    return SimpleImputer(strategy="constant", fill_value=value, keep_empty_features=True)


def _bits(cut: float, *before: StandardScaler) -> Pipeline:
    """Whether a value is told and above the cut."""
    return make_pipeline(*before, _filled(_NEVER), Binarizer(threshold=cut))


def _median() -> SimpleImputer:
    return SimpleImputer(strategy="median", keep_empty_features=True)
