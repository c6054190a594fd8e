"""Made-up rare disorders in the form of Orphapackets, wrapped as inconsistently as those are."""

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from warehouse.sources.figures import load_figures
from warehouse.sources.sampling import moved, pick

FILE = "orphapackets_json.zip"
# Signs of the Human Phenotype Ontology that a made-up disorder may have.
_SIGNS = (
    ("HP:0001945", "Fever"),
    ("HP:0002315", "Headache"),
    ("HP:0012378", "Fatigue"),
    ("HP:0002829", "Arthralgia"),
    ("HP:0003326", "Myalgia"),
    ("HP:0000988", "Skin rash"),
    ("HP:0002027", "Abdominal pain"),
    ("HP:0002013", "Vomiting"),
    ("HP:0001250", "Seizure"),
    ("HP:0002094", "Dyspnea"),
    ("HP:0012735", "Cough"),
    ("HP:0001873", "Thrombocytopenia"),
)
_RELATION = "E (Exact mapping: the two concepts are equivalent)"
# A fixed moment, so that the same seed gives the same bytes.
_STAMP = (2026, 1, 1, 0, 0, 0)


def synthesise(folder: Path, rows: int, seed: int, shift: float) -> None:
    """Write `rows` disorders; with `shift` signs are more frequent in them."""
    rng = np.random.default_rng(seed)
    figures = load_figures(Path(__file__).parent)
    with zipfile.ZipFile(folder / FILE, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(1, rows + 1):
            packet = {"Orphapacket": _packet(rng, figures, number, shift)}
            member = zipfile.ZipInfo(f"json/ORPHApacket_{900000 + number}.json", _STAMP)
            archive.writestr(member, json.dumps(packet))


def _packet(
    rng: np.random.Generator, figures: dict[str, Any], number: int, shift: float
) -> dict[str, Any]:
    """One disorder; what is not known of it is left out, as in the published packets."""
    code = str(900000 + number)
    kind = _one(rng, figures["types"])
    packet: dict[str, Any] = {
        "ORPHApacketId": code,
        "creationDate": "2026-01-01 00:00:00",
        "version": "made up",
        "copyright": "made up by Semia",
        "ORPHAcode": code,
        "Label": f"Made-up disorder {number}",
        "PURL": f"http://example.org/made_up_{code}",
        "DisorderType": {"value": kind, "PURL": "http://example.org/type"},
    }
    known = {name: rng.random() < share for name, share in figures["known"].items()}
    if known["Phenotypes"]:
        packet["Phenotypes"] = _phenotypes(rng, figures["frequencies"], shift)
    if known["Prevalences"]:
        packet["Prevalences"] = _wrapped("Prevalence", _prevalences(rng, figures))
    if known["AverageAgeOfOnsets"]:
        onsets = [{"value": _one(rng, figures["onsets"])}]
        packet["AverageAgeOfOnsets"] = _wrapped("AverageAgeOfOnset", onsets)
    if known["ExternalReferences"]:
        packet["ExternalReferences"] = _references(rng)
    return packet


def _phenotypes(
    rng: np.random.Generator, frequencies: dict[str, float], shift: float
) -> list[dict[str, Any]]:
    names = list(frequencies)
    chosen = rng.choice(len(_SIGNS), size=int(rng.integers(1, 8)), replace=False)
    classes = pick(rng, moved(list(frequencies.values()), shift), len(chosen))
    return [
        {
            "Phenotype": {
                "HPOId": _SIGNS[sign][0],
                "HPOTerm": _SIGNS[sign][1],
                "HPOFrequency": names[frequency],
            }
        }
        for sign, frequency in zip(chosen, classes, strict=True)
    ]


def _prevalences(rng: np.random.Generator, figures: dict[str, Any]) -> list[dict[str, str]]:
    return [
        {
            "Source": "ORPHANET",
            "PrevalenceType": _one(rng, figures["prevalence_types"]),
            "PrevalenceQualification": "Class only",
            "PrevalenceClass": _one(rng, figures["prevalence_classes"]),
            "ValMoy": "no data",
            "PrevalenceGeographic": str(rng.choice(["Worldwide", "Europe", "Colombia"])),
        }
        for _ in range(int(rng.integers(1, 4)))
    ]


def _references(rng: np.random.Generator) -> list[dict[str, Any]]:
    """One reference is published bare, several each in a wrapper of its own."""
    references: list[dict[str, Any]] = [
        {
            "Source": "OMIM",
            "Reference": str(rng.integers(600000, 620000)),
            "DisorderMappingRelation": _RELATION,
        }
        for _ in range(int(rng.integers(1, 3)))
    ]
    return references if len(references) == 1 else [{"ExternalReference": r} for r in references]


def _wrapped(name: str, members: list[dict[str, str]]) -> object:
    """Members of a list as published: one within a list within, several each in a wrapper."""
    return {name: members} if len(members) == 1 else [{name: member} for member in members]


def _one(rng: np.random.Generator, shares: dict[str, float]) -> str:
    return list(shares)[int(pick(rng, list(shares.values()), 1)[0])]
