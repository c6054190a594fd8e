"""How long work tells a person where it stands, without knowing who listens."""

from typing import Protocol


class Progress(Protocol):
    """A listener to long work; the terminal, a log or nobody."""

    def start(self, text: str, total: int | None = None) -> None:
        """A piece of work called `text` begins; `total` units are expected, if known."""

    def advance(self, amount: int = 1) -> None:
        """`amount` more units of the piece begun last are done."""

    def note(self, text: str) -> None:
        """A sentence worth showing, such as a licence or a fallback taken."""


class Silent:
    """Nobody listens."""

    def start(self, text: str, total: int | None = None) -> None:
        """Ignore."""

    def advance(self, amount: int = 1) -> None:
        """Ignore."""

    def note(self, text: str) -> None:
        """Ignore."""
