"""Write the sign columns of the feature models' contracts, one line a sign, from the vocabulary."""

import json
from collections.abc import Iterator
from pathlib import Path

from warehouse.errors import ContractBroken
from warehouse.vocabulary.records import Vocabulary
from warehouse.vocabulary.views import VIEWS, view_signs

BEGIN = "# signs: begin"
END = "# signs: end"


def contract_file(models: Path, view: str) -> Path:
    """The yml of a feature model inside dbt's folder of `models`."""
    return models / "features" / f"feat_encounter__{view}.yml"


def stale_contracts(vocabulary: Vocabulary, models: Path) -> dict[Path, str]:
    """The contracts that lag behind the vocabulary, each with the text it should have.

    Raise `ContractBroken` if a contract is missing or lacks the two comments that mark the place.
    """
    stale: dict[Path, str] = {}
    for view in VIEWS:
        path = contract_file(models, view)
        written = _contract(path)
        fresh = with_signs(written, sign_lines(vocabulary, view), path.name)
        if fresh != written:
            stale[path] = fresh
    return stale


def sign_lines(vocabulary: Vocabulary, view: str) -> list[str]:
    """One line of YAML per sign of a view: its name, type and meaning."""
    labels = {entry.code: entry.label_en for entry in vocabulary.symptoms}
    return [
        f"- {{name: {code}, data_type: smallint, description: {_meaning(labels[code])}}}"
        for code in view_signs(vocabulary, view)
    ]


def with_signs(contract: str, lines: list[str], name: str) -> str:
    """The contract with `lines` between its two marks; `name` is for the message if they lack."""
    return "".join(_replaced(contract.splitlines(keepends=True), lines, name))


def _replaced(contract: list[str], lines: list[str], name: str) -> Iterator[str]:
    marks = [line.strip() for line in contract]
    if marks.count(BEGIN) != 1 or marks.count(END) != 1 or marks.index(BEGIN) > marks.index(END):
        raise ContractBroken(
            f"the contract needs one line '{BEGIN}' and below it one line '{END}'",
            where=name,
            next_step="put both comments where the sign columns belong",
        )
    begin, end = marks.index(BEGIN), marks.index(END)
    indent = contract[begin][: contract[begin].index("#")]
    yield from contract[: begin + 1]
    yield from (f"{indent}{line}\n" for line in lines)
    yield from contract[end:]


def _meaning(label: str) -> str:
    # A JSON text is a YAML text too, whatever quotes or colons the label holds.
    return json.dumps(f"{label}: 1 present, 0 absent, null unknown", ensure_ascii=False)


def _contract(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ContractBroken(
            "the contract of a feature model is missing",
            where=path.name,
            next_step="write its header, keys and tests; the sign columns are generated",
        ) from error
