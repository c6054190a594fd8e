"""What the published packets are like, as the figures that made-up ones are drawn from."""

import json
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from warehouse.sources.figures import Figures, save_figures

_KNOWN = ("Phenotypes", "Prevalences", "AverageAgeOfOnsets", "ExternalReferences")


def measure(folder: Path) -> Figures:
    """Shares of disorder types, known fields, sign frequencies, prevalences and onsets."""
    counts: dict[str, Counter[str]] = {
        name: Counter()
        for name in (
            "types",
            "known",
            "frequencies",
            "prevalence_types",
            "prevalence_classes",
            "onsets",
        )
    }
    total = 0
    with zipfile.ZipFile(folder / "orphapackets_json.zip") as archive:
        for name in archive.namelist():
            packet = json.loads(archive.read(name))["Orphapacket"]
            total += 1
            counts["types"][packet["DisorderType"]["value"]] += 1
            counts["known"].update(field for field in _KNOWN if field in packet)
            _count(packet, counts)
    figures = {name: _shares(counted, counted.total()) for name, counted in counts.items()}
    return {**figures, "known": _shares(counts["known"], total)}


def _count(packet: dict[str, Any], counts: dict[str, Counter[str]]) -> None:
    for one in _objects(packet.get("Phenotypes"), "HPOId"):
        counts["frequencies"][one["HPOFrequency"]] += 1
    for one in _objects(packet.get("Prevalences"), "PrevalenceType"):
        counts["prevalence_types"][one["PrevalenceType"]] += 1
        counts["prevalence_classes"][one["PrevalenceClass"]] += 1
    for one in _objects(packet.get("AverageAgeOfOnsets"), "value"):
        counts["onsets"][one["value"]] += 1


def _objects(found: object, key: str) -> Iterator[dict[str, Any]]:
    """Every object with the field `key`, however it is wrapped."""
    if isinstance(found, list):
        for member in found:
            yield from _objects(member, key)
    elif isinstance(found, dict) and key in found:
        yield found
    elif isinstance(found, dict):
        yield from _objects(list(found.values()), key)


def _shares(counted: Counter[str], total: int) -> dict[str, float]:
    """The share of each value told by ten or more, in the order of their names."""
    return {name: round(n / total, 4) for name, n in sorted(counted.items()) if n >= 10}


if __name__ == "__main__":
    save_figures(Path(__file__).parent, measure(Path(sys.argv[1])))
