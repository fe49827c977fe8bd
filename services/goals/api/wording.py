"""A clinic's own wording of its measures over HTTP. We ship none."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Query

from services.goals.api.callers import after_of
from services.goals.api.packs import Lead, known
from services.goals.commands import wording as commands
from services.goals.models.wording import (
    Language,
    Withdrawal,
    WordingRead,
    WordingVersionRead,
)
from services.goals.queries import wording as queries
from shared.app import Limit, Now, Page, Route, Session
from shared.auth import Actor, require
from shared.errors import NotFound
from shared.events.words import Role
from shared.pages import paged


class FormRoute(Route):
    """As every route; a Questionnaire may also come as what FHIR calls its JSON."""

    kinds = ("application/json", "application/fhir+json")


router = APIRouter(route_class=FormRoute)
Staff = Annotated[Actor, Depends(require(Role.CLINICIAN, Role.CLINICAL_LEAD, Role.FRONT_DESK))]
Questionnaire = Annotated[
    dict[str, Any],
    Body(
        description=(
            "A FHIR R4 Questionnaire in JSON, with `language`. Its items are matched by code: "
            "LOINC's, or `urn:tidemark:fhir:item:<measure>` with our item code, as a code or as "
            "the linkId. Answers are matched by ordinalValue, valueInteger or LOINC's answer code. "
            "What is read of it: title, copyright, the words of groups before the first question, "
            "each item's text and each answer's display. Markup is kept as plain text."
        ),
        examples=[
            {
                "resourceType": "Questionnaire",
                "status": "active",
                "language": "en",
                "item": [
                    {
                        "linkId": "1",
                        "code": [{"system": "http://loinc.org", "code": "44250-9"}],
                        "text": "The words that the clinic is licensed for",
                        "type": "choice",
                        "answerOption": [{"valueCoding": {"code": "0", "display": "Never"}}],
                    }
                ],
            }
        ],
    ),
]


@router.post("/clinics/{clinic_id}/measures/{code}/wording", status_code=201)
async def bring(
    clinic_id: UUID,
    code: str,
    questionnaire: Questionnaire,
    session: Session,
    actor: Lead,
    now: Now,
) -> WordingRead:
    """Bring the wording that the clinic is licensed for, as a FHIR R4 Questionnaire.

    A questionnaire with another number, order, answers or values of answers than the measure's is
    refused with 422, naming each item, and nothing is stored. 409 while the licence that the
    measure needs was not confirmed with its pack. Every import is a new version of its language.
    """
    measure = known(code)
    found = await commands.bring(session, actor, clinic_id, measure, questionnaire, now)
    return queries.shown(found, measure)


@router.get("/clinics/{clinic_id}/measures/{code}/wording")
async def wording(
    clinic_id: UUID,
    code: str,
    language: Annotated[Language, Query()],
    session: Session,
    actor: Staff,
) -> WordingRead:
    """The words of a measure in a language (for en-GB, those of en where it has no own ones)."""
    measure = known(code)
    if clinic_id not in actor.clinics:
        raise NotFound()
    found = await queries.for_reader(session, clinic_id, measure, language)
    if found is None:
        raise NotFound()
    return found


@router.get(
    "/clinics/{clinic_id}/measures/{code}/wording/versions",
    response_model=Page[WordingVersionRead],
)
async def versions(
    clinic_id: UUID,
    code: str,
    session: Session,
    actor: Staff,
    limit: Limit = 50,
    after: str | None = None,
) -> dict[str, object]:
    """Every wording that was ever brought for a measure, oldest first, without the words."""
    measure = known(code)
    if clinic_id not in actor.clinics:
        raise NotFound()
    rows = await queries.versions(session, clinic_id, measure, limit, after_of(after))
    items, following = paged(rows, limit, lambda one: (one.imported_at, one.wording_id))
    return {"items": items, "next": following}


@router.post(
    "/clinics/{clinic_id}/measures/{code}/wording/withdraw", response_model=WordingVersionRead
)
async def withdraw(
    clinic_id: UUID,
    code: str,
    which: Withdrawal,
    session: Session,
    actor: Lead,
    now: Now,
) -> object:
    """Show a language's wording no longer. It stays on record, and older ones do not return."""
    return await commands.withdraw(session, actor, clinic_id, known(code), which.language, now)
