"""A model made by encounter reads, of what is made by encounter too, the rows that changed alone.

A line that is forgotten gives the same rows, only slowly: no other test sees it.
"""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# What a model says of the rows that are made again.
SAID = re.compile(r"\bonly_(?:changed|found)\([^)]*\)")
READ = re.compile(r"\{\{ ref\('(\w+)'\) \}\}( as \w+)?\n(\s*\{\{ only_changed\([^)]*\) \}\})?")
# Model, what it reads whole, and why it may.
WHOLE = {
    ("feat_patient__conditions", "fct_symptoms"): "looked up visit by visit of the persons",
    ("feat_patient__last_vitals", "fct_evidence"): "joined to the visits of the persons",
    ("int_symptoms__counted", "fct_encounters"): "its block is told first, then who is in one",
    ("int_symptoms__counted", "fct_symptoms"): "joined to the encounters of the blocks",
    **dict.fromkeys(
        (
            (f"spine_{problem}", "fct_labels")
            for problem in ("admission", "arbovirus", "differential", "severity")
        ),
        "read twice: once whole, to know whether there is anything to learn from",
    ),
}


def models(folder: Path) -> dict[Path, str]:
    return {path: path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.sql"))}


def read_whole(found: dict[Path, str]) -> dict[tuple[str, str], str]:
    """Model and what it reads without `only_changed`, each with what to write where."""
    by_encounter = {path.stem for path, text in found.items() if SAID.search(text)}
    return {
        (path.stem, read): (
            f"{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path.name}: write "
            f"{{{{ only_changed() }}}} below `select * from {{{{ ref('{read}') }}}}`, as the model "
            "is made by encounter and so is what it reads; or say in WHOLE why it may not"
        )
        for path, text in found.items()
        if path.stem in by_encounter
        for read, _, is_said in READ.findall(text)
        if read in by_encounter and not is_said
    }


def test_what_is_made_by_encounter_is_read_with_only_changed() -> None:
    found = read_whole(models(ROOT / "dbt_project/models"))
    assert [said for pair, said in found.items() if pair not in WHOLE] == []
    assert set(WHOLE) - set(found) == set()


def test_a_forgotten_line_is_told_with_its_file_and_what_to_write(tmp_path: Path) -> None:
    said = "\n    {{ only_changed() }}"
    (tmp_path / "fct_b.sql").write_text(f"select * from {{{{ ref('seed') }}}}{said}\n")
    (tmp_path / "fct_c.sql").write_text(
        f"select * from {{{{ ref('fct_b') }}}}{said}\nselect * from {{{{ ref('fct_a') }}}}\n"
    )
    (tmp_path / "fct_a.sql").write_text(f"select * from {{{{ ref('seed') }}}}{said}\n")
    found = read_whole(models(tmp_path))
    assert set(found) == {("fct_c", "fct_a")}
    assert "fct_c.sql: write {{ only_changed() }} below" in found["fct_c", "fct_a"]
    assert "ref('fct_a')" in found["fct_c", "fct_a"]
