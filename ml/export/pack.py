"""Write the folder a model leaves in, whole or not at all; `ml.serving.bundle` reads it back."""

import hashlib
import json
import shutil
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ml.export.graph_parts import unfold
from ml.serving.bundle import FORMAT, HISTORY_FILE, LOCAL_FILE, STEPS_FILE, Bundle, load
from ml.serving.local_levels import LocalLevels
from ml.serving.problem_file import Manifest, ProblemFile
from ml.serving.serving_plan import ServingPlan
from warehouse.errors import DiskFull


@dataclass(frozen=True)
class Model:
    """One model on its way out: what is said of it, the ONNX file's bytes, its card (Markdown).

    `beside` holds further files of the card, by name: its pages and pictures.
    """

    about: ProblemFile
    onnx: bytes
    card: str
    beside: Mapping[str, str] = field(default_factory=dict)


def write(
    folder: Path,
    models: Sequence[Model],
    vocabulary: Mapping[str, Any],
    history: ServingPlan | None = None,
    local: LocalLevels | None = None,
) -> Bundle:
    """Write a bundle beside `folder`, verify it, swap it in; the old one stays until then.

    Raises `DiskFull` where it cannot be written and `BadBundle` where it cannot be read back.
    """
    files = _files(models, vocabulary, history, local)
    return _written(folder, files, [model.about.name for model in models])


def say_again(folder: Path, about: ProblemFile) -> Bundle:
    """Write the bundle in `folder` anew with other words on one of its models, all else as it is.

    Raises `BadBundle` where there is none that holds such a model, else what `write` does.
    """
    found = load(folder)
    files = {name: (folder / name).read_bytes() for name in found.manifest.files}
    files[f"{about.name}/problem.json"] = _json(about.model_dump(mode="json"))
    return _written(folder, files, found.manifest.problems)


def _written(folder: Path, files: Mapping[str, bytes], problems: Sequence[str]) -> Bundle:
    fresh = folder.with_name(f".{folder.name}-{uuid.uuid4().hex[:8]}")
    try:
        _fill(fresh, files, problems)
        load(fresh)
        _swap(fresh, folder)
    except OSError as error:
        raise DiskFull(
            f"the bundle could not be written: {error.strerror}",
            where=str(folder),
            next_step="make room or set SEMIA_BUNDLE to another folder, then semia export",
        ) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return load(folder)


def _files(
    models: Sequence[Model],
    vocabulary: Mapping[str, Any],
    history: ServingPlan | None,
    local: LocalLevels | None,
) -> dict[str, bytes]:
    files = {"vocabulary.json": _json(vocabulary)}
    if history is not None:
        files[HISTORY_FILE] = _json(history.model_dump(mode="json"))
    if local is not None:
        files[LOCAL_FILE] = _json(local.model_dump(mode="json"))
    for model in models:
        name = model.about.name
        files[f"{name}/model.onnx"] = model.onnx
        if steps := unfold(model.onnx):
            files[f"{name}/{STEPS_FILE}"] = steps
        files[f"{name}/problem.json"] = _json(model.about.model_dump(mode="json"))
        files[f"{name}/card.md"] = model.card.encode()
        files |= {f"{name}/{file}": text.encode() for file, text in model.beside.items()}
    return files


def _fill(folder: Path, files: Mapping[str, bytes], problems: Sequence[str]) -> None:
    for relative, content in files.items():
        path = folder / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    manifest = Manifest(
        format=FORMAT,
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        problems=tuple(problems),
        files={path: hashlib.sha256(content).hexdigest() for path, content in files.items()},
    )
    (folder / "manifest.json").write_bytes(_json(manifest.model_dump(mode="json")))


def _swap(fresh: Path, folder: Path) -> None:
    """Put `fresh` where `folder` is: two renames, so a reader sees the old or the new one."""
    old = fresh.with_name(f"{fresh.name}-old")
    if folder.exists():
        folder.replace(old)
    fresh.replace(folder)
    shutil.rmtree(old, ignore_errors=True)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, default=dict).encode()
