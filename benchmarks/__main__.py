"""Run every benchmark and gather its figures: `python -m benchmarks [NAME]...`.

Each `bench_<claim>.py --json` prints one JSON object a line: claim, ours, peer, peer_name, unit,
ratio, to_reach, holds. The lines are kept in `benchmarks/results/<claim>.jsonl`, and shown in
`docs/reference/speed.md`.
"""

import json
import subprocess
import sys
from pathlib import Path

from benchmarks.written import write

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / "docs/reference/speed.md"
# The feature store's figures have a page of their own.
SHOWN = ("service", "lambda", "scoring", "training", "landing", "build")
KEYS = {"claim", "ours", "peer", "peer_name", "unit", "ratio", "to_reach", "holds"}


def figures(bench: Path) -> list[dict[str, object]]:
    """Run one benchmark; returns its figures, each checked to be complete."""
    command = [sys.executable, str(bench), "--json"]
    ran = subprocess.run(command, cwd=HERE.parent, stdout=subprocess.PIPE, text=True, check=True)
    found = [json.loads(line) for line in ran.stdout.splitlines() if line.startswith("{")]
    for figure in found:
        if set(figure) != KEYS:
            raise SystemExit(f"{bench.name}: a figure needs exactly {sorted(KEYS)}: {figure}")
    return found


def table(found: list[dict[str, object]]) -> list[str]:
    """The figures of one benchmark, for people."""
    lines = ["| claim | seen | beside | ratio | to reach | met |", "|---|---|---|---|---|---|"]
    for figure in found:
        met = "yes" if figure["holds"] else "**no**"
        lines.append(
            f"| {figure['claim']} | {figure['ours']:,} {figure['unit']} | {figure['peer']:,} "
            f"({figure['peer_name']}) | {figure['ratio']} | {figure['to_reach']} | {met} |"
        )
    return lines


def main(wanted: list[str]) -> int:
    """Run the benchmarks named, or all; returns 1 where a claim does not hold."""
    results = HERE / "results"
    results.mkdir(exist_ok=True)
    failed = 0
    for bench in sorted(HERE.glob("bench_*.py")):
        if wanted and bench.stem.removeprefix("bench_") not in wanted:
            continue
        print(f"{bench.stem} …")
        found = figures(bench)
        lines = [json.dumps(figure, ensure_ascii=False) for figure in found]
        name = bench.stem.removeprefix("bench_")
        (results / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
        if name in SHOWN:
            write(PAGE, name, table(found))
        for figure in found:
            failed += not figure["holds"]
            mark = "✔" if figure["holds"] else "✘"
            print(f"  {mark} {figure['claim']}: {figure['ratio']} (to reach {figure['to_reach']})")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
