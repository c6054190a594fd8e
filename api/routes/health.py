"""/health/live and /health/ready: is the process alive, and can it answer?

Those who only watch ask by HEAD.
"""

from fastapi import APIRouter, Request

from api.http.documented import PROBLEMS
from api.schemas.given import Health

router = APIRouter(prefix="/health", tags=["health"])


@router.head("/live", include_in_schema=False)
@router.get("/live", summary="The process runs")
async def live(request: Request) -> Health:
    """True as long as the process answers at all."""
    models = request.app.state.service.models
    return Health(status="ok" if models else "no-models", version=request.app.version)


@router.head("/ready", include_in_schema=False)
@router.get("/ready", summary="The models are loaded", responses={503: PROBLEMS[503]})
async def ready(request: Request) -> Health:
    """200 once every model of the bundle is loaded and verified; 503 until then."""
    bundle = request.app.state.service.require().bundle
    return Health(
        status="ok",
        version=request.app.version,
        bundle_version=bundle.version,
        problems=tuple(bundle.problems),
    )
