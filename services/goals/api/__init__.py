"""The calls of the goals service."""

from fastapi import APIRouter

from services.goals.api import answers, goals, packs, ratings
from shared.app import Route


router = APIRouter(route_class=Route)
for part in (goals, ratings, packs, answers):
    router.include_router(part.router)
