"""Write the READMEs' tables of results from a bundle: `python -m benchmarks.results_table BUNDLE`.

The figures are those of the run that made the bundle, on patients its models never saw; nothing
in the tables is typed by hand.
"""

import argparse
import json
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

Language = Literal["en", "es"]

ROOT = Path(__file__).resolve().parents[1]
READMES: Mapping[Language, str] = {"en": "README.md", "es": "README.es.md"}
BETWEEN = re.compile(r"(<!-- results: begin -->\n).*(<!-- results: end -->)", re.DOTALL)
COLUMNS: Mapping[Language, Sequence[str]] = {
    "en": (
        "question",
        "learned from",
        "AUC-ROC",
        "baseline",
        "accuracy",
        "baseline",
        "calibration error",
        "patients given a single answer, right at least 85 % of the time",
    ),
    "es": (
        "pregunta",
        "aprendió de",
        "AUC-ROC",
        "línea base",
        "aciertos",
        "línea base",
        "error de calibración",
        "pacientes con una respuesta única, acertada al menos el 85 % de las veces",
    ),
}
WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "rows": "{rows:,} encounters ({sources})",
        "alone": "{share:.0f}% of patients",
        "never": 'none: it always says "not sure"',
        "broader": "; {share:.0f}% are told “{label}”",
        "public": "the public files",
        "synthetic": "SYNTHETIC files",
        "and": " and ",
        "below": "Written by `make results` from {learned} on {day}; measured on held-out "
        "patients.\n"
        "The baseline answers everybody with the class frequencies of the training data.\n"
        'Patients who are not given a single answer get "not sure", with the ranked options.\n'
        "What each figure means: [metrics](docs/reference/metrics.md).\n",
    },
    "es": {
        "rows": "{rows:,} episodios ({sources})",
        "alone": "{share:.0f} % de los pacientes",
        "never": "ninguno: siempre dice «sin certeza»",
        "broader": "; al {share:.0f} % se le dice «{label}»",
        "public": "los archivos públicos",
        "synthetic": "archivos SINTÉTICOS",
        "and": " y ",
        "below": "Lo escribió `make results` con {learned} el {day}; medido en pacientes que "
        "ningún modelo había visto.\nLa línea base responde a todos con la frecuencia de cada "
        "clase en los datos de entrenamiento.\nA los demás pacientes se les dice «sin certeza», "
        "con las opciones ordenadas.\n"
        "Qué significa cada cifra: [metrics](docs/reference/metrics.md).\n",
    },
}


def row(about: Mapping[str, Any], language: Language) -> str:
    """One problem's line: the figures of its model beside those of always saying the same."""
    metrics, baseline, confident = about["metrics"], about["baseline"], about["confident"]
    words = WORDS[language]
    figures = [
        f"**{metrics['auc_roc']:.3f}**",
        f"{baseline['auc_roc']:.3f}",
        f"**{metrics['accuracy']:.3f}**",
        f"{baseline['accuracy']:.3f}",
        f"{metrics['ece']:.3f}",
    ]
    rows = words["rows"].format(rows=about["rows"], sources=", ".join(about["sources"]))
    cells = [
        f"`{about['name']}`: {about['question'][language]}",
        rows if language == "en" else rows.replace(",", ".", 1),
        *(figures if language == "en" else (figure.replace(".", ",") for figure in figures)),
        (words["alone"].format(share=100 * confident["coverage"]) if confident else words["never"])
        + _broader(about["broader"], language),
    ]
    return f"| {' | '.join(cells)} |\n"


def _broader(broader: Mapping[str, Any] | None, language: Language) -> str:
    """To how many the broader question is answered, by the answers that are given at all."""
    if broader is None or broader["confident"] is None:
        return ""
    floors = broader["confident"]["floors"]
    given = [one for one in broader["groups"] if floors.get(one["code"], 0) is not None]
    label = " / ".join(one["label"][language] for one in given)
    return WORDS[language]["broader"].format(
        share=100 * broader["confident"]["coverage"], label=label
    )


def table(bundle: Path, language: Language) -> str:
    """The table for every problem of `bundle`, with where and when its figures come from."""
    manifest = json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))
    abouts = [
        json.loads((bundle / name / "problem.json").read_text(encoding="utf-8"))
        for name in manifest["problems"]
    ]
    words, columns = WORDS[language], COLUMNS[language]
    learned = words["and"].join(words[one] for one in sorted({about["origin"] for about in abouts}))
    return (
        f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}\n"
        + "".join(row(about, language) for about in abouts)
        + "\n"
        + words["below"].format(learned=learned, day=manifest["created_at"][:10])
    )


def main() -> int:
    """Replace what stands between the result marks of each README."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundle", type=Path)
    bundle = parser.parse_args().bundle
    for language, name in READMES.items():
        made = table(bundle, language)
        text = (ROOT / name).read_text(encoding="utf-8")
        written, found = BETWEEN.subn(lambda marks, made=made: marks[1] + made + marks[2], text)
        if found != 1:
            sys.stderr.write(f"{name} has no result marks\n")
            return 1
        (ROOT / name).write_text(written, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
