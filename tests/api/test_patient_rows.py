"""Patients are read by coroutines over few connections: each gets its own rows, whatever fails."""

import asyncio
import os
import signal
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest
import uvloop
from pydantic import SecretStr

from api.history.rows import DatabaseReader
from ml.serving.serving_plan import ServedView, ServingPlan
from tests.support.cut_line import cut_line
from warehouse.connection import connect, parameters
from warehouse.errors import DatabaseAway
from warehouse.settings import Settings

pytestmark = pytest.mark.database

PATIENTS = 60
PLAN = ServingPlan(
    service="history",
    key="patient_id",
    views=(
        ServedView(
            name="numbers",
            relation=("features", "numbers"),
            event_time="event_timestamp",
            created="created_at",
            ttl_seconds=0,
            columns={"number": "number"},
        ),
    ),
)
Read = Callable[[int], Coroutine[Any, Any, float]]
BACKENDS = "select pid from pg_stat_activity where usename = 'semia_api'"


@pytest.fixture
def numbered(database: Settings) -> Iterator[Settings]:
    """Patients of whom each has a number of his own."""
    with connect("semia_dbt", database) as dbt:
        dbt.execute(
            "create table features.numbers as select n::text as patient_id,"
            " now() - interval '1 day' as event_timestamp, now() as created_at,"
            f" n::double precision as number from generate_series(1, {PATIENTS}) as n"
        )
    yield database
    with connect("semia_dbt", database) as dbt:
        dbt.execute("drop table features.numbers")


def backends(settings: Settings) -> list[int]:
    with connect("semia_owner", settings) as owner:
        return [pid for (pid,) in owner.execute(BACKENDS).fetchall()]


def with_reader(
    settings: Settings,
    work: Callable[[Read], Coroutine[Any, Any, None]],
    run: Callable[[Coroutine[Any, Any, None]], None] = asyncio.run,
) -> None:
    """Do what has to be done in an event loop, with what reads a patient's number there."""

    async def reading() -> None:
        reader = DatabaseReader(settings)

        async def read(patient: int) -> float:
            value = (await reader.read(PLAN, str(patient)))["numbers"].values["number"]
            assert isinstance(value, float)
            return value

        try:
            await work(read)
        finally:
            reader.close()

    run(reading())


async def all_at_once(read: Read) -> None:
    everybody = range(1, PATIENTS + 1)
    assert await asyncio.gather(*map(read, everybody)) == [float(one) for one in everybody]


def test_many_at_once_get_their_own_rows_over_few_connections(numbered: Settings) -> None:
    async def work(read: Read) -> None:
        await all_at_once(read)
        assert 1 <= len(backends(numbered)) <= 8
        await all_at_once(read)

    with_reader(numbered, work)
    assert backends(numbered) == []


def test_connections_that_were_cut_are_made_anew(numbered: Settings) -> None:
    async def work(read: Read) -> None:
        await all_at_once(read)
        with connect("semia_owner", numbered, autocommit=True) as owner:
            owner.execute(f"select pg_terminate_backend(pid) from ({BACKENDS}) as their")
        # Once before the loop has heard of it, and once after.
        await all_at_once(read)

    with_reader(numbered, work)


def test_an_end_is_heard_of_while_nobody_asks(numbered: Settings) -> None:
    async def work(read: Read) -> None:
        await read(1)
        for pid in (before := backends(numbered)):
            os.kill(pid, signal.SIGTERM)
        await asyncio.sleep(0.2)
        assert await read(2) == 2
        assert not set(before) & set(backends(numbered))

    with_reader(numbered, work)


def test_an_answer_that_nobody_waits_for_is_given_to_nobody_else(numbered: Settings) -> None:
    async def work(read: Read) -> None:
        await read(1)
        for patient in range(1, PATIENTS):
            given_up = asyncio.ensure_future(read(patient))
            await asyncio.sleep(0)
            given_up.cancel()
            assert await read(patient + 1) == patient + 1

    with_reader(numbered, work)


def test_a_server_that_falls_silent_is_waited_for_three_seconds(numbered: Settings) -> None:
    async def work(read: Read) -> None:
        await read(1)
        (pid,) = backends(numbered)
        os.kill(pid, signal.SIGSTOP)
        try:
            with pytest.raises(DatabaseAway, match="silent"):
                await read(1)
            with pytest.raises(DatabaseAway, match="a moment ago"):
                await read(1)
        finally:
            os.kill(pid, signal.SIGCONT)
        await asyncio.sleep(1)
        assert await read(1) == 1

    with_reader(numbered, work)


def test_others_are_answered_while_one_waits_for_a_lock(numbered: Settings) -> None:
    async def work(read: Read) -> None:
        with connect("semia_dbt", numbered) as holder:
            holder.execute("lock table features.numbers in access exclusive mode")
            waiting = asyncio.ensure_future(read(1))
            await asyncio.sleep(0.1)
            assert not waiting.done()
            with pytest.raises(DatabaseAway, match="statement timeout"):
                await waiting
        assert await read(1) == 1

    with_reader(numbered, work)


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run])
def test_a_line_that_breaks_behind_a_last_word_is_heard_of(
    numbered: Settings, run: Callable[[Coroutine[Any, Any, None]], None]
) -> None:
    where = parameters("semia_api", numbered)
    with cut_line((where.host, where.port)) as line:
        address = f"postgresql://semia_api:{where.password}@127.0.0.1:{line.port}/{where.dbname}"

        async def work(read: Read) -> None:
            await read(1)
            with connect("semia_dbt", numbered) as holder:
                holder.execute("lock table features.numbers in access exclusive mode")
                waiting = asyncio.ensure_future(read(2))
                await asyncio.sleep(0.1)
                line.cut()
                await asyncio.sleep(0.2)
            assert await waiting == 2

        with_reader(Settings(home=numbered.home, database_url=SecretStr(address)), work, run)
