"""Requests made from the OpenAPI, right and wrong: each answer is one the document names."""

import warnings

import pytest

from api.main import create_app
from ml.serving.bundle import Bundle
from warehouse.postgres import schema
from warehouse.settings import Settings

with warnings.catch_warnings():
    # Schemathesis still reads names that its own dependencies have given up.
    warnings.simplefilter("ignore")
    from benchmarks.fuzz_openapi import fuzz


@pytest.mark.database
def test_every_answer_is_documented(database: Settings, bundle: Bundle) -> None:
    schema.prepare(database)
    app = create_app(database.model_copy(update={"access": "proxy"}), bundle)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = fuzz(app, 15)
    assert found.undocumented == []
    assert found.never_succeeded == []
    assert found.requests >= 140
    reached = {name for name, _ in found.answers}
    operations = app.openapi()["paths"].values()
    assert len(reached) == sum(len(item) for item in operations)
