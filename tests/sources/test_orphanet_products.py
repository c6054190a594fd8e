"""Orphadata's XML products: read one disorder at a time, and told as Orphapackets are."""

import json
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from warehouse.errors import BadFile
from warehouse.sources.orphanet.archive import disorders
from warehouse.sources.source import Chunk

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<JDBOR date="2026-01-01" version="1.3"><Availability/>'
)
SIGNS = """
<HPODisorderSetStatusList count="1"><HPODisorderSetStatus id="1"><Disorder id="2">
<OrphaCode>9001</OrphaCode><Name lang="en">Made-up &amp; rare</Name>
<DisorderType id="3"><Name lang="en">Disease</Name></DisorderType>
<HPODisorderAssociationList count="2">
<HPODisorderAssociation id="4"><HPO id="5"><HPOId>HP:0000001</HPOId><HPOTerm>One</HPOTerm></HPO>
<HPOFrequency id="6"><Name lang="en">Excluded (0%)</Name></HPOFrequency></HPODisorderAssociation>
<HPODisorderAssociation id="7"><HPO id="8"><HPOId>HP:0000002</HPOId><HPOTerm>Two</HPOTerm></HPO>
<HPOFrequency id="9"><Name lang="en">Obligate (100%)</Name></HPOFrequency></HPODisorderAssociation>
</HPODisorderAssociationList></Disorder></HPODisorderSetStatus></HPODisorderSetStatusList></JDBOR>
"""
COMMON = """
<DisorderList count="1"><Disorder id="2"><OrphaCode>9001</OrphaCode><Name lang="en">Made-up</Name>
<PrevalenceList count="1"><Prevalence id="3"><Source>1[PMID]</Source>
<PrevalenceType id="4"><Name lang="en">Point prevalence</Name></PrevalenceType>
<PrevalenceQualification id="5"><Name lang="en">Class only</Name></PrevalenceQualification>
<PrevalenceClass id="6"><Name lang="en">&lt;1 / 1 000 000</Name></PrevalenceClass>
<ValMoy>0.0</ValMoy><PrevalenceGeographic id="7"><Name lang="en">Europe</Name>
</PrevalenceGeographic></Prevalence></PrevalenceList></Disorder></DisorderList></JDBOR>
"""
AGES = """
<DisorderList count="2"><Disorder id="2"><OrphaCode>9001</OrphaCode><Name lang="en">Made-up</Name>
<AverageAgeOfOnsetList count="2"><AverageAgeOfOnset id="3"><Name lang="en">Adult</Name>
</AverageAgeOfOnset><AverageAgeOfOnset id="4"><Name lang="en">Elderly</Name></AverageAgeOfOnset>
</AverageAgeOfOnsetList></Disorder><Disorder id="5"><Name lang="en">Nameless code</Name></Disorder>
</DisorderList></JDBOR>
"""
NAMES = """
<DisorderList count="1"><Disorder id="2"><OrphaCode>9001</OrphaCode><Name lang="en">Made-up</Name>
<SynonymList count="2"><Synonym lang="en">Invented</Synonym><Synonym lang="en">Feigned</Synonym>
</SynonymList><DisorderDisorderAssociationList count="0"/>
<ExternalReferenceList count="1"><ExternalReference id="3"><Source>ICD-10</Source>
<Reference>E75.2</Reference><DisorderMappingRelation id="4"><Name lang="en">NTBT (narrower)</Name>
</DisorderMappingRelation></ExternalReference></ExternalReferenceList></Disorder></DisorderList></JDBOR>
"""
PRODUCTS = {"4": SIGNS, "9_prev": COMMON, "9_ages": AGES, "1": NAMES}


def archive(folder: Path, **files: str) -> Path:
    path = folder / "orphapackets_json.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in files.items():
            opened.writestr(name, content)
    return path


def of_products(folder: Path, **products: str) -> Path:
    return archive(folder, **{f"xml/en_product{n}.xml": HEAD + xml for n, xml in products.items()})


def said(chunk: Chunk, column: str) -> list[object]:
    """What each row says in a JSON column."""
    cells = chunk.rows.column(column).to_pylist()
    return [cell if cell is None else json.loads(cell) for cell in cells]


def test_each_product_says_its_part_as_a_packet_would(tmp_path: Path) -> None:
    (chunk,) = disorders(of_products(tmp_path, **PRODUCTS))
    assert chunk.rows.column("orphacode").to_pylist() == ["9001"] * 4
    assert chunk.rows.column("label").to_pylist()[0] == "Made-up & rare"
    assert said(chunk, "disordertype")[0] == {"value": "Disease"}
    assert said(chunk, "phenotypes")[0] == [
        {"HPOId": "HP:0000001", "HPOTerm": "One", "HPOFrequency": "Excluded (0%)"},
        {"HPOId": "HP:0000002", "HPOTerm": "Two", "HPOFrequency": "Obligate (100%)"},
    ]
    assert said(chunk, "prevalences")[1] == [
        {
            "PrevalenceType": "Point prevalence",
            "PrevalenceQualification": "Class only",
            "PrevalenceClass": "<1 / 1 000 000",
            "PrevalenceGeographic": "Europe",
            "ValMoy": "0.0",
        }
    ]
    assert said(chunk, "averageageofonsets")[2] == [{"value": "Adult"}, {"value": "Elderly"}]
    assert said(chunk, "externalreferences")[3] == [
        {"Source": "ICD-10", "Reference": "E75.2", "DisorderMappingRelation": "NTBT (narrower)"}
    ]
    assert said(chunk, "synonyms")[3] == [{"Synonym": "Invented"}, {"Synonym": "Feigned"}]
    assert sum(cell is None for cell in said(chunk, "phenotypes")) == 3


def test_a_disorder_without_a_code_is_a_reject(tmp_path: Path) -> None:
    (chunk,) = disorders(of_products(tmp_path, **PRODUCTS))
    assert [(one.line, one.reason) for one in chunk.rejects] == [(4, "no OrphaCode")]
    assert chunk.lines is not None
    assert chunk.lines.to_pylist() == [1, 2, 3, 5]


def test_packets_are_preferred_where_both_are_there(tmp_path: Path) -> None:
    packet = json.dumps({"Orphapacket": {"ORPHAcode": "1", "Label": "Of a packet"}})
    both = archive(tmp_path, **{"en_product4.xml": HEAD + SIGNS, "json/ORPHApacket_1.json": packet})
    (chunk,) = disorders(both)
    assert chunk.rows.column("label").to_pylist() == ["Of a packet"]


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"en_product4.xml": HEAD + SIGNS[:400]}, "damaged or truncated"),
        ({"en_product4.xml": HEAD + "<DisorderList/></JDBOR>"}, "No product has a disorder"),
        ({"readme.txt": "nothing"}, "holds no packet"),
    ],
)
def test_what_holds_no_disorder_is_refused(tmp_path: Path, files: dict[str, str], why: str) -> None:
    with pytest.raises(BadFile, match=why):
        list(disorders(archive(tmp_path, **files)))


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    begin, end = SIGNS.index("<HPODisorderSetStatus "), SIGNS.index("</HPODisorderSetStatusList>")
    peaks = []
    for times in (600, 6000):
        xml = SIGNS[:begin] + SIGNS[begin:end] * times + SIGNS[end:]
        path = of_products(tmp_path, **{"4": xml})
        tracemalloc.start()
        assert sum(chunk.rows.num_rows for chunk in disorders(path)) == times
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.3 * peaks[0]
