"""A fitted pipeline and its temperature as one ONNX graph, checked against scikit-learn."""

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from ml.models.bayes import KnownBayes
from ml.models.steps import Steps
from ml.serving.bundle import session_from
from ml.training.thresholds import FLOOR, soften
from warehouse.errors import BadBundle

MOST_DIFFERENCE = 1e-5
_OPSET = {"": 17, "ai.onnx.ml": 3}


def to_onnx(pipeline: Pipeline, temperature: float, width: int) -> bytes:
    """The file: input `features` float32 [n, width], output `probabilities` [n, classes].

    Of many classes a leaf knows a few, and skl2onnx writes a nought for each of the others: they
    are left out, which makes the model of 49 classes a tenth as large and as slow to load. The
    pipeline's own cuts become numbers that the file can hold, which changes none of its answers.
    """
    from skl2onnx import convert_sklearn, update_registered_converter
    from skl2onnx.common.data_types import FloatTensorType
    from skl2onnx.common.shape_calculator import calculate_linear_classifier_output_shapes
    from skl2onnx.helpers.onnx_helper import select_model_inputs_outputs

    _hold_cuts(pipeline)
    update_registered_converter(
        KnownBayes,
        "SemiaKnownBayes",
        calculate_linear_classifier_output_shapes,
        _bayes_node,
        options={name: [True, False] for name in ("nocl", "zipmap", "output_class_labels")},
    )
    update_registered_converter(Steps, "SemiaSteps", _steps_shape, _steps_nodes)
    with warnings.catch_warnings():
        # skl2onnx hands booleans where protobuf wants whole numbers; its value is the same.
        warnings.filterwarnings("ignore", "Field onnx.AttributeProto", DeprecationWarning)
        model = convert_sklearn(
            pipeline,
            # Left out, the name is drawn by lot, and no two files of one model are the same.
            name="semia",
            initial_types=[("features", FloatTensorType([None, width]))],
            options={id(pipeline): {"zipmap": False, "output_class_labels": False}},
            target_opset=_OPSET,
        )
    model = select_model_inputs_outputs(model, ["probabilities"])
    for node in model.graph.node:
        if node.op_type == "TreeEnsembleClassifier":
            _leave_noughts_out(node)
    return bytes(_softened(model, temperature).SerializeToString())


def _bayes_node(scope: Any, operator: Any, container: Any) -> None:  # noqa: ANN401 - no types
    """Naive Bayes over bits is a linear classifier whose weights are its log-ratios."""
    model = operator.raw_operator
    container.add_node(
        "LinearClassifier",
        operator.inputs[0].full_name,
        [output.full_name for output in operator.outputs],
        op_domain="ai.onnx.ml",
        name=scope.get_unique_operator_name("LinearClassifier"),
        classlabels_ints=model.classes_.tolist(),
        coefficients=model.coef_.ravel().tolist(),
        intercepts=model.intercept_.tolist(),
        multi_class=1,
        post_transform="SOFTMAX",
    )


def _steps_shape(operator: Any) -> None:  # noqa: ANN401 - no types
    """As many columns as there are steps."""
    given = operator.inputs[0].type
    steps = len(operator.raw_operator.cuts_)
    operator.outputs[0].type = type(given)([given.shape[0], steps])


def _steps_nodes(scope: Any, operator: Any, container: Any) -> None:  # noqa: ANN401 - no types
    """A measurement less a cut is above nought just where the measurement is above the cut."""
    from onnx import TensorProto

    made = operator.raw_operator
    at, chosen, shifted = map(scope.get_unique_variable_name, ("at", "chosen", "shifted"))
    container.add_initializer(at, TensorProto.INT64, [len(made.columns_)], made.columns_.tolist())
    nodes: tuple[tuple[str, list[str], str, dict[str, Any]], ...] = (
        ("ArrayFeatureExtractor", [operator.inputs[0].full_name, at], chosen, {}),
        (
            "Scaler",
            [chosen],
            shifted,
            {"offset": made.cuts_.tolist(), "scale": [1.0] * len(made.cuts_)},
        ),
        ("Binarizer", [shifted], operator.outputs[0].full_name, {"threshold": 0.0}),
    )
    for kind, read, written, given in nodes:
        name = scope.get_unique_operator_name(kind)
        container.add_node(kind, read, [written], op_domain="ai.onnx.ml", name=name, **given)


