"""Orphanet's archive, of Orphapackets or of Orphadata's XML products."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

from warehouse.sources.orphanet.packets import is_packet, packets
from warehouse.sources.orphanet.products import is_product, products
from warehouse.sources.source import Chunk


def disorders(path: Path) -> Iterator[Chunk]:
    """The disorders of an archive: its packets, or its XML products where it has no packet.

    Raises `BadFile` for a damaged archive, or one that holds neither.
    """
    yield from (products if _has_products_alone(path) else packets)(path)


def _has_products_alone(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (OSError, zipfile.BadZipFile):
        # The reader of packets says what is wrong with it.
        return False
    return any(map(is_product, names)) and not any(map(is_packet, names))
