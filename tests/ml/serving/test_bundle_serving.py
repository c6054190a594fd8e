"""The bundle as the service reads it: verified, light, and safe against damage."""

import hashlib
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from ml.problems import PROBLEMS
from ml.serving.bundle import Bundle, load
from ml.serving.explain import explain
from ml.serving.predict import Evidence, encode, predict
from tests.support.bundles import make_tiny_bundle
from warehouse.errors import BadBundle, UnknownName


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return make_tiny_bundle(tmp_path_factory.mktemp("bundle") / "bundle")


def test_every_problem_answers_with_probabilities_that_sum_to_one(bundle: Bundle) -> None:
    for name in PROBLEMS:
        answer = predict(bundle, name, Evidence(age_years=40))
        assert sum(answer.probabilities.values()) == pytest.approx(1, abs=1e-5)
        assert [p for _, p in answer.ranked] == sorted(answer.probabilities.values(), reverse=True)


def test_unknown_is_not_absent() -> None:
    row = encode(Evidence(is_female=False, signs={"fever": False}), ["fever", "rash", "is_female"])
    assert row[0, 0] == 0
    assert np.isnan(row[0, 1])
    assert row[0, 2] == 0


def test_confident_only_at_or_above_the_threshold(bundle: Bundle) -> None:
    unsure = predict(bundle, "arbovirus", Evidence())
    joints = Evidence(signs={"joint_pain": True, "arthritis": True, "rash": True, "fever": True})
    sure = predict(bundle, "arbovirus", joints)
    assert not unsure.is_confident
    assert sure.is_confident
    assert sure.ranked[0][0] == "chikungunya"


def test_reasons_name_only_what_is_known_and_point_the_right_way(bundle: Bundle) -> None:
    evidence = Evidence(age_years=45, signs={"joint_pain": True, "petechiae": True, "cough": True})
    reasons = explain(bundle, "arbovirus", evidence)
    assert reasons.answer == "chikungunya"
    assert reasons.for_[0].code == "joint_pain"
    assert "petechiae" in {reason.code for reason in reasons.against}
    assert "cough" not in {reason.code for reason in [*reasons.for_, *reasons.against]}


def test_nothing_known_gives_no_reasons(bundle: Bundle) -> None:
    reasons = explain(bundle, "severity", Evidence())
    assert not reasons.for_
    assert not reasons.against


def test_threads_share_a_bundle(bundle: Bundle) -> None:
    evidence = Evidence(age_years=70, observations={"systolic_bp_mmhg": 80})
    alone = predict(bundle, "severity", evidence)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: predict(bundle, "severity", evidence), range(200)))
    assert all(answer == alone for answer in answers)


def test_an_unknown_problem_lists_the_known_ones(bundle: Bundle) -> None:
    with pytest.raises(UnknownName, match="severity"):
        predict(bundle, "malaria", Evidence())


@pytest.mark.parametrize("file", ["vocabulary.json", "severity/model.onnx", "admission/card.md"])
def test_one_flipped_bit_is_noticed(tmp_path: Path, file: str) -> None:
    make_tiny_bundle(tmp_path / "b")
    path = tmp_path / "b" / file
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(BadBundle, match=file.rsplit("/", maxsplit=1)[-1]):
        load(tmp_path / "b")


def test_missing_folder_file_and_newer_format_are_each_named(tmp_path: Path) -> None:
    with pytest.raises(BadBundle, match="no bundle here"):
        load(tmp_path / "nowhere")
    make_tiny_bundle(tmp_path / "b")
    (tmp_path / "b/severity/card.md").unlink()
    with pytest.raises(BadBundle, match="file missing"):
        load(tmp_path / "b")
    manifest = tmp_path / "b/manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "format": 2}))
    with pytest.raises(BadBundle, match="format 2"):
        load(tmp_path / "b")


def test_a_bundle_that_says_what_only_a_newer_program_knows_is_named_so(tmp_path: Path) -> None:
    make_tiny_bundle(tmp_path / "b")
    file, manifest = tmp_path / "b/arbovirus/problem.json", tmp_path / "b/manifest.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "something_new": 1}))
    listed = json.loads(manifest.read_text())
    listed["files"]["arbovirus/problem.json"] = hashlib.sha256(file.read_bytes()).hexdigest()
    manifest.write_text(json.dumps(listed))
    with pytest.raises(BadBundle, match="too old to know something_new") as refused:
        load(tmp_path / "b")
    assert "matching version" in refused.value.next_step


def test_a_model_that_answers_more_classes_than_are_listed_is_refused(tmp_path: Path) -> None:
    make_tiny_bundle(tmp_path / "b")
    file, manifest = tmp_path / "b/arbovirus/problem.json", tmp_path / "b/manifest.json"
    about = json.loads(file.read_text())
    file.write_text(json.dumps({**about, "classes": about["classes"][:-1]}))
    listed = json.loads(manifest.read_text())
    listed["files"]["arbovirus/problem.json"] = hashlib.sha256(file.read_bytes()).hexdigest()
    manifest.write_text(json.dumps(listed))
    with pytest.raises(BadBundle, match="answers 3 classes, but 2 are listed"):
        load(tmp_path / "b")


def test_a_manifest_cannot_reach_outside_its_folder(tmp_path: Path) -> None:
    make_tiny_bundle(tmp_path / "b")
    manifest = tmp_path / "b/manifest.json"
    data = json.loads(manifest.read_text())
    data["files"]["../secret"] = "0" * 64
    manifest.write_text(json.dumps(data))
    with pytest.raises(BadBundle, match="outside the bundle"):
        load(tmp_path / "b")


def test_writing_again_replaces_the_old_bundle_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    make_tiny_bundle(tmp_path / "b")
    (tmp_path / "b/stray.txt").write_text("old")
    make_tiny_bundle(tmp_path / "b")
    assert not (tmp_path / "b/stray.txt").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["b"]


def test_serving_modules_load_nothing_heavy() -> None:
    code = (
        "import sys, ml.serving.bundle, ml.serving.predict, ml.serving.explain, ml.problems;"
        "print(sorted({m.split('.')[0] for m in sys.modules}"
        " & {'sklearn','pandas','mlflow','feast','scipy','onnx','skl2onnx','yaml','sqlalchemy'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