def _hold_cuts(model: Any) -> None:  # noqa: ANN401 - sklearn has no types
    """Round the cuts of boosted trees within `model` down to float32, which ONNX cuts by.

    Rounded to the nearest, a cut between 36.46 and 36.48 becomes the float32 of 36.47 itself, and
    a patient who has just that goes the other way. A float32 is at most a cut exactly where it is
    at most the next float32 below.
    """
    parts = [step for _, step in getattr(model, "steps", ())]
    for part in (*parts, *getattr(model, "estimators_", ())):
        _hold_cuts(part)
    for tree in (tree for trees in getattr(model, "_predictors", ()) for tree in trees):
        cuts = tree.nodes["num_threshold"]
        nearest = cuts.astype(np.float32)
        below = np.nextafter(nearest, np.float32(-np.inf))
        tree.nodes["num_threshold"] = np.where(nearest > cuts, below, nearest)


def _leave_noughts_out(node: Any) -> None:  # noqa: ANN401 - onnx publishes no types
    """Keep of each leaf the weights that are not nought, and one in any case."""
    held = {one.name: one for one in node.attribute}
    weights = np.asarray(held["class_weights"].floats)
    leaves = np.stack([held["class_treeids"].ints, held["class_nodeids"].ints])
    is_first = np.zeros(len(weights), dtype=np.bool_)
    is_first[np.unique(leaves, axis=1, return_index=True)[1]] = True
    kept = np.flatnonzero((weights != 0) | is_first).tolist()
    for name in ("class_weights", "class_treeids", "class_nodeids", "class_ids"):
        values = held[name].floats if name == "class_weights" else held[name].ints
        some = [values[position] for position in kept]
        del values[:]
        values.extend(some)


def difference(
    model: bytes, pipeline: Pipeline, temperature: float, x: NDArray[np.float32]
) -> float:
    """The largest gap between the graph's probabilities and scikit-learn's, over every row."""
    (ours,) = session_from(model).run(["probabilities"], {"features": x})
    theirs = soften(pipeline.predict_proba(x), temperature)
    return float(np.abs(ours - theirs).max())


def refuse_difference(found: float, problem: str) -> None:
    """Raise `BadBundle` when graph and pipeline answer differently: such a model never leaves."""
    if not found <= MOST_DIFFERENCE:
        raise BadBundle(
            f"the ONNX model of {problem} differs from scikit-learn by {found:.2g}, and may by at"
            f" most {MOST_DIFFERENCE:g}",
            where="ml/export/graph.py",
            next_step=f"semia train {problem}, or report which version of skl2onnx this is",
        )


def _softened(model: Any, temperature: float) -> Any:  # noqa: ANN401 - onnx publishes no types
    """Append the temperature: probabilities → logarithm → divided → softmax."""
    from onnx import TensorProto, helper

    graph = model.graph
    for node in graph.node:
        for position, name in enumerate(node.output):
            if name == "probabilities":
                node.output[position] = "raw_probabilities"
    graph.initializer.extend(
        [
            helper.make_tensor("floor", TensorProto.FLOAT, [], [FLOOR]),
            helper.make_tensor("temperature", TensorProto.FLOAT, [], [temperature]),
        ]
    )
    graph.node.extend(
        [
            helper.make_node("Max", ["raw_probabilities", "floor"], ["bounded"]),
            helper.make_node("Log", ["bounded"], ["scores"]),
            helper.make_node("Div", ["scores", "temperature"], ["softened"]),
            helper.make_node("Softmax", ["softened"], ["probabilities"], axis=1),
        ]
    )
    return model
