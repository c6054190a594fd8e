"""Write the README's table of results from a bundle: `python -m benchmarks.results_table BUNDLE`.

The figures are those of the run that made the bundle, on patients its models never saw; nothing
in the table is typed by hand.
"""

import argparse
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

README = Path(__file__).resolve().parents[1] / "README.md"
BETWEEN = re.compile(r"(<!-- results: begin -->\n).*(<!-- results: end -->)", re.DOTALL)
COLUMNS = [
    "question",
    "learned from",
    "AUC-ROC",
    "baseline",
    "accuracy",
    "baseline",
    "calibration error",
    "answered alone at ≥ 85 % precision",
]
HEADER = f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}\n"


def row(about: Mapping[str, Any]) -> str:
    """One problem's line: the figures of its model beside those of always saying the same."""
    metrics, baseline, confident = about["metrics"], about["baseline"], about["confident"]
    alone = f"{confident['coverage']:.0%} of patients" if confident else "none: it says so"
    cells = [
        f"`{about['name']}`: {about['question']['en']}",
        f"{about['rows']:,} encounters ({', '.join(about['sources'])})",
        f"**{metrics['auc_roc']:.3f}**",
        f"{baseline['auc_roc']:.3f}",
        f"**{metrics['accuracy']:.3f}**",
        f"{baseline['accuracy']:.3f}",
        f"{metrics['ece']:.3f}",
        alone,
    ]
    return f"| {' | '.join(cells)} |\n"


def table(bundle: Path) -> str:
    """The table for every problem of `bundle`, with where and when its figures come from."""
    manifest = json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))
    abouts = [
        json.loads((bundle / name / "problem.json").read_text(encoding="utf-8"))
        for name in manifest["problems"]
    ]
    origins = sorted({about["origin"] for about in abouts})
    said = {"public": "the public files", "synthetic": "SYNTHETIC files"}
    learned = " and ".join(said[origin] for origin in origins)
    return (
        HEADER
        + "".join(row(about) for about in abouts)
        + f"\nWritten by `make results` from {learned} on {manifest['created_at'][:10]}, on"
        " patients no model had seen.\nThe baseline gives everybody the same answer, by how common"
        " each class is.\n"
        "What each figure means: [metrics](docs/reference/metrics.md).\n"
    )


def main() -> int:
    """Replace what stands between the README's result marks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundle", type=Path)
    text = README.read_text(encoding="utf-8")
    written, found = BETWEEN.subn(
        lambda marks: marks[1] + table(parser.parse_args().bundle) + marks[2], text
    )
    if found != 1:
        sys.stderr.write("README.md has no result marks\n")
        return 1
    README.write_text(written, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
