"""Diagnoses by consultations in quarters, of datos.gov.co: a Socrata resource, page by page."""

from warehouse.sources.datosgov_diagnoses.cohort import synthesise
from warehouse.sources.json_lines import RECORD, json_records
from warehouse.sources.source import Download, Source, Table
from warehouse.sources.surveillance import IDENTIFYING

SOURCE = Source(
    name="datosgov_diagnoses",
    title="Diagnóstico por consultas en trimestres (diagnoses of consultations by quarter)",
    homepage="https://www.datos.gov.co/d/ncap-5idg",
    licence="open data of the Colombian state (law 1712 of 2014); see the page of the data set",
    citation="Diagnóstico por consultas en trimestres. datos.gov.co, ncap-5idg",
    tables=(
        Table(
            "datosgov_diagnoses_consultations",
            "ncap-5idg.jsonl",
            (RECORD,),
            json_records(IDENTIFYING),
        ),
    ),
    synthesise=synthesise,
    synthetic_rows=1_000,
    downloads=(
        Download(
            "https://www.datos.gov.co/resource/ncap-5idg.json", "ncap-5idg.jsonl", is_paged=True
        ),
    ),
)
