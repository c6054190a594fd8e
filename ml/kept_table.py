"""A table of what was decided or measured, made where it is not there yet."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from psycopg import Connection

from warehouse.connection import connect, speaking_plainly
from warehouse.settings import Settings


@dataclass(frozen=True)
class KeptTable:
    """A table by its `name` with its schema; `create` makes it, and says what each column is."""

    name: str
    create: str

    @contextmanager
    def opened(self, settings: Settings) -> Iterator[Connection[Any]]:
        """One transaction of `semia_ml` in which the table is there.

        Raises `DatabaseAway` or `DatabaseRefused`, and then nothing was written.
        """
        with speaking_plainly(self.name), connect("semia_ml", settings) as connection:
            # Making it again would lock it against whoever reads it, though nothing changed.
            if connection.execute("select to_regclass(%s)", (self.name,)).fetchone() == (None,):
                connection.execute(self.create)
            yield connection
