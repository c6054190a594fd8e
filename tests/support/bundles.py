"""A small bundle with all four problems, written in well under a second, for tests of serving.

Its models are linear, with weights set by hand so that answers are plausible and each sign works
in the direction a doctor expects; no figure in it comes from a patient.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from ml.export.pack import Model, write
from ml.problems import PROBLEMS
from ml.serving.bundle import Bundle
from ml.serving.local_levels import LocalLevels, PlaceLevels
from ml.serving.problem_file import (
    Asking,
    Broader,
    Confident,
    Conformal,
    Familiar,
    Finding,
    GroupOf,
    ProblemFile,
)
from tests.support.tiny_vocabulary import CONDITIONS, OBSERVATIONS, SIGNS, vocabulary

Weights = Mapping[str, Sequence[float]]

_CONFIDENT = Confident(threshold=0.8, precision=0.9, precision_low=0.86, coverage=0.4)

# A year of weeks that ends with 2026-W07: dengue was at its usual level, then rose to four times.
LOCAL = LocalLevels(
    source="sivigila_dengue",
    origin="synthetic",
    newest=date(2026, 2, 15),
    diseases=("dengue", "chikungunya"),
    places={
        "68001": PlaceLevels(
            level={"dengue": "." * 10 + "g" * 42 + "k", "chikungunya": "." * 10 + "g" * 42 + "e"},
            among={"dengue": "." * 10 + "i" * 43, "chikungunya": "." * 10 + "e" * 43},
        ),
        **dict.fromkeys(
            ("68276", "68307", "68547"),
            PlaceLevels(
                level={"dengue": "g" * 53, "chikungunya": "g" * 53},
                among={"dengue": "g" * 53, "chikungunya": "g" * 53},
            ),
        ),
    },
    # One has none.
    names={"68001": "Bucaramanga", "68276": "Floridablanca", "68307": "Girón"},
)

# Per feature, one weight for each class in the problem's order.
_VITALS: Weights = {
    "heart_rate_per_min": (0.8, 0.6, 0.1, -0.3, -0.5),
    "systolic_bp_mmhg": (-1.0, -0.6, 0.0, 0.3, 0.4),
    "respiratory_rate_per_min": (0.8, 0.5, 0.0, -0.2, -0.3),
    "oxygen_saturation_pct": (-1.0, -0.6, 0.0, 0.2, 0.2),
    "consciousness_avpu": (2.0, 0.8, -0.2, -0.6, -0.6),
    "chest_pain": (0.2, 1.2, 0.3, -0.6, -0.8),
    "dyspnea": (0.6, 0.9, 0.2, -0.5, -0.7),
    "age_years": (0.3, 0.3, 0.1, -0.2, -0.3),
}
_ADMISSION: Weights = {
    "age_years": (0.5, -0.5),
    "heart_rate_per_min": (0.2, -0.2),
    "systolic_bp_mmhg": (-0.2, 0.2),
    "oxygen_saturation_pct": (-0.4, 0.4),
    "arrived_by_ambulance": (0.4, -0.4),
    "previous_admissions": (0.4, -0.4),
    "dyspnea": (0.5, -0.5),
    "chest_pain": (0.3, -0.3),
    "heart_failure": (0.4, -0.4),
}
_ARBOVIRUS: Weights = {
    "age_years": (0.0, 0.1, 0.0),
    "fever": (0.6, 0.6, -0.6),
    "joint_pain": (-0.2, 1.2, -0.4),
    "arthritis": (-0.2, 1.0, -0.3),
    "myalgia": (0.5, 0.2, -0.4),
    "headache": (0.5, 0.1, -0.3),
    "rash": (0.2, 0.6, -0.3),
    "retro_orbital_pain": (0.8, 0.0, -0.3),
    "petechiae": (0.8, -0.2, -0.1),
    "nausea": (0.4, 0.0, -0.1),
    "vomiting": (0.4, -0.1, 0.0),
    "diabetes": (0.0, 0.1, 0.1),
    "days_since_onset": (-0.2, 0.3, 0.0),
}


def make_tiny_bundle(folder: Path) -> Bundle:
    """Write the bundle into `folder` (made if missing) and return it as the service reads it."""
    differential = _differential_weights()
    models = [
        _model("severity", _VITALS, bias=(-2.0, -0.5, 1.0, 0.7, -0.8)),
        _model("arbovirus", _ARBOVIRUS, bias=(0.0, 0.0, 0.2)),
        _model("differential", differential, bias=(0.0,) * len(CONDITIONS)),
        _model("admission", _ADMISSION, bias=(-0.5, 0.5)),
    ]
    signs = {model.about.name: list(model.about.features) for model in models}
    return write(folder, models, vocabulary(signs), local=LOCAL)


def _differential_weights() -> Weights:
    """Each condition's own signs speak for it, and age or sex for none."""
    weights: dict[str, list[float]] = {"age_years": [0.0] * len(CONDITIONS)}
    for position, condition in enumerate(CONDITIONS):
        for sign in condition.signs:
            weights.setdefault(sign, [-0.4] * len(CONDITIONS))[position] = 2.0
    return weights


