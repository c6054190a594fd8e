"""Listen on SEMIA_HOST and SEMIA_PORT, encrypted where a certificate is set."""

import gc
import os
import ssl
import tempfile

import uvicorn
from fastapi import FastAPI

from api.http.gathered import OneWrite
from warehouse.errors import WrongSetting
from warehouse.settings import Settings


def check_certificate(settings: Settings) -> None:
    """Raise `WrongSetting` where the certificate set cannot be used with its key."""
    if settings.https_certificate is None:
        return
    try:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(settings.https_certificate, settings.https_key)
    except (OSError, ssl.SSLError) as error:
        raise WrongSetting(
            f"The certificate cannot be used: {error}",
            where=f"SEMIA_HTTPS_CERTIFICATE={settings.https_certificate}",
            next_step="give a PEM certificate and its key; see docs/how-to/open-to-a-network.md",
        ) from error


def run(app: FastAPI, settings: Settings) -> None:
    """Serve `app` until stopped; several workers build the application each for itself."""
    if settings.workers == 1:
        # What is loaded stays: looking through it for garbage would make one answer in a few
        # hundred wait. Several workers do so each for itself.
        gc.freeze()
        _run(app, settings)
        return
    # A worker reads the settings anew, and what a command was given is not in them.
    os.environ["SEMIA_BUNDLE"] = str(settings.bundle_dir.absolute())
    with tempfile.TemporaryDirectory(prefix="semia-metrics-") as folder:
        # Where the workers count, so that each can tell what all have done.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        _run("api.main:from_settings", settings)


def _run(app: FastAPI | str, settings: Settings) -> None:
    uvicorn.run(
        app,
        http=OneWrite,
        # There are none here, and they would be read by what has no patience.
        ws="none",
        factory=isinstance(app, str),
        workers=settings.workers,
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        server_header=False,
        # Nothing here asks who the client is: keys and clinics are what counts.
        proxy_headers=False,
        ssl_certfile=settings.https_certificate,
        ssl_keyfile=str(settings.https_key) if settings.https_key else None,
    )
