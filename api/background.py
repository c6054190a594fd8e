"""Background work in a thread of its own while the service answers."""

import threading
from abc import ABC, abstractmethod


class Background(ABC):
    """Goes on between `start` and `stop`; `_stopping` is set when it should end."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._go_on, name=self._name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Wait for the current work to end, ten seconds at most."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(10)
            self._thread = None

    @abstractmethod
    def _go_on(self) -> None:
        """Work until `_stopping` is set."""
