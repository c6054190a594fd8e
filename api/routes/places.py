"""GET /v1/places: the municipalities of which something is notified, with their names."""

from fastapi import APIRouter, Depends, Request, Response

from api.http.accept import gives
from api.http.documented import PROBLEMS
from api.http.etags import unless_known
from api.schemas.placed import Municipality, PlaceList
from api.words.departments import department_of
from ml.serving import epi_weeks
from ml.serving.local_levels import LocalLevels

router = APIRouter(
    prefix="/v1", tags=["vocabulary"], dependencies=[Depends(gives("application/json"))]
)


@router.get(
    "/places",
    summary="Every municipality of which something is known",
    response_model=PlaceList,
    responses={status: PROBLEMS[status] for status in (304, 406, 503)},
)
async def list_places(request: Request) -> Response:
    """The municipalities that a request's `place` may name and not be told that nothing is known.

    A bundle without notified cases gives an empty list.
    """
    bundle = request.app.state.service.require().bundle
    return unless_known(request, bundle.version, lambda: _listed(bundle.local).model_dump_json())


def _listed(table: LocalLevels | None) -> PlaceList:
    if table is None:
        return PlaceList(source=None, newest_week=None, places=())
    return PlaceList(
        source=table.source,
        newest_week=epi_weeks.written(table.newest),
        places=tuple(
            Municipality(code=code, name=table.names.get(code), department=department_of(code))
            for code in table.places
        ),
    )
