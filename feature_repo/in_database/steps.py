"""Work on the database as steps that a blocking or an asynchronous driver carries out.

What a request means is written once, as a generator that yields steps and is sent their rows.
"""

from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeVar

import psycopg
from feast.feature_view import FeatureView

from .pool import AsyncPool, Pool, Read, Rows, Step
from .trouble import explained

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class ReadView:
    """A read of a view's rows, which can fail when its table is no longer what it was."""

    view: FeatureView
    read: Read


Steps = Generator[ReadView | Step, Rows, Answer]


def run(steps: Steps[Answer], pool: Pool) -> Answer:
    """Carry out every step and return what they amount to."""
    try:
        step = next(steps)
        while True:
            try:
                rows = pool.do(_plain(step))
            except psycopg.Error as error:
                if plain := _explained(error, step):
                    raise plain from error
                raise
            step = steps.send(rows)
    except StopIteration as done:
        answer: Answer = done.value
        return answer


async def run_async(steps: Steps[Answer], pool: AsyncPool) -> Answer:
    """The same, without blocking the event loop."""
    try:
        step = next(steps)
        while True:
            try:
                rows = await pool.do(_plain(step))
            except psycopg.Error as error:
                if plain := _explained(error, step):
                    raise plain from error
                raise
            step = steps.send(rows)
    except StopIteration as done:
        answer: Answer = done.value
        return answer


def _plain(step: ReadView | Step) -> Step:
    return step.read if isinstance(step, ReadView) else step


def _explained(error: psycopg.Error, step: ReadView | Step) -> Exception | None:
    return explained(error, error.sqlstate, [step.view] if isinstance(step, ReadView) else [])
