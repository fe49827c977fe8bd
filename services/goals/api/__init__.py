"""The calls of the goals service."""

from fastapi import APIRouter

from services.goals.api import (
    answers,
    assignments,
    disclosures,
    export,
    fhir,
    goals,
    kinds,
    packs,
    ratings,
    respondents,
    templates,
    wording,
)
from shared import keyring
from shared.app import Route


router = APIRouter(route_class=Route, lifespan=keyring.lifespan)
for part in (
    goals,
    ratings,
    templates,
    kinds,
    packs,
    answers,
    disclosures,
    assignments,
    respondents,
    wording,
    fhir,
    export,
):
    router.include_router(part.router)
router.include_router(assignments.once)
