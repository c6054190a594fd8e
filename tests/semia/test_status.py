"""What `semia status` tells of a bundle that cannot be read, and of when something landed."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.semia.conftest import typed
from tests.support.bundles import make_tiny_bundle
from warehouse.connection import connect
from warehouse.landing.loads import make_ledger
from warehouse.settings import Settings


def test_a_bundle_that_cannot_be_read_is_told_in_json_and_is_not_called_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed(monkeypatch, "status", "--json") == 0
    nothing = capsys.readouterr()
    assert json.loads(nothing.out)["unread_bundle"] is None
    assert "nothing is in" in nothing.err
    bundle = make_tiny_bundle(home / "bundle")
    (bundle.folder / "manifest.json").write_text("{")
    assert typed(monkeypatch, "status", "--json") == 0
    damaged = capsys.readouterr()
    why = json.loads(damaged.out)["unread_bundle"]
    assert why["error"] in damaged.err
    assert why["next"]
    assert "nothing is in" not in damaged.err


@pytest.mark.database
def test_json_tells_when_something_landed_with_its_offset(
    database: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SEMIA_HOME", str(database.home))
    monkeypatch.setenv("SEMIA_OFFLINE", "1")
    with connect("semia_ingest", database) as connection:
        make_ledger(connection)
        connection.execute(
            """
            insert into raw._loads (
                source, table_name, origin, file, file_sha256, status, row_count, reject_count,
                seconds
            ) values ('ktas', 'status_probe', 'public', 'a.csv', '', 'loaded', 3, 0, 0.1)
            """
        )
    try:
        assert typed(monkeypatch, "status", "--json") == 0
        (load,) = (
            one for one in json.loads(capsys.readouterr().out)["loads"] if "status_probe" in one
        )
        at = datetime.fromisoformat(load[3])
        assert abs(datetime.now(UTC) - at) < timedelta(minutes=10)
        assert typed(monkeypatch, "status") == 0
        assert f"{at.astimezone():%Y-%m-%d %H:%M}" in capsys.readouterr().out
    finally:
        with connect("semia_ingest", database) as connection:
            connection.execute("delete from raw._loads where table_name = 'status_probe'")
