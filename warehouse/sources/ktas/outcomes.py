"""What the KTAS file says of a visit after triage: none of it may ever be a feature."""

import numpy as np
from numpy.typing import NDArray

from warehouse.sources.figures import Figures
from warehouse.sources.ktas.complaints import COMPLAINTS
from warehouse.sources.ktas.tables import Tables
from warehouse.sources.sampling import Indices, at_quantiles, happens, pick_given

Text = NDArray[np.str_]


def outcomes(
    rng: np.random.Generator,
    figures: Figures,
    tables: Tables,
    level: Indices,
    complaint: Indices,
    group: Text,
) -> dict[str, Text]:
    """The columns known only afterwards, as closely tied to the level as they really are."""
    expert = level + 1
    nurse = _nurse(rng, figures, tables, level)
    disposition = tables.drawn(rng, "Disposition", level)
    diagnoses = np.array([said.diagnosis for said in COMPLAINTS])
    agrees = nurse == expert
    return {
        "KTAS_expert": expert.astype(str),
        "KTAS_RN": nurse.astype(str),
        # The blank after a 0 is in the published file.
        "mistriage": np.where(agrees, "0 ", np.where(nurse < expert, "1", "2")),
        "Error_group": np.where(agrees, "0 ", rng.integers(1, 10, len(level)).astype(str)),
        "Diagnosis in ED": diagnoses[complaint],
        "Disposition": disposition,
        "Length of stay_min": _stay(rng, figures, disposition),
        **_department(rng, figures, group),
    }


def _nurse(
    rng: np.random.Generator, figures: Figures, tables: Tables, level: Indices
) -> NDArray[np.intp]:
    """The nurse's level: mostly the experts', sometimes a step or two away."""
    chances = np.column_stack([tables.missing(one) for one in figures["nurse"].values()])
    chances[0, 1], chances[4, 2] = 0.0, 0.0
    way = np.array([0, -1, 1])[pick_given(rng, chances, level)]
    steps = 1 + happens(rng, np.full(len(level), figures["nurse_steps_off"] or 0.0))
    return np.asarray(np.clip(level + 1 + way * steps, 1, 5))


def _stay(rng: np.random.Generator, figures: Figures, disposition: Text) -> Text:
    uniforms = rng.random(len(disposition))
    stays = figures["stay_minutes"]
    minutes = np.where(
        disposition == "1",
        at_quantiles(uniforms, stays["home"]),
        at_quantiles(uniforms, stays["other"]),
    )
    return np.expm1(minutes).round().astype(int).astype(str)


def _department(rng: np.random.Generator, figures: Figures, group: Text) -> dict[str, Text]:
    """How long triage took, with the decimal comma, and how busy the department was."""
    uniforms = rng.random((2, len(group)))
    first, second = figures["per_group"]["1"], figures["per_group"]["2"]
    whole = happens(rng, np.where(group == "1", first["whole_minutes"], second["whole_minutes"]))
    minutes = np.where(
        group == "1",
        at_quantiles(uniforms[0], first["minutes"]),
        at_quantiles(uniforms[0], second["minutes"]),
    )
    busy = np.where(
        group == "1",
        at_quantiles(uniforms[1], first["per_hour"]),
        at_quantiles(uniforms[1], second["per_hour"]),
    )
    text = np.char.mod("%.2f", np.where(whole, np.maximum(minutes.round(), 1), minutes))
    return {
        "KTAS duration_min": np.char.replace(text, ".", ","),
        "Patients number per hour": busy.round().astype(int).astype(str),
    }
