"""Prometheus metrics of the service: counts, latencies, models and drift; never a patient."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from starlette.types import Scope

from api.schemas.given import Answer
from ml.serving.bundle import Bundle

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
_FEATURES_SHOWN = 10


class Metrics:
    """The service's own registry; one for each application, so tests never share counts.

    With `several` workers each writes its counts into the folder that `api.http.listen` has made,
    and whichever is asked tells those of all: a worker that has died goes on counting.
    """

    def __init__(self, drift_file: Path, several: bool = False) -> None:
        self.registry = CollectorRegistry()
        self._several = several
        self._kept: dict[tuple[str, ...], tuple[Counter, Histogram]] = {}
        self._counted: dict[tuple[str, ...], Counter] = {}
        self._served = _Served()
        self._drift = _Drift(drift_file)
        self.requests = Counter(
            "semia_http_requests",
            "Requests answered.",
            ["route", "method", "status"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "semia_http_request_seconds",
            "Time to answer a request.",
            ["route"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.assessments = Counter(
            "semia_assessments",
            "Questions answered.",
            ["problem", "confident"],
            registry=self.registry,
        )
        self.refused_bundles = Counter(
            "semia_bundles_refused",
            "New bundles that were damaged, so that the old one went on answering.",
            registry=self.registry,
        )

    def describe(self, bundle: Bundle) -> None:
        """Say which models are served, since when, and how good they were when measured."""
        self._served.bundle = bundle

    def note(self, route: str, scope: Scope, status: int, seconds: float) -> None:
        """Count and time one request."""
        method = scope["method"] if scope["method"] in _METHODS else "other"
        count, timer = self._of_request(route, method, str(status))
        count.inc()
        timer.observe(seconds)

    def _of_request(self, *kind: str) -> tuple[Counter, Histogram]:
        """What counts and times requests of a route, method and status, looked up once."""
        if kind not in self._kept:
            self._kept[kind] = self.requests.labels(*kind), self.seconds.labels(kind[0])
        return self._kept[kind]

    def text(self) -> bytes:
        """Everything, in Prometheus' text format."""
        counts, told = self.registry, CollectorRegistry()
        if self._several:
            counts = CollectorRegistry()
            MultiProcessCollector(counts)  # type: ignore[no-untyped-call]
        told.register(self._served)
        told.register(self._drift)
        return generate_latest(counts) + generate_latest(told)

    def count(self, answers: Iterable[Answer]) -> None:
        """Count the answers of one assessment."""
        for answer in answers:
            self._of_answer(answer.problem, str(answer.is_confident).lower()).inc()

    def _of_answer(self, *kind: str) -> Counter:
        """What counts the answers of a problem that are confident, or are not, looked up once."""
        if kind not in self._counted:
            self._counted[kind] = self.assessments.labels(*kind)
        return self._counted[kind]


class _Served(Collector):
    """The bundle that is served, which is the same for every worker."""

    bundle: Bundle | None = None

    def collect(self) -> Iterator[Metric]:
        trained = GaugeMetricFamily(
            "semia_model_trained_timestamp_seconds", "When it was trained.", labels=["problem"]
        )
        measured = GaugeMetricFamily(
            "semia_model_metric", "Held-out measurement.", labels=["problem", "metric"]
        )
        served = GaugeMetricFamily(
            "semia_bundle_info", "The bundle that is served.", labels=["version", "origin"]
        )
        problems = self.bundle.problems if self.bundle else {}
        for name, about in ((name, problem.about) for name, problem in problems.items()):
            trained.add_metric([name], datetime.fromisoformat(about.trained_at).timestamp())
            for key, value in about.metrics.items():
                measured.add_metric([name, key], value)
        for origin in sorted({problem.about.origin for problem in problems.values()}):
            served.add_metric([self.bundle.version if self.bundle else "", origin], 1)
        yield from (trained, measured, served)


class _Drift(Collector):
    """The last drift measurement, read from the file `semia drift` leaves, at every scrape."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def collect(self) -> Iterator[Metric]:
        psi = GaugeMetricFamily(
            "semia_feature_drift_psi",
            "Population stability index against the training data; the largest few.",
            labels=["problem", "feature"],
        )
        measured = GaugeMetricFamily(
            "semia_drift_measured_timestamp_seconds", "When drift was last measured."
        )
        drift = _read(self._file)
        for problem, feature, value in _largest(drift.get("problems", {})):
            psi.add_metric([problem, feature], value)
        if "measured_at" in drift:
            moment = datetime.fromisoformat(drift["measured_at"])
            measured.add_metric([], moment.timestamp())
        yield psi
        yield measured


def _read(file: Path) -> Mapping[str, Any]:
    """The measurement, or nothing: before the first one, or while the file is being replaced."""
    try:
        drift = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return drift if isinstance(drift, dict) else {}


def _largest(problems: Mapping[str, Any]) -> Iterator[tuple[str, str, float]]:
    for problem, found in problems.items():
        ordered = sorted(found.get("features", {}).items(), key=lambda item: -item[1])
        for feature, value in ordered[:_FEATURES_SHOWN]:
            yield problem, feature, float(value)
