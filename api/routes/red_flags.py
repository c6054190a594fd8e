"""GET /v1/red-flags: every danger criterion, its source, and when it misleads."""

from fastapi import APIRouter, Depends

from api.http.accept import gives
from api.http.documented import PROBLEMS
from api.red_flags.rules import Rule, rules

router = APIRouter(
    prefix="/v1", tags=["vocabulary"], dependencies=[Depends(gives("application/json"))]
)


@router.get(
    "/red-flags",
    summary="Every red flag and its rule",
    response_model_exclude_none=True,
    responses={406: PROBLEMS[406]},
)
async def read_red_flags() -> tuple[Rule, ...]:
    """The published criteria that are checked beside the models, in both languages."""
    return rules()
