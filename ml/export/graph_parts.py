"""Read an ONNX graph of ours as trees and lines over the features, for `ml.serving.stepwise`.

Signs filled with a half, indicators, scalers and chosen columns all come down to the same: which
feature a column holds, what stands there when it is unknown, and how it is scaled.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.export.graph_trees import Columns, NotTold, grown
from ml.serving.arrays import packed
from ml.serving.bundle import session_from
from ml.serving.stepwise import Stepwise, stepwise_of
from ml.serving.tables import Tables
from ml.serving.trees import Trees

Names = Sequence[str]
Given = Mapping[str, Any]

# As near as ONNX itself must be to scikit-learn.
_ALIKE = 1e-5
_PATIENTS, _SEED, _KNOWN = 200, 7, 0.2
_ENDS = {b"SOFTMAX": "softmax", b"LOGISTIC": "logistic", b"NONE": "none"}


@dataclass(frozen=True)
class _Part:
    """One model of the mean: its arrays, how its scores end in probabilities, its weight."""

    arrays: Mapping[str, NDArray[Any]]
    end: str
    weight: float = 1.0


@dataclass
class _Reading:
    """What the tensors of a graph hold, as its nodes are read one after another.

    Softened probabilities keep the parts that they are the mean of.
    """

    constants: Mapping[str, NDArray[Any]]
    columns: dict[str, Columns]
    parts: dict[str, "Parts"] = field(default_factory=dict)
    floor: float = 0.0
    temperature: float = 1.0


Parts = tuple[_Part, ...]


def unfold(model: bytes) -> bytes | None:
    """The file that `ml.serving.stepwise` reads, or None for a model that is not trees and lines alone.

    None too where the two would not answer alike: such a model is left to onnxruntime.
    """
    import onnx
    from google.protobuf.message import DecodeError

    try:
        graph = onnx.load_from_string(model).graph
        arrays = _arrays(_read(graph, onnx))
    except (DecodeError, NotTold):
        return None
    if not _answers_alike(model, stepwise_of(arrays)):
        return None
    return packed(arrays)


def _read(graph: Any, onnx: Any) -> _Reading:  # noqa: ANN401 - onnx publishes no types
    constants = {one.name: onnx.numpy_helper.to_array(one) for one in graph.initializer}
    width = graph.input[0].type.tensor_type.shape.dim[1].dim_value
    read = _Reading(constants, {"features": Columns.of(width)})
    for node in graph.node:
        if node.op_type not in _NODES:
            raise NotTold
        given = {one.name: onnx.helper.get_attribute_value(one) for one in node.attribute}
        found = _NODES[node.op_type](read, node.input, given)
        held = read.columns if isinstance(found, Columns) else read.parts
        # A classifier's label comes before its probabilities, and nobody reads it.
        held[node.output[-1]] = found  # type: ignore[assignment]
    return read


def _arrays(read: _Reading) -> dict[str, NDArray[Any]]:
    if "probabilities" not in read.parts:
        raise NotTold
    parts = read.parts["probabilities"]
    return {
        "ends": np.asarray([part.end for part in parts]),
        "weights": np.asarray([part.weight for part in parts]),
        "floor": np.asarray(read.floor),
        "temperature": np.asarray(read.temperature),
        "features": np.asarray(read.columns["features"].features),
    } | {f"{n}.{name}": one for n, part in enumerate(parts) for name, one in part.arrays.items()}


def _columns_of(read: _Reading, name: str) -> Columns:
    if name not in read.columns:
        raise NotTold
    return read.columns[name]


def _parts_of(read: _Reading, name: str) -> Parts:
    if name not in read.parts:
        raise NotTold
    return read.parts[name]


def _choose(read: _Reading, names: Names, _: Given) -> Columns:
    at = read.constants[names[1]].ravel().astype(np.intp)
    return _columns_of(read, names[0]).chosen(at)


def _fill(read: _Reading, names: Names, given: Given) -> Columns:
    if not np.isnan(given["replaced_value_float"]):
        raise NotTold
    return _columns_of(read, names[0]).filled_with(given["imputed_value_floats"])


def _join(read: _Reading, names: Names, _: Given) -> Columns:
    return Columns.joined([_columns_of(read, one) for one in names])


def _scale(read: _Reading, names: Names, given: Given) -> Columns:
    return _columns_of(read, names[0]).scaled(given["offset"], given["scale"])


def _cut(read: _Reading, names: Names, given: Given) -> Columns:
    return _columns_of(read, names[0]).cut_at(given["threshold"])


def _lines(read: _Reading, names: Names, given: Given) -> Parts:
    source, base = _columns_of(read, names[0]), np.asarray(given["intercepts"], np.float64)
    weights = np.reshape(given["coefficients"], (len(base), -1)).T
    made = _lined if np.isnan(source.cut).all() else _tabled
    return (_Part(made(source, weights, base), _end(given, len(base))),)


def _lined(
    source: Columns, coefficients: NDArray[np.float64], base: NDArray[np.float64]
) -> dict[str, NDArray[Any]]:
    """The arrays of `ml.serving.stepwise.Lines`."""
    weights = coefficients * source.scale[:, None]
    slope, unknown = np.zeros((2, source.features, len(base)))
    np.add.at(slope, source.feature, weights)
    np.add.at(unknown, source.feature, weights * source.filled[:, None])
    base = base - (weights * source.offset[:, None]).sum(axis=0)
    return {"slope": slope, "unknown": unknown, "base": base}


def _tabled(
    source: Columns, coefficients: NDArray[np.float64], base: NDArray[np.float64]
) -> dict[str, NDArray[Any]]:
    """The arrays of `ml.serving.tables.Tables`: what each piece adds over being unknown.

    Raise `NotTold` where a column is not cut.
    """
    if np.isnan(source.cut).any():
        raise NotTold
    weights = coefficients * source.scale[:, None]
    base = base - (weights * source.offset[:, None]).sum(axis=0)
    unknown = np.where((source.filled > source.cut)[:, None], weights, 0.0)
    edges: list[float] = []
    first, brought = [0], []
    for feature in range(source.features):
        of = source.feature == feature
        cuts = np.unique(source.cut[of])
        edges.extend(cuts.tolist())
        first.append(len(edges))
        # A piece is above every cut to its left.
        above = np.arange(len(cuts) + 1)[:, None] > np.searchsorted(cuts, source.cut[of])
        brought.append(above @ weights[of] - unknown[of].sum(axis=0))
    return {
        "edges": np.asarray(edges),
        "first": np.asarray(first),
        "brought": np.concatenate(brought),
        "base": base + unknown.sum(axis=0),
    }


def _trees(read: _Reading, names: Names, given: Given) -> Parts:
    arrays = grown(given, _columns_of(read, names[0]))
    return (_Part(arrays, _end(given, len(arrays["base"]))),)


def _end(given: Given, outputs: int) -> str:
    """How scores end; of one output or two only a logistic end says what the other class is."""
    end = _ENDS.get(given["post_transform"])
    if end is None or (outputs == 1 and end != "logistic") or (outputs > 2 and end == "logistic"):
        raise NotTold
    return end


def _pass_on(read: _Reading, names: Names, _: Given) -> Parts:
    return _parts_of(read, names[0])


def _make_whole(read: _Reading, names: Names, _: Given) -> Parts:
    parts = _parts_of(read, names[0])
    if any(part.end != "softmax" for part in parts):
        raise NotTold
    return parts


def _weigh(read: _Reading, names: Names, _: Given) -> Parts:
    weight = float(read.constants[names[1]].item())
    parts = _parts_of(read, names[0])
    return tuple(replace(part, weight=part.weight * weight) for part in parts)


def _mean(read: _Reading, names: Names, _: Given) -> Parts:
    return tuple(part for name in names for part in _parts_of(read, name))


def _bound(read: _Reading, names: Names, _: Given) -> Parts:
    read.floor = float(read.constants[names[1]])
    return _parts_of(read, names[0])


def _soften(read: _Reading, names: Names, _: Given) -> Parts:
    read.temperature = float(read.constants[names[1]])
    return _parts_of(read, names[0])


_NODES: Mapping[str, Callable[[_Reading, Names, Given], Columns | Parts]] = {
    "ArrayFeatureExtractor": _choose,
    "Imputer": _fill,
    "Concat": _join,
    "Scaler": _scale,
    "Binarizer": _cut,
    "LinearClassifier": _lines,
    "TreeEnsembleClassifier": _trees,
    "Normalizer": _make_whole,
    "Mul": _weigh,
    "Sum": _mean,
    "Max": _bound,
    "Log": _pass_on,
    "Div": _soften,
    "Softmax": _pass_on,
}


def _answers_alike(model: bytes, ours: Stepwise) -> bool:
    """Whether both answer drawn patients alike, of whom a part of the evidence is known."""
    draw = np.random.default_rng(_SEED)
    told = [_values(ours, feature) for feature in range(ours.features)]
    rows = np.stack([draw.choice(values, _PATIENTS) for values in told], axis=1)
    rows[draw.random(rows.shape) > _KNOWN] = np.nan
    (theirs,) = session_from(model).run(["probabilities"], {"features": rows})
    found = np.stack([ours.answer(_known(row)) for row in rows])
    return bool(np.abs(found - theirs).max() <= _ALIKE)


def _values(ours: Stepwise, feature: int) -> NDArray[np.float32]:
    """What to draw for a feature: absent, present, and wherever it is cut.

    A tree is cut by a float32, which a patient may have; a table by a mean and its standard
    deviations, which nobody has to the last digit, so that either side is drawn.
    """
    drawn = {0.0, 1.0}
    for part in ours.parts:
        if isinstance(part, Trees):
            drawn.update(part.cuts[feature])
        elif isinstance(part, Tables) and part.cuts[feature]:
            ends = [part.cuts[feature][0] - 1, *part.cuts[feature], part.cuts[feature][-1] + 1]
            drawn.update((low + high) / 2 for low, high in pairwise(ends))
    return np.asarray(sorted(drawn), np.float32)


def _known(row: NDArray[np.float32]) -> dict[int, float]:
    return {place: value for place, value in enumerate(row.tolist()) if value == value}
