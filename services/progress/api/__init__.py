"""The calls of the progress service."""

from fastapi import APIRouter

from services.progress.api import cases, concerns, figures, flags, trying
from shared.app import Route


router = APIRouter(route_class=Route)
for part in (cases, flags, figures, concerns, trying):
    router.include_router(part.router)
