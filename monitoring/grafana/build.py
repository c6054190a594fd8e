"""Write Semia's Grafana dashboard: `python -m monitoring.grafana.build`.

The panels are the data below; the JSON in `dashboards/` is generated, and a test keeps it fresh.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from grafana_foundation_sdk.builders import common, dashboard, prometheus, stat, timeseries
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import units
from grafana_foundation_sdk.models.common import BigValueTextMode
from grafana_foundation_sdk.models.dashboard import DashboardCursorSync, DataSourceRef

FILE = Path(__file__).with_name("dashboards") / "semia.json"
# The uid under which provisioning/datasources/prometheus.yml declares Prometheus.
PROMETHEUS = DataSourceRef(type_val="prometheus", uid="prometheus")

REQUESTS = "rate(semia_http_requests_total[$__rate_interval])"
SECONDS = 'rate(semia_http_request_seconds_bucket{route="/v1/assessments"}[$__rate_interval])'
CONFIDENT = 'rate(semia_assessments_total{confident="true"}[$__rate_interval])'
ASSESSED = "rate(semia_assessments_total[$__rate_interval])"


@dataclass(frozen=True)
class Panel:
    """One picture: a title, what it tells, its queries as legend → PromQL, unit, width of 24.

    It `shows` lines over time, the last value in big letters, or the legend itself.
    """

    title: str
    tells: str
    queries: dict[str, str]
    unit: str
    width: int = 8
    shows: Literal["lines", "value", "name"] = "lines"


SERVICE = (
    Panel(
        "API answers",
        "1 where the API answers Prometheus, 0 where it does not.",
        {"{{instance}}": 'up{job="semia_api"}'},
        units.Short,
        width=4,
        shows="value",
    ),
    Panel(
        "Models served",
        "Version of the bundle, and whether it learned from public or synthetic rows.",
        {"{{version}} ({{origin}})": "semia_bundle_info"},
        units.Short,
        shows="name",
    ),
    Panel(
        "Failed by our own fault",
        "Share of requests answered with a 5xx status; alert SemiaErrors above 1 %.",
        {
            "failed": '(sum(rate(semia_http_requests_total{status=~"5.."}[$__rate_interval]))'
            f" or vector(0)) / sum({REQUESTS})"
        },
        units.PercentUnit,
        width=12,
    ),
    Panel(
        "Requests per second",
        "By route and status.",
        {"{{route}} {{status}}": f"sum by (route, status) ({REQUESTS})"},
        units.RequestsPerSecond,
        width=12,
    ),
    Panel(
        "Time to assess",
        "Half, 95 and 99 of a hundred assessments take less; alert SemiaSlow above 0.5 s.",
        {
            f"p{share}": f"histogram_quantile({share / 100}, sum by (le) ({SECONDS}))"
            for share in (50, 95, 99)
        },
        units.Seconds,
        width=12,
    ),
)

ANSWERS = (
    Panel(
        "Assessments per second",
        "By problem: how often doctors ask which question.",
        {"{{problem}}": f"sum by (problem) ({ASSESSED})"},
        units.CountsPerSecond,
        width=12,
    ),
    Panel(
        "Answered confidently",
        "Share of assessments in which the model was sure enough to give one answer.",
        {
            "{{problem}}": f"sum by (problem) ({CONFIDENT} or {ASSESSED} * 0)"
            f" / sum by (problem) ({ASSESSED})"
        },
        units.PercentUnit,
        width=12,
    ),
)

MODELS = (
    Panel(
        "Age of the models",
        "Since training; alert SemiaModelStale above 90 days.",
        {"{{problem}}": "time() - max by (problem) (semia_model_trained_timestamp_seconds)"},
        units.Seconds,
        shows="value",
    ),
    Panel(
        "Last drift measurement",
        "Time since; alert SemiaDriftStale above 8 days.",
        {"drift": "time() - semia_drift_measured_timestamp_seconds"},
        units.Seconds,
        shows="value",
    ),
    Panel(
        "Quality when trained",
        "Figures of each model on patients it never saw.",
        {"{{problem}} {{metric}}": "semia_model_metric"},
        units.Short,
        shows="value",
    ),
    Panel(
        "Drift of the features",
        "Population stability index against what the model learned; alert above 0.25.",
        {"{{problem}} {{feature}}": "topk(10, semia_feature_drift_psi)"},
        units.Short,
        width=24,
    ),
)


def query(legend: str, expression: str, reference: str) -> prometheus.Dataquery:
    """A Prometheus query named `reference`, each of its series shown as `legend`."""
    return prometheus.Dataquery().expr(expression).legend_format(legend).ref_id(reference)


def big(shows: Literal["value", "name"]) -> stat.Panel:
    """A panel of one thing in big letters: the last value, or the name of its series."""
    text = BigValueTextMode.NAME if shows == "name" else BigValueTextMode.VALUE_AND_NAME
    last = common.ReduceDataOptions().calcs(["lastNotNull"])
    return stat.Panel().text_mode(text).reduce_options(last)


def draw(panel: Panel) -> stat.Panel | timeseries.Panel:
    """The panel as Grafana draws it."""
    drawn = timeseries.Panel() if panel.shows == "lines" else big(panel.shows)
    drawn = drawn.title(panel.title).description(panel.tells).unit(panel.unit)
    drawn = drawn.datasource(PROMETHEUS).span(panel.width).height(7)
    for number, (legend, expression) in enumerate(panel.queries.items()):
        drawn = drawn.with_target(query(legend, expression, chr(ord("A") + number)))
    return drawn


def build() -> str:
    """The whole dashboard as the JSON that Grafana is provisioned with."""
    board = (
        dashboard.Dashboard("Semia")
        .uid("semia")
        .description("Whether doctors get answers, how fast, and from models how old.")
        .tags(["semia"])
        .refresh("30s")
        .time("now-6h", "now")
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .readonly()
    )
    for title, panels in (("Service", SERVICE), ("Answers", ANSWERS), ("Models", MODELS)):
        board = board.with_row(dashboard.Row(title))
        for panel in panels:
            board = board.with_panel(draw(panel))
    return JSONEncoder(sort_keys=True, indent=2).encode(board.build()) + "\n"


if __name__ == "__main__":
    FILE.write_text(build(), encoding="utf-8")
