"""How often a key may ask holds across workers, and says when it may ask again."""

import threading
from pathlib import Path

import pytest

from api.access import keys
from api.access.check import key_file
from api.access.rate import Rates
from ml.serving.bundle import Bundle
from tests.api.conftest import client_of
from warehouse.settings import Settings

ASKED = {"age_years": 30, "problems": ["arbovirus"]}


def test_a_key_that_asks_too_often_is_told_how_long_to_wait(
    way: str, tmp_path: Path, bundle: Bundle
) -> None:
    settings = Settings(home=tmp_path, access="keys", rate_limit=5)
    headers = [
        {"Authorization": f"Bearer {keys.issue(key_file(settings), clinic, ('assess',), 1)[1]}"}
        for clinic in ("north", "south")
    ]
    with client_of(way, settings, bundle) as client:
        north = [client.post("/v1/assessments", json=ASKED, headers=headers[0]) for _ in range(7)]
        south = client.post("/v1/assessments", json=ASKED, headers=headers[1])
    assert [answer.status_code for answer in north] == [200] * 5 + [429] * 2
    assert 1 <= int(north[-1].headers["retry-after"]) <= 12
    assert north[-1].json()["type"] == "urn:semia:problem:too-often"
    assert south.status_code == 200


def test_workers_count_together(tmp_path: Path) -> None:
    """Eight counters over one file, as many as eight workers have, let no more through than one."""
    allowed: list[float] = []

    def work() -> None:
        rates = Rates(tmp_path / "rates.db", 100)
        allowed.extend(rates.wait("key", 1000.0) for _ in range(50))
        rates.close()

    workers = [threading.Thread(target=work) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(allowed) == 400
    assert sum(not seconds for seconds in allowed) == 100


def test_what_was_asked_is_forgotten_at_the_steady_rate(tmp_path: Path) -> None:
    rates = Rates(tmp_path / "rates.db", 60)
    assert [rates.wait("key", 0.0) for _ in range(60)] == [0.0] * 60
    assert rates.wait("key", 0.0) == pytest.approx(1.0)
    assert rates.wait("key", 1.0) == 0.0
    assert rates.wait("key", 1.5) == pytest.approx(0.5)
    rates.close()


def test_a_counter_that_cannot_be_kept_turns_nobody_away(tmp_path: Path) -> None:
    (tmp_path / "rates.db").mkdir()
    assert Rates(tmp_path / "rates.db", 1).wait("key", 0.0) == 0.0
