"""`python -m warehouse.vocabulary [--check]`: keep the generated sign columns fresh."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from warehouse.errors import SemiaError
from warehouse.vocabulary.columns import stale_contracts
from warehouse.vocabulary.read import SEEDS, load_vocabulary


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the contracts that lag behind, or with `--check` only name them and return 1."""
    parser = argparse.ArgumentParser(prog="python -m warehouse.vocabulary", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; 1 if stale")
    parser.add_argument("--seeds", type=Path, default=SEEDS, help="folder of the seeds")
    parser.add_argument(
        "--models", type=Path, default=SEEDS.parents[1] / "models", help="folder of dbt models"
    )
    options = parser.parse_args(arguments)
    try:
        return _freshen(options.seeds, options.models, check=options.check)
    except SemiaError as error:
        sys.stderr.write(f"{error.one_line()}\n")
        return 1


def _freshen(seeds: Path, models: Path, *, check: bool) -> int:
    stale = stale_contracts(load_vocabulary(seeds), models)
    for path, text in stale.items():
        if check:
            sys.stderr.write(f"{path.name} is stale. Next: python -m warehouse.vocabulary\n")
        else:
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"wrote {path.name}\n")
    return 1 if check and stale else 0


if __name__ == "__main__":
    raise SystemExit(main())
