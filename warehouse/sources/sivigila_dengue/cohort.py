"""Made-up notifications in the form in which Socrata serves SIVIGILA's."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from warehouse.sources.sampling import pick

FIRST_DAY = date(2018, 12, 30)  # the Sunday on which the first week of 2019 begins
WEEKS = 104
# Bucaramanga and its neighbours, as department and municipality, and how often they are named.
PLACES = (
    ("68", "001", "BUCARAMANGA", 0.80),
    ("68", "276", "FLORIDABLANCA", 0.10),
    ("68", "307", "GIRON", 0.06),
    ("68", "547", "PIEDECUESTA", 0.04),
)
EVENTS = (("210", "DENGUE", 0.97), ("220", "DENGUE GRAVE", 0.03))
# Discarded (6) and typing errors (D) are kept in the file, as SIVIGILA keeps them.
ADJUSTMENTS = (("0", 0.55), ("3", 0.25), ("4", 0.12), ("6", 0.06), ("D", 0.02))


def synthesise(folder: Path, rows: int, seed: int, shift: float) -> None:
    """Write `rows` notifications; with `shift` the season is longer and more cases are severe."""
    rng = np.random.default_rng(seed)
    season = np.exp((1.2 + shift) * np.sin(np.arange(WEEKS) * 2 * np.pi / 52))
    weeks = np.sort(pick(rng, season, rows))
    places = pick(rng, [weight for *_, weight in PLACES], rows)
    events = pick(rng, [EVENTS[0][2], EVENTS[1][2] + 0.1 * shift], rows)
    adjustments = pick(rng, [weight for _, weight in ADJUSTMENTS], rows)
    with (folder / "qzc7-jbg3.jsonl").open("w", encoding="utf-8") as file:
        for each in zip(weeks, places, events, adjustments, strict=True):
            record = _notification(rng, *(int(one) for one in each))
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


def _notification(
    rng: np.random.Generator, week: int, place: int, event: int, adjustment: int
) -> dict[str, Any]:
    """One record. As in Socrata's JSON every value is text, and what is not known is left out."""
    begin = FIRST_DAY + timedelta(days=7 * week + int(rng.integers(0, 7)))
    department, municipality, name, _ = PLACES[place]
    record = {
        "cod_eve": EVENTS[event][0],
        "nom_eve": EVENTS[event][1],
        "fec_not": _day(begin + timedelta(days=int(rng.integers(0, 9))), rng),
        "semana": f"{week % 52 + 1:02d}",
        "ano": str(2019 + week // 52),
        "edad": str(int(rng.integers(0, 90))),
        "uni_med": "1",
        "sexo": str(rng.choice(["F", "M"])),
        "cod_dpto_o": department,
        "cod_mun_o": str(rng.choice([municipality, department + municipality])),
        "nmun_proce": name,
        "ini_sin": _day(begin, rng),
        "ajuste": ADJUSTMENTS[adjustment][0],
        "tip_cas": str(rng.integers(1, 4)),
        "pac_hos": str(rng.choice(["1", "2"])),
        "nombre_barrio": "SIN INFORMACION",
    }
    forgotten = [name for name in ("ini_sin", "cod_mun_o", "pac_hos") if rng.random() < 0.02]
    return {name: value for name, value in record.items() if name not in forgotten}


def _day(day: date, rng: np.random.Generator) -> str:
    """A date as Socrata writes it; now and then as somebody typed it."""
    if rng.random() < 0.03:
        return day.strftime("%d/%m/%Y")
    return f"{day.isoformat()}T00:00:00.000"
