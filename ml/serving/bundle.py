"""Read the folder a model leaves in: verified files, light imports, ready to answer.

The folder holds `manifest.json` (format, problems, sha256 of every file), `vocabulary.json`,
`history.json` where there is a feature store to read patients' history from, `local_levels.json`
where cases are notified, and per problem `model.onnx`, `problem.json`, `card.md` with its pages and
pictures, and `model.steps` to answer one patient at a time. Nothing in it is ever unpickled.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from pydantic import BaseModel, ValidationError

from ml.serving.arrays import unpacked
from ml.serving.broader import Places, places
from ml.serving.inquiry import Inquiry
from ml.serving.likelihoods import Likelihoods
from ml.serving.local_levels import LocalLevels
from ml.serving.problem_file import Asking, Familiar, Manifest, ProblemFile
from ml.serving.serving_plan import ServingPlan
from ml.serving.stepwise import Stepwise, stepwise_of
from ml.serving.strange import Familiarity
from warehouse.errors import BadBundle

if TYPE_CHECKING:
    import onnxruntime as ort

FORMAT = 1
HISTORY_FILE = "history.json"
LOCAL_FILE = "local_levels.json"
STEPS_FILE = "model.steps"
_EXPORT_AGAIN = "semia export"
_OTHER_VERSION = f"install the matching version, or {_EXPORT_AGAIN}"

_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True)
class BundledProblem:
    """One model ready to answer: what is said of it, its ONNX file and its card (Markdown).

    `likelihoods` says what to ask next and `familiarity` who is strange; each is None for a model
    that was trained before it was counted. `stepwise` answers one patient in a part of the time
    that the session takes; None for a model that is more than trees and lines.
    """

    about: ProblemFile
    onnx: bytes
    card: str
    likelihoods: Likelihoods | None = None
    familiarity: Familiarity | None = None
    stepwise: Stepwise | None = None

    @cached_property
    def columns(self) -> Mapping[str, int]:
        """The column of each feature: of three hundred a doctor tells ten, which are looked up."""
        return columns_of(self.about.features)

    @cached_property
    def groups(self) -> Places:
        """Where the classes of each broader answer stand; none without a broader question."""
        broader = self.about.broader
        groups = broader.groups if broader else ()
        return places([group.classes for group in groups], self.about.classes)

    @cached_property
    def session(self) -> "ort.InferenceSession":
        """What answers many patients at once; made when first asked for.

        Importing onnxruntime and making it takes longer than all else a start needs.
        """
        return session_from(self.onnx, where=f"{self.about.name}/model.onnx")


@dataclass(frozen=True)
class Bundle:
    """Everything the service needs; safe to share between threads.

    `pages` are the cards as pages by `<problem>/card.<language>.html`; an older bundle has none.
    `history` says where a patient's earlier visits are, and `local` what is notified where; each is
    None for a bundle exported without it.
    """

    folder: Path
    manifest: Manifest
    vocabulary: Mapping[str, Any]
    problems: Mapping[str, BundledProblem]
    version: str
    pages: Mapping[str, bytes] = field(default_factory=dict)
    history: ServingPlan | None = None
    local: LocalLevels | None = None
    _inquiries: dict[frozenset[str], Inquiry] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def inquiry(self, problems: frozenset[str]) -> Inquiry | None:
        """What questions could tell of these problems; made when they are first asked together.

        None where no finding was counted for any of them.
        """
        if problems not in self._inquiries:
            counted = {
                name: one.likelihoods
                for name, one in self.problems.items()
                if name in problems and one.likelihoods is not None and one.likelihoods.findings
            }
            if not counted:
                return None
            self._inquiries[problems] = Inquiry.of(counted)
        return self._inquiries[problems]


def load(folder: Path) -> Bundle:
    """Read and verify the bundle in `folder`; raise `BadBundle` saying which file is wrong."""
    manifest = _read_manifest(folder / "manifest.json")
    contents = {path: _verified(folder, path, sha) for path, sha in manifest.files.items()}
    vocabulary = _parse(folder / "vocabulary.json", _take(folder, contents, "vocabulary.json"))
    problems = {name: _problem(folder, name, contents) for name in manifest.problems}
    version = hashlib.sha256("".join(sorted(manifest.files.values())).encode()).hexdigest()[:12]
    pages = {path: content for path, content in contents.items() if path.endswith(".html")}
    history, local = (
        _optional(ServingPlan, folder, HISTORY_FILE, contents),
        _optional(LocalLevels, folder, LOCAL_FILE, contents),
    )
    return Bundle(folder, manifest, vocabulary, problems, version, pages, history, local)


def columns_of(features: Sequence[str]) -> Mapping[str, int]:
    """The column of each feature."""
    return {code: column for column, code in enumerate(features)}


def session_from(model: bytes, where: str = "model.onnx") -> "ort.InferenceSession":
    """An inference session on one thread: rows are few, and threads would only wait."""
    import onnxruntime as ort

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
    return Likelihoods.of({code: finding.shares for code, finding in asking.findings.items()})


def familiarity_of(familiar: Familiar | None) -> Familiarity | None:
    """What is usual, ready to reckon with; None for a model that was never counted for."""
    if familiar is None:
        return None
    return Familiarity.of(
        {code: finding.edges for code, finding in familiar.findings.items()},
        {code: finding.shares for code, finding in familiar.findings.items()},
        familiar.mentions,
        familiar.kinds,
        familiar.limit,
        familiar.false_alarms,
    )


def _read_manifest(path: Path) -> Manifest:
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise BadBundle(
            "no bundle here", where=str(path.parent), next_step="semia up --prepare-only"
        ) from error
    except OSError as error:
        advice = "check the folder's permissions"
        raise BadBundle("bundle not readable", where=str(path), next_step=advice) from error
    data = _parse(path, content)
    if data.get("format") != FORMAT:
        raise BadBundle(
            f"bundle format {data.get('format')!r}, but this program reads format {FORMAT}",
            where=str(path),
            next_step=_OTHER_VERSION,
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
    about = _problem_file(where, _take(folder, contents, f"{name}/problem.json"))
    card = _take(folder, contents, f"{name}/card.md").decode()
    asking, familiar = likelihoods_of(about.asking), familiarity_of(about.familiar)
    onnx, steps = _take(folder, contents, f"{name}/model.onnx"), _steps(folder, name, contents)
    found = BundledProblem(about, onnx, card, asking, familiar, steps)
    width = steps.features if steps else found.session.get_inputs()[0].shape[1]
    if width != len(about.features):
        raise BadBundle(
            "model and feature list differ in width", where=str(where), next_step=_EXPORT_AGAIN
        )
    check_classes(_classes_answered(found), about.classes, str(where))
    return found


def check_classes(answered: int, listed: Sequence[str], where: str) -> None:
    """Raise `BadBundle` where a model answers more or fewer classes than its file lists."""
    if answered != len(listed):
        raise BadBundle(
            f"the model answers {answered} classes, but {len(listed)} are listed",
            where=where,
            next_step=f"train it again, or {_EXPORT_AGAIN}",
        )


def _classes_answered(found: BundledProblem) -> int:
    """How many probabilities the model gives for a patient of whom nothing is known."""
    if found.stepwise is not None:
        return len(found.stepwise.answer({}))
    nothing = np.full((1, len(found.about.features)), np.nan, dtype=np.float32)
    (answers,) = found.session.run(["probabilities"], {"features": nothing})
    return int(answers.shape[1])


def _problem_file(path: Path, content: bytes) -> ProblemFile:
    try:
        # A megabyte of shares: read and checked in one go, in a third of the time.
        return ProblemFile.model_validate_json(content)
    except ValidationError:
        return _checked(ProblemFile, _parse(path, content), path)


def _steps(folder: Path, name: str, contents: Mapping[str, bytes]) -> Stepwise | None:
    """The model for one patient at a time; None in a bundle that has none for it."""
    content = contents.get(f"{name}/{STEPS_FILE}")
    if content is None:
        return None
    try:
        return stepwise_of(unpacked(content))
    except (ValueError, KeyError, IndexError) as error:
        where = str(folder / name / STEPS_FILE)
        raise BadBundle("not a model", where=where, next_step=_EXPORT_AGAIN) from error


def _optional(
    model: type[_Model], folder: Path, name: str, contents: Mapping[str, bytes]
) -> _Model | None:
    """What a file says that not every bundle has."""
    if name not in contents:
        return None
    return _checked(model, _parse(folder / name, contents[name]), folder / name)


def _take(folder: Path, contents: Mapping[str, bytes], relative: str) -> bytes:
    if relative not in contents:
        where = str(folder / relative)
        raise BadBundle("file not listed in the manifest", where=where, next_step=_EXPORT_AGAIN)
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
        told, advice = f"{field}: {first['msg']}", _EXPORT_AGAIN
        if first["type"] == "extra_forbidden":
            told, advice = f"this program is too old to know {field}", _OTHER_VERSION
        raise BadBundle(told, where=str(path), next_step=advice) from error
