"""GET /v1/models: which models answer, what they learned from, how good they were."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from api.bundle.prepared import facts
from api.http.accept import gives
from api.http.documented import PROBLEMS
from api.http.etags import unless_known
from api.http.links import link
from api.routes.cards import address
from api.schemas.model_list import ModelDetail, ModelList, ModelSummary
from api.words.errors import Problem
from api.words.wording import shown
from ml.serving.bundle import Bundle
from ml.serving.problem_file import ProblemFile

Asked = Annotated[
    str, Path(description="The question, as `GET /v1/models` names it.", examples=["arbovirus"])
]
_ONE_OF_THEM = link(
    "/v1/models/{problem}", "get", "One of the models.", problem="/models/0/problem"
)

router = APIRouter(prefix="/v1", tags=["models"], dependencies=[Depends(gives("application/json"))])


@router.get(
    "/models",
    summary="Every model that can answer",
    response_model=ModelList,
    responses={
        200: {"links": {"model": _ONE_OF_THEM}},
        **{status: PROBLEMS[status] for status in (304, 406, 503)},
    },
)
async def list_models(request: Request) -> Response:
    """The models of the bundle, with what was measured on held-out patients."""
    bundle = request.app.state.service.require().bundle
    return unless_known(request, bundle.version, lambda: _list(bundle).model_dump_json())


def _list(bundle: Bundle) -> ModelList:
    return ModelList(
        bundle_version=bundle.version,
        created_at=bundle.manifest.created_at,
        models=[ModelSummary(**_summary(p.about)) for p in bundle.problems.values()],
    )


@router.get(
    "/models/{problem}",
    summary="One model, its inputs and its card",
    response_model=ModelDetail,
    responses={status: PROBLEMS[status] for status in (304, 404, 406, 503)},
)
async def read_model(problem: Asked, request: Request) -> Response:
    """One model with the list of what it reads and its card."""
    bundle = request.app.state.service.require().bundle
    known = bundle.problems
    if problem not in known:
        values = {"name": shown(problem), "known": ", ".join(known)}
        raise Problem(HTTPStatus.NOT_FOUND, "not-found", "unknown_model", values=values)
    about, card = known[problem].about, known[problem].card
    return unless_known(
        request,
        bundle.version,
        lambda: ModelDetail(
            **_summary(about), features=about.features, card=card
        ).model_dump_json(),
    )


def _summary(about: ProblemFile) -> dict[str, object]:
    return {
        **facts(about),
        "problem": about.name,
        "question": dict(about.question),
        "kind": about.kind,
        "classes": about.classes,
        "baseline": about.baseline,
        "calibration": about.calibration,
        "git_commit": about.git_commit,
        "data_hash": about.data_hash,
        "card_page": address(about.name),
    }
