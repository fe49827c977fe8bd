"""The calls of the goals service."""

from fastapi import APIRouter

from services.goals.api import answers, goals, kinds, packs, ratings, templates
from shared.app import Route


router = APIRouter(route_class=Route)
for part in (goals, ratings, templates, kinds, packs, answers):
    router.include_router(part.router)
