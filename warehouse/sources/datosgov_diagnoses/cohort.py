"""Made-up counts of diagnoses by quarter. The published columns are not known: these are a guess.

Staging finds its way by the names that appear (seed `surveillance_columns`), not by these.
"""

import json
from pathlib import Path

import numpy as np

from warehouse.sources.sampling import pick

# ICD-10 codes as Colombian registries write them, without the point, and how common they are.
CODES = (
    ("A90X", "DENGUE [DENGUE CLASICO]", 6.0),
    ("A920", "ENFERMEDAD POR VIRUS CHIKUNGUNYA", 1.0),
    ("I10X", "HIPERTENSION ESENCIAL (PRIMARIA)", 30.0),
    ("J00X", "RINOFARINGITIS AGUDA [RESFRIADO COMUN]", 20.0),
    ("J189", "NEUMONIA, NO ESPECIFICADA", 4.0),
    ("J459", "ASMA, NO ESPECIFICADA", 4.0),
    ("K210", "ENFERMEDAD DEL REFLUJO GASTROESOFAGICO CON ESOFAGITIS", 5.0),
    ("R509", "FIEBRE, NO ESPECIFICADA", 12.0),
    ("R104", "OTROS DOLORES ABDOMINALES Y LOS NO ESPECIFICADOS", 14.0),
    ("G442", "CEFALEA DEBIDA A TENSION", 4.0),
)
MUNICIPALITIES = ("68001", "68276", "5001", "11001", "76001")


def synthesise(folder: Path, rows: int, seed: int, shift: float) -> None:
    """Write `rows` counts; with `shift` the first diagnoses, dengue among them, gain."""
    rng = np.random.default_rng(seed)
    weights = np.array([weight for *_, weight in CODES])
    weights[:2] *= 1 + 4 * shift
    codes = pick(rng, weights, rows)
    with (folder / "ncap-5idg.jsonl").open("w", encoding="utf-8") as file:
        for code in codes:
            record = {
                "a_o": str(rng.integers(2019, 2023)),
                "trimestre": str(rng.choice(["I", "II", "III", "IV", "1", "2"])),
                "codigo_municipio": str(rng.choice(MUNICIPALITIES)),
                "codigo_diagnostico": CODES[int(code)][0],
                "nombre_diagnostico": CODES[int(code)][1],
                "numero_consultas": str(1 + rng.poisson(weights[int(code)])),
            }
            if rng.random() < 0.02:
                del record["codigo_municipio"]
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