def make_about(name: str) -> ProblemFile:
    """What the bundle says of a model of this problem that reads the age alone."""
    return _about(name, {"age_years": (0.0,)})


def _model(name: str, weights: Weights, bias: Sequence[float]) -> Model:
    card = f"# {PROBLEMS[name].question['en']}\n\nA tiny model for tests.\n"
    return Model(_about(name, weights), _linear_onnx(weights, bias), card)


def _about(name: str, weights: Weights) -> ProblemFile:
    problem = PROBLEMS[name]
    classes = problem.classes or tuple(condition.code for condition in CONDITIONS)
    return ProblemFile(
        name=name,
        question=dict(problem.question),
        kind=problem.kind,
        classes=classes,
        features=tuple(weights),
        version="1",
        trained_at="2026-01-31T12:00:00+00:00",
        git_commit="0" * 40,
        data_hash="0" * 64,
        sources=problem.sources,
        origin="synthetic",
        rows=1000,
        patients=900,
        metrics={"auc_roc": 0.8, "ece": 0.02, "accuracy": 0.7},
        baseline={"auc_roc": 0.5, "ece": 0.02, "accuracy": 0.4},
        calibration={"temperature": 1.0},
        confident=_CONFIDENT,
        broader=_broader(name),
        asking=_asking(weights, len(classes)),
        conformal=_conformal(len(classes)),
        familiar=_familiar(weights, len(classes)),
    )


def _broader(name: str) -> Broader | None:
    """The problem's own groups, of which the last is never confident."""
    groups = tuple(
        GroupOf(code=one.code, label=dict(one.label), classes=one.classes)
        for one in PROBLEMS[name].groups
    )
    if not groups:
        return None
    return Broader(
        groups=groups,
        confident=_CONFIDENT.model_copy(
            update={
                "floors": {groups[-1].code: None},
                "precision_by_answer": {groups[0].code: 0.88},
            }
        ),
    )


def _conformal(classes: int) -> Conformal:
    """A third of an even share is enough for every class but the last, which was too rare."""
    least = (1 / (3 * classes),) * (classes - 1)
    return Conformal(coverage=0.9, least=(*least, 0.0), patients=(*(50,) * (classes - 1), 4))


def _familiar(weights: Weights, classes: int) -> Familiar:
    """Measurements near their usual value are familiar, those eight steps away are not."""
    edges = {name: _scale(name) for name in weights if name in OBSERVATIONS}
    shares = ((0.001,) * classes, (0.998,) * classes, (0.001,) * classes)
    return Familiar(
        findings={
            name: Finding(edges=(usual - 8 * step, usual + 8 * step), shares=shares)
            for name, (usual, step) in edges.items()
        },
        mentions={},
        limit=10.0,
        false_alarms=0.02,
    )


def _asking(weights: Weights, classes: int) -> Asking:
    """Each finding as often present, or above its usual value, as its weight for the class says."""
    shares = {name: 1 / (1 + np.exp(-2 * np.asarray(given))) for name, given in weights.items()}
    return Asking(
        prior=(1 / classes,) * classes,
        findings={
            name: Finding(
                edges=(_scale(name)[0],),
                shares=(tuple((1 - share).tolist()), tuple(share.tolist())),
            )
            for name, share in shares.items()
        },
    )


def _linear_onnx(weights: Weights, bias: Sequence[float]) -> bytes:
    """softmax(standardised features · weights + bias), an unknown feature adding nothing."""
    scales = [_scale(name) for name in weights]
    arrays: dict[str, Any] = {
        "centre": np.asarray([centre for centre, _ in scales], dtype=np.float32),
        "spread": np.asarray([spread for _, spread in scales], dtype=np.float32),
        "weights": np.asarray(list(weights.values()), dtype=np.float32),
        "bias": np.asarray(bias, dtype=np.float32),
        "nothing": np.float32(0.0),
    }
    nodes = [
        helper.make_node("IsNaN", ["features"], ["unknown"]),
        helper.make_node("Sub", ["features", "centre"], ["centred"]),
        helper.make_node("Div", ["centred", "spread"], ["standard"]),
        helper.make_node("Where", ["unknown", "nothing", "standard"], ["filled"]),
        helper.make_node("MatMul", ["filled", "weights"], ["weighed"]),
        helper.make_node("Add", ["weighed", "bias"], ["scores"]),
        helper.make_node("Softmax", ["scores"], ["probabilities"], axis=1),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, [None, len(weights)])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [None, len(bias)])],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in arrays.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    return model.SerializeToString()


def _scale(name: str) -> tuple[float, float]:
    """Centre and spread: a usual value and a step for observations, ±1 for a sign."""
    if name in OBSERVATIONS:
        return OBSERVATIONS[name].usual, OBSERVATIONS[name].step
    assert name in SIGNS, f"{name} is in no vocabulary"
    return 0.5, 0.5
