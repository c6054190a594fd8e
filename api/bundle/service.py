"""The models that are served: a verified bundle and its vocabulary, or why there is none."""

from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus

from api.bundle.prepared import Prepared, prepare
from api.bundle.vocabulary import Vocabulary, parse
from api.words.errors import Problem
from ml.serving import bundle as bundles
from ml.serving.bundle import Bundle
from warehouse.errors import BadBundle, SemiaError
from warehouse.settings import Settings


@dataclass(frozen=True)
class Models:
    """A bundle ready to answer."""

    bundle: Bundle
    vocabulary: Vocabulary

    @cached_property
    def prepared(self) -> dict[str, Prepared]:
        """What every answer of a model says alike, by its problem."""
        return prepare(self.bundle, self.vocabulary)

    @classmethod
    def of(cls, bundle: Bundle) -> "Models":
        """The models of a loaded bundle; raise `BadBundle` if its vocabulary is damaged."""
        return cls(bundle, parse(bundle.vocabulary))


@dataclass(frozen=True)
class Service:
    """The models, or the error that kept them from being read."""

    models: Models | None
    why_not: SemiaError | None = None

    def require(self) -> Models:
        """The models; raise `Problem` (503) where there are none."""
        if self.models is None:
            next_step = self.why_not.next_step if self.why_not else ""
            raise Problem(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "no-models",
                "no_models",
                headers={"Retry-After": "60"},
                values={"next_step": next_step or "semia up"},
            )
        return self.models


def open_service(settings: Settings, bundle: Bundle | None = None) -> Service:
    """Serve `bundle`, or the one the settings name; a bad one is remembered, never fatal."""
    try:
        return Service(Models.of(bundle or bundles.load(settings.bundle_dir)))
    except SemiaError as error:
        return Service(None, error)
    except Exception as error:  # a file of another version may make anything of itself
        return Service(None, not_usable(settings, error))


def not_usable(settings: Settings, error: Exception) -> BadBundle:
    """What is said of a bundle that this program cannot work with, whatever it came upon."""
    return BadBundle(
        f"this version of Semia cannot use it: {type(error).__name__}: {error}",
        where=str(settings.bundle_dir),
        next_step="export it again with this version: semia export",
    )
