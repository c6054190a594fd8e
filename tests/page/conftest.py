"""The page as a doctor meets it: the real service, a real browser, nothing else on the network."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from api.main import create_app
from tests.support.bundles import make_tiny_bundle
from tests.support.programs import require_program
from warehouse.settings import Settings

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
]
LAPTOP = ViewportSize(width=1280, height=900)
PHONE = ViewportSize(width=360, height=740)
NARROWEST = ViewportSize(width=320, height=640)

OpenPage = Callable[..., Page]


@contextmanager
def running(app: FastAPI) -> Iterator[str]:
    """The address of a service while it runs."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="none", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a running service with the small bundle."""
    bundle = make_tiny_bundle(tmp_path_factory.mktemp("page-bundle"))
    app = create_app(Settings(home=tmp_path_factory.mktemp("page-home")), bundle)
    with running(app) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the tests of a file; each test gets a fresh context of it.

    While it is there an event loop runs in this thread, so it must be gone before other folders.
    """
    program = require_program("chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(program), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(site: str, browser: Browser) -> Iterator[OpenPage]:
    """Open the page; at the end, fail if it complained or asked another host for anything."""
    complaints: list[str] = []
    with ExitStack() as contexts:

        def opened(
            path: str = "/?lang=es", viewport: ViewportSize = LAPTOP, scheme: str = "light"
        ) -> Page:
            context = browser.new_context(viewport=viewport, color_scheme=scheme)  # type: ignore[arg-type]
            contexts.callback(context.close)
            page = context.new_page()
            page.set_default_timeout(10_000)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("console", lambda message: _note(complaints, message.type, message.text))
            page.on("request", lambda request: _note_strangers(complaints, site, request.url))
            page.goto(site + path)
            return page

        yield opened
    assert complaints == []


def _note(complaints: list[str], kind: str, text: str) -> None:
    # A refused request is logged by the browser itself; the page's own tests cover it.
    if kind in ("error", "warning") and "Failed to load resource" not in text:
        complaints.append(text)


def _note_strangers(complaints: list[str], site: str, url: str) -> None:
    if not url.startswith((site, "data:")):
        complaints.append(f"asked another host: {url}")
