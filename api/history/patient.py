"""A named patient's stored history; the identifier is hashed before anything else is done.

Neither the identifier nor its hash is kept, logged or given back.
"""

import logging
import re
from collections.abc import Callable, Coroutine, Mapping
from functools import cached_property, partial
from typing import Any, cast

from fastapi.concurrency import run_in_threadpool

from api.history import on_aws
from api.history.remembered import REBUILD, PatientReader, Remembered, Visit
from api.log.entries import LOCAL
from api.schemas.asked import PatientGiven
from api.words.errors import BadRequestData
from api.words.language import Language
from api.words.validation import field_problem, pointer
from ml.serving.serving_plan import Row, ServingPlan, Value
from warehouse.errors import ContractBroken, SemiaError
from warehouse.hash_key import KeyAtHand, token
from warehouse.settings import Settings

_NUMBERS = frozenset({int, float, bool, type(None)})
_HASHED = re.compile(r"[0-9a-f]{64}")
_told = logging.getLogger("semia.history")


def _visits(rows: Mapping[str, Row]) -> list[Visit]:
    """The rows as the numbers that every column was when the bundle was exported.

    Raises `ContractBroken` for a column that holds something else.
    """
    return [
        Visit(moment.replace(microsecond=0), _numbers(view, values))
        for view, (moment, values) in rows.items()
    ]


def _numbers(view: str, values: Mapping[str, Value]) -> Mapping[str, float | None]:
    if not _NUMBERS.issuperset(map(type, values.values())):
        name, wrong = next((n, v) for n, v in values.items() if type(v) not in _NUMBERS)
        raise ContractBroken(
            f"{view}.{name} holds {type(wrong).__name__} and should hold a number",
            where="history",
            next_step=REBUILD,
        )
    return cast("Mapping[str, float | None]", values)


Wait = Callable[[Callable[[], Coroutine[Any, Any, Remembered | None]]], Remembered | None]


class Histories:
    """Looks a request's patient up, and goes on without where that is not possible."""

    def __init__(self, settings: Settings, reader: PatientReader | None = None) -> None:
        self._settings = settings
        self._given = reader
        self._key_at_hand = KeyAtHand(settings)
        self._secret: bytes | None = None

    @cached_property
    def reader(self) -> PatientReader:
        """What was given, or a reader of the tables, made for the first patient that is named."""
        # A service without a database starts sooner without what speaks to one.
        from api.history.rows import DatabaseReader

        return self._given or DatabaseReader(self._settings)

    def close(self) -> None:
        """Close the database connections, if any were opened."""
        if "reader" in self.__dict__:
            self.reader.close()

    async def of(
        self,
        patient: PatientGiven | None,
        plan: ServingPlan | None,
        clinic: str,
        language: Language,
    ) -> Remembered | None:
        """What is remembered of the patient; None if none was named.

        Raises `BadRequestData` for a clinic that asks of another one's patients.
        """
        if patient is None:
            return None
        if clinic not in (LOCAL, patient.source):
            place = pointer("patient", "source")
            raise BadRequestData([field_problem(place, "not_own_patient", language)], language)
        try:
            return await self._read(patient, plan)
        except SemiaError as error:
            _told.warning("answering without history: %s", error.one_line())
            return Remembered("away")

    async def _read(self, patient: PatientGiven, plan: ServingPlan | None) -> Remembered:
        if plan is None:
            return Remembered("away")
        patient_id = await self._patient_id(patient)
        rows = await self.reader.read(plan, patient_id) if patient_id else None
        if rows is None:
            return Remembered("away")
        return Remembered("found" if rows else "not_found", _visits(rows))

    async def _patient_id(self, patient: PatientGiven) -> str | None:
        """The key of the patient in the feature tables; None without the key that hashes it."""
        if _HASHED.fullmatch(patient.identifier):
            return f"{patient.source}-{patient.identifier}"
        key = await self._key()
        if key is None:
            _told.warning("answering without history: there is no key to hash identifiers with")
            return None
        return f"{patient.source}-{token(patient.identifier.strip(), key)}"

    async def _key(self) -> bytes | None:
        if self._settings.hash_key_secret is None:
            return self._key_at_hand.get()
        if self._secret is None:
            # AWS is asked over the network, once.
            self._secret = await run_in_threadpool(on_aws.secret, self._settings.hash_key_secret)
        return self._secret


class InTurn:
    """Looks up the patients of one file, one after another, for one clinic.

    A file is answered outside the event loop that histories belong to: `wait` calls there and comes
    back with the result. Once the store is away, no later line waits to hear the same again.
    """

    def __init__(
        self, histories: Histories, wait: Wait, plan: ServingPlan | None, clinic: str
    ) -> None:
        self._histories = histories
        self._wait = wait
        self._plan = plan
        self._clinic = clinic

    def of(self, patient: PatientGiven | None, language: Language) -> Remembered | None:
        """What is remembered of the patient; None if none was named.

        Raises `BadRequestData` for a clinic that asks of another one's patients.
        """
        if patient is None:
            return None
        look_up = partial(self._histories.of, patient, self._plan, self._clinic, language)
        found = self._wait(look_up)
        if found is not None and found.status == "away":
            self._plan = None
        return found
