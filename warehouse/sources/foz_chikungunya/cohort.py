"""Notifications and laboratory cases in the published formats, drawn sign by sign from figures."""

import csv
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from warehouse.sources.figures import Figures, load_figures
from warehouse.sources.foz_chikungunya.columns import (
    CLASSES,
    DISEASES,
    LABEL,
    LABORATORY,
    NOTIFIED,
    SIGNS,
)
from warehouse.sources.sampling import at_quantiles, from_logit, logit, moved, pick

SIGNS_DRIFT = -0.5
# Laboratory cases per notification, as published.
LABORATORY_SHARE = 0.1
# What the doctor wrote of each sign, and the column that was made of it afterwards.
WRITTEN = {
    "CEFALEIA": "cefaleia",
    "FEBRE": "FEBRE",
    "MIALGIA": "mialgia",
    "ARTRALGIA": "ARTRALGIA",
    "EXANTEMA": "exantema",
    "NAUSEA": "NÁUSEA",
    "VOMITO": "vômitos",
    "DOR_RETRO_ORBITAL": "dor retro-orbitária",
}
Row = dict[str, str]


def synthesise(folder: Path, rows: int, seed: int, shift: float) -> None:
    """Write `rows` notifications and a tenth as many laboratory cases into `folder`."""
    figures = load_figures(Path(__file__).parent)
    rng = np.random.default_rng(seed)
    classes = pick(rng, moved([figures[name]["count"] for name in CLASSES], shift), rows)
    notified = [_notification(rng, figures, CLASSES[int(each)], shift) for each in classes]
    confirmed = max(1, int(rows * LABORATORY_SHARE))
    cases = [_laboratory_case(rng, figures, place) for place in range(1, confirmed + 1)]
    _write(folder / "SINAN_chikungunya_2023.csv", NOTIFIED, notified)
    _write(folder / "RTPCR_chikungunya_anonymized.csv", LABORATORY, cases)


def _write(path: Path, columns: list[str], rows: list[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", delimiter=";", lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)


def _notification(rng: np.random.Generator, figures: Figures, name: str, shift: float) -> Row:
    told = figures[name]
    onset = _day(rng, told)
    notified = onset + timedelta(days=int(at_quantiles(rng.random(1), told["days"])[0]))
    in_hospital = rng.random() < told["hospital"]
    return {
        "TP_NOT": "Individual",
        "ID_AGRAVO": "A92.0",
        "DT_NOTIFIC": notified.isoformat(),
        "NU_ANO": "2023",
        "SG_UF_NOT": "Paraná",
        "ID_MUNICIP": "410830",
        "DT_SIN_PRI": onset.isoformat(),
        "NU_IDADE_N": _coded_age(rng, told),
        "CS_SEXO": _sex(rng, told, "Feminino", "Masculino"),
        "SG_UF": "Paraná",
        "ID_MN_RESI": "410830",
        "ID_PAIS": "1",
        "HOSPITALIZ": "1" if in_hospital else "2",
        # A few forms are not closed yet.
        LABEL: name if rng.random() > 0.006 else "",
        **_answers(rng, told, shift),
    }


def _answers(rng: np.random.Generator, told: Figures, shift: float) -> Row:
    """Every sign and disease as Sim or Não, or all of them empty on a form left blank."""
    if rng.random() < 0.001:
        return {}
    drift = dict.fromkeys(SIGNS, SIGNS_DRIFT * shift)
    return {
        sign: "Sim" if rng.random() < _moved(told["signs"][sign], drift.get(sign, 0.0)) else "Não"
        for sign in (*SIGNS, *DISEASES)
    }


def _moved(chance: float, by: float) -> float:
    return float(from_logit(logit(chance) + by))


def _laboratory_case(rng: np.random.Generator, figures: Figures, place: int) -> Row:
    """A case confirmed by RT-PCR: signs are 1 where the doctor's words name them, else 0."""
    told = figures[CLASSES[0]]
    shares = {**told["signs"], "DOR_RETRO_ORBITAL": told["signs"]["DOR_RETRO"]}
    named = [sign for sign in WRITTEN if rng.random() < shares[sign]]
    signs = dict.fromkeys(LABORATORY[11:], "0") | dict.fromkeys(named, "1")
    return {
        "id": str(place),
        "detectado": "CHIK",
        "data": _day(rng, told).isoformat(),
        "idade": f"{_years(rng, told)}.0",
        "sexo": _sex(rng, told, "F", "M"),
        "sintomas": ", ".join(WRITTEN[sign] for sign in named) or "NOT REPORTED",
        "desfecho": str(rng.choice(["ALTA", "ALTA", "ALTA MELHORADO", "INTERNAMENTO HOSPITALAR"])),
        "sequelas": str(rng.choice(["NONE", "-"])),
        "bairro": "UNKNOWN",
        "HIPOTESE_DIAGNOSTICA": str(rng.choice(["DENGUE A", "DENGUE B", "CHIKUNGUNYA"])),
        "PROVA_LACO": str(rng.choice(["NEGATIVA", "NEGATIVA", "POSITIVA", "-"])),
        **signs,
    }


def _day(rng: np.random.Generator, told: Figures) -> date:
    day = at_quantiles(rng.random(1), told["day_of_year"])[0]
    return date(2023, 1, 1) + timedelta(days=int(np.clip(day, 1, 350)) - 1)


def _years(rng: np.random.Generator, told: Figures) -> int:
    return int(at_quantiles(rng.random(1), told["years"])[0])


def _coded_age(rng: np.random.Generator, told: Figures) -> str:
    """4038 is 38 years; a few are infants: 3007 is seven months."""
    return f"3{rng.integers(1, 12):03d}" if rng.random() < 0.008 else f"4{_years(rng, told):03d}"


def _sex(rng: np.random.Generator, told: Figures, female: str, male: str) -> str:
    return female if rng.random() < told["female"] else male
