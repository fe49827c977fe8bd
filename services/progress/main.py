"""The progress service: its calls. Its worker is Faust's, in stream.py."""

from fastapi import APIRouter, Depends

from services.progress import api
from services.progress.api import rebuilds
from services.progress.queries.heard import heard_by
from services.progress.queries.rebuilds import readable
from shared.app import Route, Session
from shared.service import Service


async def ours(session: Session) -> None:
    """503 while the projection was made by other code and is being built anew."""
    await readable(session)


router = APIRouter(route_class=Route)
router.include_router(api.router, dependencies=[Depends(ours)])
router.include_router(rebuilds.router)
service = Service("progress", router=router, heard_by=heard_by)
