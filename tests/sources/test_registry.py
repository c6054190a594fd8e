"""The list of sources and how it is asked."""

import pytest

from warehouse.errors import UnknownName
from warehouse.sources.registry import SOURCES, get_source


def test_every_source_has_tables_of_its_own() -> None:
    tables = [table.name for source in SOURCES.values() for table in source.tables]
    assert len(SOURCES) > 4
    assert all(name == source.name for name, source in SOURCES.items())
    assert len(set(tables)) == len(tables)
    assert all(
        table.name.startswith(name) for name, source in SOURCES.items() for table in source.tables
    )


def test_a_misspelt_name_is_answered_with_the_right_one() -> None:
    with pytest.raises(UnknownName) as failure:
        get_source("yale_triag")
    assert failure.value.next_step == "use one of: yale_triage"


def test_a_wild_name_is_answered_with_all() -> None:
    with pytest.raises(UnknownName, match="sinan_arbovirus"):
        get_source("zzz")
