import shutil
from pathlib import Path

import pytest
import yaml

from warehouse.errors import ContractBroken
from warehouse.vocabulary import SEEDS, VIEWS, Vocabulary, view_signs
from warehouse.vocabulary.__main__ import main
from warehouse.vocabulary.columns import BEGIN, END, contract_file, sign_lines, with_signs

MODELS = SEEDS.parents[1] / "models"
CONTRACT = f"""\
columns:
  - name: encounter_id
  {BEGIN}
  - {{name: old, data_type: smallint}}
  {END}
  - name: kept
"""


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A copy of the contracts, none of which has sign columns yet."""
    for view in VIEWS:
        path = contract_file(tmp_path, view)
        path.parent.mkdir(exist_ok=True)
        path.write_text(CONTRACT, encoding="utf-8")
    return tmp_path


def test_the_contracts_of_the_project_are_fresh() -> None:
    assert main(["--check"]) == 0


@pytest.mark.parametrize("view", list(VIEWS))
def test_a_contract_has_one_column_a_sign_and_stays_short(
    vocabulary: Vocabulary, view: str
) -> None:
    text = contract_file(MODELS, view).read_text(encoding="utf-8")
    columns = yaml.safe_load(text)["models"][0]["columns"]
    signs = [column for column in columns if column["data_type"] == "smallint"]
    assert [column["name"] for column in signs] == view_signs(vocabulary, view)
    assert all(column["description"] for column in signs)
    assert len(text.splitlines()) <= 300


def test_only_what_is_between_the_marks_changes() -> None:
    fresh = with_signs(CONTRACT, ["- {name: new}"], "a.yml")
    assert fresh == CONTRACT.replace("- {name: old, data_type: smallint}", "- {name: new}")
    assert with_signs(fresh, ["- {name: new}"], "a.yml") == fresh


def test_labels_with_quotes_and_colons_stay_yaml(vocabulary: Vocabulary) -> None:
    text = "\n".join(sign_lines(vocabulary, "differential_signs"))
    columns = {column["name"]: column for column in yaml.safe_load(text)}
    assert columns["fever"]["description"] == "Fever: 1 present, 0 absent, null unknown"


@pytest.mark.parametrize(
    "contract",
    ["columns: []\n", f"{BEGIN}\n", f"{END}\n{BEGIN}\n", f"{BEGIN}\n{END}\n{BEGIN}\n{END}\n"],
)
def test_a_contract_without_its_marks_is_refused(contract: str) -> None:
    with pytest.raises(ContractBroken, match=r"a\.yml"):
        with_signs(contract, [], "a.yml")


def test_checking_changes_nothing_and_writing_freshens(
    models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--check", "--models", str(models)]) == 1
    assert "triage_signs.yml is stale. Next: python -m" in capsys.readouterr().err
    assert contract_file(models, "triage_signs").read_text(encoding="utf-8") == CONTRACT
    assert main(["--models", str(models)]) == 0
    assert "fever" in contract_file(models, "triage_signs").read_text(encoding="utf-8")
    assert main(["--check", "--models", str(models)]) == 0


def test_a_missing_contract_is_one_line(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    contract_file(models, "arbovirus_signs").unlink()
    assert main(["--models", str(models)]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_a_changed_seed_makes_contracts_stale(models: Path, tmp_path: Path) -> None:
    seeds = tmp_path / "seeds"
    shutil.copytree(SEEDS, seeds)
    main(["--models", str(models), "--seeds", str(seeds)])
    path = seeds / "symptoms.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",Fever,", ",Fevers,"), "utf-8")
    assert main(["--check", "--models", str(models), "--seeds", str(seeds)]) == 1
