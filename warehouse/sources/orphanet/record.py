"""Orphanet's knowledge of rare disorders as a source: an archive of packets or XML products."""

from warehouse.sources.orphanet.archive import disorders
from warehouse.sources.orphanet.cohort import FILE, synthesise
from warehouse.sources.orphanet.rows import COLUMNS
from warehouse.sources.source import Download, Source, Table

SOURCE = Source(
    name="orphanet",
    title="Orphapackets: rare disorders, their signs with frequency, prevalence, onset",
    homepage="https://github.com/Orphanet/orphapacket",
    licence="CC BY 4.0, Orphanet (INSERM)",
    citation="INSERM 1999. Orphanet: an online database of rare diseases and orphan drugs.",
    tables=(Table("orphanet_disorders", FILE, COLUMNS, disorders),),
    synthesise=synthesise,
    synthetic_rows=300,
    downloads=(
        Download(
            "https://github.com/Orphanet/orphapacket/archive/HEAD.zip",
            FILE,
        ),
    ),
)
