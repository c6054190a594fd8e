"""Types beyond numbers and words are read online and offline as what they are."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal as Exact
from uuid import UUID

import pandas as pd
import psycopg
import pytest
from feast import FeatureStore
from feast.types import Decimal, Json, Set, String, UnixTimestamp, Uuid

from tests.feature_repo.laboratory import Table, hours

pytestmark = pytest.mark.database

NUMBER = UUID("12345678-1234-5678-1234-567812345678")
LOOKED = datetime(2024, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC)
FILES = Table(
    "files",
    ("bed",),
    {"number": Uuid, "dose": Decimal, "notes": Json, "looked_at": UnixTimestamp,
     "signs": Set(String)},
    [
        (1, 1, 1, NUMBER, Exact("1.10"), psycopg.types.json.Jsonb({"a": [1, None]}), LOOKED,
         ["fever", "cough"]),
        (2, 1, 1, None, None, None, None, None),
    ],
)  # fmt: skip
SEEN = {
    "bed": [1, 2, 3],
    "number": [NUMBER, None, None],
    "dose": [Exact("1.10"), None, None],
    "notes": [{"a": [1, None]}, None, None],
    "looked_at": [LOOKED.replace(microsecond=0), None, None],
    "signs": [{"fever", "cough"}, None, None],
}


@pytest.fixture(scope="module")
def store(open_store: Callable[..., FeatureStore]) -> FeatureStore:
    return open_store(FILES)


def test_they_are_read_online(store: FeatureStore) -> None:
    answer = store.get_online_features(FILES.references(), {"bed": [1, 2, 3]})
    assert answer.to_dict() == SEEN


def test_their_messages_say_the_same(store: FeatureStore) -> None:
    answer = store.get_online_features(FILES.references(), {"bed": [1, 2, 3]})
    by_feast = super(type(answer), answer).to_dict()
    assert by_feast == SEEN


def test_they_are_pushed_and_read_again(store: FeatureStore) -> None:
    row = {
        "bed": [7], "number": [str(NUMBER)], "dose": ["1.10"], "notes": ['{"a": [1, null]}'],
        "looked_at": [LOOKED], "signs": [["fever", "cough"]],
        "seen at": [hours(1)], "made at": [hours(1)],
    }  # fmt: skip
    store.write_to_online_store("files", pd.DataFrame(row))
    answer = store.get_online_features(FILES.references(), {"bed": [7]}).to_dict()
    assert answer == {name: values[:1] for name, values in SEEN.items()} | {"bed": [7]}


def test_history_gives_them_as_text_where_arrow_has_no_such_type(store: FeatureStore) -> None:
    asked = pd.DataFrame({"bed": [1], "event_timestamp": [hours(2)]})
    found = store.get_historical_features(asked, FILES.references()).to_arrow().to_pylist()[0]
    assert (found["number"], found["dose"]) == (str(NUMBER), "1.10")
    assert (found["looked_at"], sorted(found["signs"])) == (LOOKED, ["cough", "fever"])
    assert found["notes"] == '{"a": [1, null]}'
