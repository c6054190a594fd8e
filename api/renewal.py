"""Reload the bundle while serving: a valid new one replaces the old, a damaged one is ignored."""

import logging
from pathlib import Path

from fastapi import FastAPI

from api.answer.trial import open_tried
from api.background import Background
from api.bundle.service import Service
from api.routes import vocabulary
from warehouse.errors import SemiaError
from warehouse.settings import Settings

_PAUSE_SECONDS = 2.0
_told = logging.getLogger("semia.bundle")
Stamp = frozenset[tuple[str, int, int]]


def adopt(app: FastAPI, service: Service) -> None:
    """Serve `service` from the next request on; a running request ends with the old one."""
    if service.models is not None:
        app.state.vocabulary = vocabulary.written(service.models)
        app.state.metrics.describe(service.models.bundle)
    app.state.service = service


class Renewal(Background):
    """Looks, every two seconds while it runs, whether the bundle on disk is another one."""

    def __init__(self, app: FastAPI, settings: Settings) -> None:
        super().__init__("semia-bundle")
        self._app = app
        self._settings = settings
        self._seen = self._stamp()
        self._why_not: SemiaError | None = None

    def look(self) -> bool:
        """Load the bundle on disk if it is new and valid; return whether it was.

        One that is not is told of where it is still the same at the next look: until then it may be
        a copy on its way.
        """
        stamp = self._stamp()
        if stamp is not None and stamp != self._seen:
            self._seen = stamp
            service = open_tried(self._settings)
            self._why_not = service.why_not
            if service.models is not None:
                adopt(self._app, service)
                return True
        elif self._why_not is not None:
            _told.error("the new bundle is not taken up: %s", self._why_not)
            self._app.state.metrics.refused_bundles.inc()
            self._why_not = None
        return False

    def _go_on(self) -> None:
        while not self._stopping.wait(_PAUSE_SECONDS):
            self.look()

    def _stamp(self) -> Stamp | None:
        """Which files are on disk; None while there is no manifest, or one is being put there.

        All of them: where the manifest is copied first, the others are looked at as they come.
        """
        folder = self._settings.bundle_dir
        try:
            if not (folder / "manifest.json").is_file():
                return None
            return frozenset(_told_of(path) for path in folder.rglob("*"))
        except OSError:
            return None


def _told_of(path: Path) -> tuple[str, int, int]:
    """A file of a bundle and when it was changed; a link that leads nowhere is its own."""
    try:
        found = path.stat()
    except OSError:
        found = path.lstat()
    return str(path), found.st_mtime_ns, found.st_ino
