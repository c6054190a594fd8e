"""Read the folder a model leaves in: verified files, light imports, ready to answer.

The folder holds `manifest.json` (format, problems, sha256 of every file), `vocabulary.json`, and
per problem `model.onnx`, `problem.json` and `card.md`. Nothing in it is ever unpickled.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

import onnxruntime as ort
from pydantic import BaseModel, ConfigDict, ValidationError

from ml.likelihoods import Likelihoods
from ml.problems import Kind
from warehouse.errors import BadBundle

FORMAT = 1
_EXPORT_AGAIN = "semia export"

_Model = TypeVar("_Model", bound=BaseModel)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ConfidentFrom(_Strict):
    """From `known_from` known features on: the `threshold`, None where no answer is confident."""

    known_from: int
    threshold: float | None


class Confident(_Strict):
    """When an answer may be called confident.

    `threshold` is the least probability of the first answer; `precision` and `coverage` are what
    it gave on held-out patients (share right among confident answers, share of patients with
    one), `precision_low` the Clopper-Pearson 95 % lower bound behind the choice of threshold.
    `levels`, where there are any, give each amount of evidence a threshold of its own, least
    evidence first; `threshold` is then the least of them. `precision_told_little` and
    `coverage_told_little` are the same figures for those patients with most evidence hidden.
    """

    threshold: float
    precision: float
    precision_low: float
    coverage: float
    levels: tuple[ConfidentFrom, ...] = ()
    precision_told_little: float | None = None
    coverage_told_little: float | None = None


class Finding(_Strict):
    """Inner `edges` between a feature's values, and `shares` [values][classes] of patients."""

    edges: tuple[float, ...]
    shares: tuple[tuple[float, ...], ...]


class Asking(_Strict):
    """What `ml.likelihoods` asks by: each class's share, and each finding's within the classes."""

    prior: tuple[float, ...]
    findings: Mapping[str, Finding]


class ProblemFile(_Strict):
    """What `problem.json` says of one model; `features` are the model's inputs, in order."""

    name: str
    question: Mapping[Literal["es", "en"], str]
    kind: Kind
    classes: tuple[str, ...]
    features: tuple[str, ...]
    version: str
    trained_at: str
    git_commit: str
    data_hash: str
    sources: tuple[str, ...]
    origin: Literal["public", "synthetic"]
    rows: int
    patients: int
    metrics: Mapping[str, float]
    baseline: Mapping[str, float]
    calibration: Mapping[str, float]
    confident: Confident | None
    asking: Asking | None = None


class Manifest(_Strict):
    """The list of everything in the bundle; `files` maps a relative path to its sha256."""

    format: int
    created_at: str
    problems: tuple[str, ...]
    files: Mapping[str, str]


@dataclass(frozen=True)
class BundledProblem:
    """One model ready to answer: what is said of it, its session and its card (Markdown).

    `likelihoods` says what to ask next; None for a model that was trained before it was counted.
    """

    about: ProblemFile
    session: ort.InferenceSession
    card: str
    likelihoods: Likelihoods | None = None


@dataclass(frozen=True)
class Bundle:
    """Everything the service needs; safe to share between threads."""

    folder: Path
    manifest: Manifest
    vocabulary: Mapping[str, Any]
    problems: Mapping[str, BundledProblem]
    version: str


def load(folder: Path) -> Bundle:
    """Read and verify the bundle in `folder`; raise `BadBundle` saying which file is wrong."""
    manifest = _read_manifest(folder / "manifest.json")
    contents = {path: _verified(folder, path, sha) for path, sha in manifest.files.items()}
    vocabulary = _parse(folder / "vocabulary.json", _take(folder, contents, "vocabulary.json"))
    problems = {name: _problem(folder, name, contents) for name in manifest.problems}
    version = hashlib.sha256("".join(sorted(manifest.files.values())).encode()).hexdigest()[:12]
    return Bundle(folder, manifest, vocabulary, problems, version)


def session_from(model: bytes, where: str = "model.onnx") -> ort.InferenceSession:
    """An inference session on one thread: rows are few, and threads would only wait."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime publishes no common base for what it raises
        raise BadBundle("not a model", where=where, next_step=_EXPORT_AGAIN) from error


def likelihoods_of(asking: Asking | None) -> Likelihoods | None:
    """What to ask by, ready to reckon with; None for a model that was never counted for."""
    if asking is None:
        return None
    edges = {code: finding.edges for code, finding in asking.findings.items()}
    shares = {code: finding.shares for code, finding in asking.findings.items()}
    return Likelihoods.of(asking.prior, edges, shares)


def _read_manifest(path: Path) -> Manifest:
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise BadBundle(
            "no bundle here", where=str(path.parent), next_step=_EXPORT_AGAIN
        ) from error
    except OSError as error:
        advice = "check the folder's permissions"
        raise BadBundle("bundle not readable", where=str(path), next_step=advice) from error
    data = _parse(path, content)
    if data.get("format") != FORMAT:
        raise BadBundle(
            f"bundle format {data.get('format')!r}, but this program reads format {FORMAT}",
            where=str(path),
            next_step=f"install the matching version, or {_EXPORT_AGAIN}",
        )
    return _checked(Manifest, data, path)


def _verified(folder: Path, relative: str, sha256: str) -> bytes:
    path = folder / relative
    if not path.resolve().is_relative_to(folder.resolve()):
        raise BadBundle("a file outside the bundle", where=relative, next_step=_EXPORT_AGAIN)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadBundle("file missing", where=str(path), next_step=_EXPORT_AGAIN) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise BadBundle(
            "file is not the one that was exported", where=str(path), next_step=_EXPORT_AGAIN
        )
    return content


def _problem(folder: Path, name: str, contents: Mapping[str, bytes]) -> BundledProblem:
    where = folder / name / "problem.json"
    about = _checked(
        ProblemFile, _parse(where, _take(folder, contents, f"{name}/problem.json")), where
    )
    model = f"{name}/model.onnx"
    session = session_from(_take(folder, contents, model), where=str(folder / model))
    if session.get_inputs()[0].shape[1] != len(about.features):
        raise BadBundle(
            "model and feature list differ in width", where=str(where), next_step=_EXPORT_AGAIN
        )
    card = _take(folder, contents, f"{name}/card.md").decode()
    return BundledProblem(about, session, card, likelihoods_of(about.asking))


def _take(folder: Path, contents: Mapping[str, bytes], relative: str) -> bytes:
    if relative not in contents:
        raise BadBundle(
            "file not listed in the manifest",
            where=str(folder / relative),
            next_step=_EXPORT_AGAIN,
        )
    return contents[relative]


def _parse(path: Path, content: bytes) -> dict[str, Any]:
    try:
        data = json.loads(content)
    except ValueError as error:
        raise BadBundle("not JSON", where=str(path), next_step=_EXPORT_AGAIN) from error
    if not isinstance(data, dict):
        raise BadBundle("not a JSON object", where=str(path), next_step=_EXPORT_AGAIN)
    return data


def _checked(model: type[_Model], data: dict[str, Any], path: Path) -> _Model:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise BadBundle(
            f"{field}: {first['msg']}", where=str(path), next_step=_EXPORT_AGAIN
        ) from error
