"""The calls of the goals service."""

from fastapi import APIRouter

from services.goals.api import answers, goals, ratings
from shared.app import Route


router = APIRouter(route_class=Route)
for part in (goals, ratings, answers):
    router.include_router(part.router)
