"""GET /metrics: what Prometheus reads."""

from fastapi import APIRouter, Request, Response

router = APIRouter(tags=["health"])


@router.get(
    "/metrics",
    summary="Metrics in Prometheus' text format",
    response_class=Response,
    responses={200: {"content": {"text/plain": {}}, "description": "Metrics."}},
)
async def read_metrics(request: Request) -> Response:
    """Counts, times, models and drift; nothing that comes from a patient."""
    content = request.app.state.metrics.text()
    return Response(content, media_type="text/plain; version=0.0.4; charset=utf-8")
