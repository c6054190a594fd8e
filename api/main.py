"""Build the application: one app for uvicorn on a doctor's computer and for AWS Lambda."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from api import __version__
from api.access.check import Access, key_file, keys_are_needed
from api.access.keys import KeyRing
from api.access.named import Named
from api.access.own_host import OwnHost
from api.access.rate import RateLimit, Rates
from api.background import Background
from api.bundle.service import open_service
from api.history.patient import Histories
from api.history.remembered import PatientReader
from api.http import refusals
from api.http.compressed import Compressed
from api.http.direct_route import Straight
from api.http.headers import SecurityHeaders
from api.http.limits import BodyLimit
from api.http.watched import Watched
from api.log.entries import Log, open_log
from api.metrics import Metrics
from api.openapi import describe
from api.renewal import Renewal, adopt
from api.routes import (
    assessments,
    batch,
    cards,
    cds_hooks,
    fhir,
    health,
    metrics,
    models,
    own_assessments,
    page,
    places,
    red_flags,
    vocabulary,
)
from ml.serving.bundle import Bundle
from warehouse.settings import Settings, load_settings

ROUTERS = (
    assessments,
    own_assessments,
    batch,
    fhir,
    cds_hooks,
    vocabulary,
    places,
    red_flags,
    models,
    cards,
    health,
    metrics,
    page,
)


def create_app(
    settings: Settings,
    bundle: Bundle | None = None,
    log: Log | None = None,
    reader: PatientReader | None = None,
) -> FastAPI:
    """The service over `bundle`, or over the one the settings name; it keeps its rows in `log`.

    A patient's history comes from `reader`, by default straight from the feature tables.

    Without a usable bundle the app still starts; `/health/ready` and every question answer 503
    and say which command to type.
    """
    log = log or open_log(settings)
    app = FastAPI(
        title="Semia",
        lifespan=_at_work,
        version=__version__,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        # Whatever is measured of a request, `Watched` measures: two would cost a tenth of it.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.settings = settings
    app.state.log = log
    app.state.histories = Histories(settings, reader)
    app.state.metrics = Metrics(settings.home / "drift.json", settings.workers > 1)
    app.state.assets = page.read_assets(settings.language)
    adopt(app, open_service(settings, bundle))
    for module in ROUTERS:
        app.include_router(module.router)
    refusals.install(app)
    # The last one added meets the request first.
    app.add_middleware(BodyLimit)
    app.add_middleware(Straight, routes=assessments.router.routes)
    if keys_are_needed(settings):
        if settings.rate_limit:
            app.state.rates = Rates(settings.home / "rates.db", settings.rate_limit)
            app.add_middleware(RateLimit, rates=app.state.rates)
        app.add_middleware(Access, ring=KeyRing(key_file(settings)))
    elif settings.access in ("proxy-clinics", "gateway"):
        app.add_middleware(Named, settings=settings)
    elif settings.access in ("auto", "local"):
        app.add_middleware(OwnHost)
    app.add_middleware(Compressed)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Watched, note=app.state.metrics.note)
    describe(app)
    return app


def from_settings() -> FastAPI:
    """The application configured by the environment; each worker builds its own."""
    app = create_app(load_settings())
    gc.freeze()
    return app


@asynccontextmanager
async def _at_work(app: FastAPI) -> AsyncIterator[None]:
    """While the service runs: carry the log's rows to the database, take up new bundles."""
    log = app.state.log
    workers: list[Background] = [Renewal(app, app.state.settings)]
    if isinstance(log, Background):
        workers.append(log)
    for worker in workers:
        worker.start()
    yield
    for worker in workers:
        worker.stop()
    app.state.histories.close()
    if hasattr(app.state, "rates"):
        app.state.rates.close()
