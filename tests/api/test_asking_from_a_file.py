"""`semia predict` asks the same question of the same bundle without a server."""

import json

import pytest

from api.answer.assessment import assess_document
from ml.serving.bundle import Bundle
from warehouse.errors import BadBundle, BadFile
from warehouse.settings import Settings


@pytest.fixture
def serving(api_settings: Settings, bundle: Bundle) -> Settings:
    return api_settings.model_copy(update={"bundle": bundle.folder})


def test_a_document_is_answered(serving: Settings) -> None:
    answer = assess_document(serving, {"age_years": 30, "problems": ["admission"]}, "one.json")
    assert [a["problem"] for a in answer["answers"]] == ["admission"]
    assert answer["language"] == "es"
    assert isinstance(answer["created_at"], str)
    (segment,) = (serving.home / "spool").glob("*.ndjson")
    kept = [json.loads(line)["row"]["assessment_id"] for line in segment.read_text().splitlines()]
    assert answer["id"] in kept


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"age_years": -1}, "age_years: Edad: -1 no es posible"),
        ({"age_years": -1, "language": "en"}, "age_years: Age: -1 is not possible"),
        ({"age": 1}, "age: Este campo no existe [one.json]. Next: see"),
        ([], "Debe ser un objeto con campos [one.json]. Next: see"),
    ],
)
def test_a_bad_document_is_refused_in_one_line(
    serving: Settings, document: object, said: str
) -> None:
    with pytest.raises(BadFile) as caught:
        assess_document(serving, document, "one.json")
    assert said in caught.value.one_line()
    assert "\n" not in caught.value.one_line()


def test_without_a_bundle_the_next_command_is_said(api_settings: Settings) -> None:
    with pytest.raises(BadBundle) as caught:
        assess_document(api_settings, {"age_years": 3}, "one.json")
    assert "semia up" in caught.value.one_line()
