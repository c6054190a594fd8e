"""Orphadata's XML products, told as Orphapackets are: one disorder of one product at a time.

Source of the format: Orphadata, free access products 1 (cross-references), 4 (phenotypes), 9
(prevalences; ages of onset). Each product says one thing of a disorder, so a disorder has a row
for each product, and staging puts them together.
"""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

# An entity cannot grow without end: expat itself limits by how much it may.
from xml.etree.ElementTree import Element, iterparse

from warehouse.sources.orphanet.rows import Refused, chunks, opened
from warehouse.sources.source import Chunk

_PRODUCT = re.compile(r"(^|/)en_product(1|4|9_prev|9_ages)\.xml$")
Told = dict[str, Any]


def is_product(name: str) -> bool:
    """Whether a file of an archive is a product that is read."""
    return _PRODUCT.search(name) is not None


def products(path: Path) -> Iterator[Chunk]:
    """A row for each disorder of each product in the archive `path`; its line is its place.

    A disorder without a code is a reject. Raises `BadFile` for a damaged or empty archive.
    """
    return chunks(map(_or_refused, _disorders(path)), path, "No product has a disorder")


def _or_refused(told: Told) -> Told | Refused:
    return told if told["ORPHAcode"] else Refused("no OrphaCode", json.dumps(told)[:1000])


def _disorders(path: Path) -> Iterator[Told]:
    with opened(path) as archive:
        for name in filter(is_product, archive.namelist()):
            with archive.open(name) as file:
                yield from _streamed(iterparse(file, ("start", "end")))  # noqa: S314


def _streamed(events: Iterator[tuple[str, Element]]) -> Iterator[Told]:
    """What is said of each disorder, after which it is forgotten."""
    _, root = next(events)
    holder = root
    for event, element in events:
        if event == "start" and holder is root and element.tag.endswith("List"):
            holder = element
        elif event == "end" and element.tag == "Disorder":
            yield _told(element)
            holder.clear()


def _told(disorder: Element) -> Told:
    kind = disorder.findtext("DisorderType/Name")
    return {
        "ORPHAcode": disorder.findtext("OrphaCode"),
        "Label": disorder.findtext("Name"),
        "DisorderType": {"value": kind} if kind else None,
        **{
            field: [told(member) for member in members]
            for field, (place, told) in _LISTS.items()
            if (members := disorder.findall(place))
        },
    }


def _phenotype(one: Element) -> Told:
    return {
        "HPOId": one.findtext("HPO/HPOId"),
        "HPOTerm": one.findtext("HPO/HPOTerm"),
        "HPOFrequency": one.findtext("HPOFrequency/Name"),
    }


def _prevalence(one: Element) -> Told:
    named = ("PrevalenceType", "PrevalenceQualification", "PrevalenceClass", "PrevalenceGeographic")
    return {name: one.findtext(f"{name}/Name") for name in named} | {
        "ValMoy": one.findtext("ValMoy")
    }


def _onset(one: Element) -> Told:
    return {"value": one.findtext("Name")}


def _synonym(one: Element) -> Told:
    return {"Synonym": one.text}


def _reference(one: Element) -> Told:
    return {
        "Source": one.findtext("Source"),
        "Reference": one.findtext("Reference"),
        "DisorderMappingRelation": one.findtext("DisorderMappingRelation/Name"),
    }


# The field of a packet, where a product says the same, and how it is told.
_LISTS: dict[str, tuple[str, Callable[[Element], Told]]] = {
    "Synonyms": ("SynonymList/Synonym", _synonym),
    "Phenotypes": ("HPODisorderAssociationList/HPODisorderAssociation", _phenotype),
    "Prevalences": ("PrevalenceList/Prevalence", _prevalence),
    "AverageAgeOfOnsets": ("AverageAgeOfOnsetList/AverageAgeOfOnset", _onset),
    "ExternalReferences": ("ExternalReferenceList/ExternalReference", _reference),
}
