"""What somebody would serve a model with instead: FastAPI with joblib and pandas, or MLflow.

Both are given one scikit-learn pipeline, the make of ours; so is our bundle, as ONNX.
"""

import os
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from fastapi import FastAPI

from ml.cohort.dataset import Dataset
from ml.export.graph import to_onnx
from ml.export.pack import Model, write
from ml.models.candidates import candidates
from ml.problems import PROBLEMS
from ml.serving.bundle import Bundle

PROBLEM = "arbovirus"
ROWS = 4_000


def fitted(bundle: Bundle) -> Any:  # noqa: ANN401 - scikit-learn publishes no types
    """A pipeline of the make, width and classes of the bundle's model, fitted on drawn rows."""
    about = bundle.problems[PROBLEM].about
    draw = np.random.default_rng(7)
    x = draw.integers(0, 2, (ROWS, len(about.features))).astype(np.float32)
    x[draw.random(x.shape) < 0.3] = np.nan
    y = draw.integers(0, len(about.classes), ROWS)
    nobody = np.arange(ROWS).astype(str)
    dataset = Dataset(
        PROBLEMS[PROBLEM],
        about.features,
        (0,),
        about.classes,
        x,
        y,
        nobody,
        nobody,
        np.linspace(0, 1, ROWS, endpoint=False),
        "synthetic",
        "",
    )
    blend = next(one for one in candidates(dataset) if one.name == "blend")
    return blend.make().fit(x, y)


def with_the_same(bundle: Bundle, pipeline: object, folder: Path) -> Bundle:
    """A copy of our bundle in `folder` whose model is that same pipeline."""
    models = []
    for name, problem in bundle.problems.items():
        onnx = (bundle.folder / name / "model.onnx").read_bytes()
        if name == PROBLEM:
            onnx = to_onnx(pipeline, 1.0, len(problem.about.features))
        models.append(Model(problem.about, onnx, problem.card))
    return write(folder, models, bundle.vocabulary, bundle.history)


def keep_for_mlflow(pipeline: object, folder: Path, features: int) -> None:
    """Write the pipeline as `mlflow models serve` wants it, for rows of so many features."""
    import mlflow.sklearn
    from mlflow.models import ModelSignature
    from mlflow.types import Schema, TensorSpec

    # A row of numbers, as the pipeline learned from: given named columns instead, scikit-learn
    # warns at every request that it knows no names, and writing that takes its time.
    rows = TensorSpec(np.dtype(np.float64), (-1, features))
    signature = ModelSignature(Schema([rows]))
    trusted = [
        "ml.models.steps.Steps",
        "numpy.dtype",
        "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
        "sklearn.utils._bunch.Bunch",
    ]
    mlflow.sklearn.save_model(
        pipeline,
        folder,
        signature=signature,
        pip_requirements=["scikit-learn"],
        skops_trusted_types=trusted,
    )


def plain() -> FastAPI:
    """The service of a first tutorial: joblib, a pandas row, predict_proba."""
    import pandas as pd

    # Its own process is told by argument of uvicorn's only way: the environment.
    pipeline = joblib.load(os.environ["PEER_MODEL"])
    app = FastAPI()

    @app.post("/predict")
    def predict(row: dict[str, float | None]) -> dict[str, list[float]]:
        frame = pd.DataFrame([row], dtype="float64")
        return {"probabilities": pipeline.predict_proba(frame.to_numpy())[0].tolist()}

    return app


def trivial() -> FastAPI:
    """The least that FastAPI can do: read a JSON body, answer a little JSON."""
    app = FastAPI()

    @app.post("/")
    async def answer(given: dict[str, Any]) -> dict[str, int]:
        return {"items": len(given)}

    return app
