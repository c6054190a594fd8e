"""Dengue notifications of datos.gov.co as a source: a Socrata resource read page by page."""

from warehouse.sources.json_lines import RECORD, json_records
from warehouse.sources.sivigila_dengue.cohort import synthesise
from warehouse.sources.source import Download, Source, Table
from warehouse.sources.surveillance import IDENTIFYING

SOURCE = Source(
    name="sivigila_dengue",
    title="Dengue notified to SIVIGILA, Bucaramanga",
    homepage="https://www.datos.gov.co/d/qzc7-jbg3",
    licence="open data of the Colombian state (law 1712 of 2014); see the page of the data set",
    citation="Alcaldía de Bucaramanga, notificaciones de dengue. datos.gov.co, qzc7-jbg3",
    tables=(
        Table(
            "sivigila_dengue_notifications", "qzc7-jbg3.jsonl", (RECORD,), json_records(IDENTIFYING)
        ),
    ),
    synthesise=synthesise,
    synthetic_rows=2_000,
    downloads=(
        Download(
            "https://www.datos.gov.co/resource/qzc7-jbg3.json", "qzc7-jbg3.jsonl", is_paged=True
        ),
    ),
)
