"""A case's goals, answers and scores in FHIR R4, for staff who may read the case. Reading only."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession

from services.goals.api.callers import Reader, after_of
from services.goals.api.fhir_route import FhirJson, FhirRoute
from services.goals.api.packs import known
from services.goals.domain.fhir.bundles import searchset
from services.goals.domain.fhir.capabilities import capabilities
from services.goals.domain.fhir.questionnaires import questionnaire
from services.goals.queries import cases
from services.goals.queries import fhir as queries
from shared import audit
from shared.app import Now, Session
from shared.auth import Actor, Caller
from shared.errors import NotFound


OUTCOME = {"content": {"application/fhir+json": {}}, "description": "An OperationOutcome"}
FAILURES: dict[int | str, dict[str, Any]] = dict.fromkeys((401, 403, 404, 422, 503), OUTCOME)
router = APIRouter(
    route_class=FhirRoute,
    prefix="/fhir",
    tags=["FHIR R4"],
    default_response_class=FhirJson,
    responses=FAILURES,
)

Case = Annotated[UUID, Query(alias="case", description="The case that is read")]
Count = Annotated[int, Query(alias="_count", ge=1, le=200, description="Entries on a page")]
After = Annotated[str | None, Query(description="Where a page begins: out of a `next` link")]
USED = ("case", "_count", "after")  # as they stand in an address
Resource = dict[str, Any]


@router.get("/Goal")
async def goals(
    request: Request,
    case_id: Case,
    session: Session,
    actor: Reader,
    now: Now,
    count: Count = 50,
    after: After = None,
) -> Resource:
    """A case's goals as a searchset Bundle, oldest first.

    The title is the description, in the client's own words. Goal attainment scaling is written as
    HL7's Person-Centered Outcomes guide has it: five levels as extensions, a target of LOINC
    107332-9. A goal of all clients has the case as its Group.
    """
    await _read(session, actor, case_id, "fhir_goals_read")
    found = await queries.goals(session, case_id, count, after_of(after), now)
    return _page(request, "Goal", found)


@router.get("/QuestionnaireResponse")
async def responses(
    request: Request,
    case_id: Case,
    session: Session,
    actor: Reader,
    count: Count = 50,
    after: After = None,
) -> Resource:
    """A case's answers to measures as a searchset Bundle, oldest first.

    Each item's linkId is its number in the measure. What was not answered is not there. Voided
    answers are entered-in-error, corrected ones amended.
    """
    await _read(session, actor, case_id, "fhir_responses_read")
    found = await queries.responses(session, case_id, count, after_of(after))
    return _page(request, "QuestionnaireResponse", found)


@router.get("/Observation")
async def observations(
    request: Request,
    case_id: Case,
    session: Session,
    actor: Reader,
    count: Count = 50,
    after: After = None,
) -> Resource:
    """What a case's answers come to and where its goals stood, as a searchset Bundle.

    A score has LOINC's code of the total, never the panel's, its band as interpretation, and safety
    items as components: one that was not answered has a dataAbsentReason, never 0. A rating's focus
    is its goal.
    """
    await _read(session, actor, case_id, "fhir_observations_read")
    found = await queries.observed(session, case_id, count, after_of(after))
    return _page(request, "Observation", found)


@router.get("/Goal/{goal_id}")
async def goal(goal_id: UUID, session: Session, actor: Reader, now: Now) -> Resource:
    """One goal."""
    return await _told(
        session, actor, "fhir_goals_read", await queries.goal(session, actor, goal_id, now)
    )


@router.get("/QuestionnaireResponse/{response_id}")
async def response(response_id: UUID, session: Session, actor: Reader) -> Resource:
    """One set of answers."""
    found = await queries.response(session, actor, response_id)
    return await _told(session, actor, "fhir_responses_read", found)


@router.get("/Observation/{observation_id}")
async def observation(observation_id: UUID, session: Session, actor: Reader) -> Resource:
    """One score (its id is that of the answers) or one rating."""
    found = await queries.observation(session, actor, observation_id)
    return await _told(session, actor, "fhir_observations_read", found)


@router.get("/Questionnaire/{code}")
async def measure(code: str, _: Caller) -> Resource:
    """A measure under our own short labels; nobody's wording is in it."""
    return questionnaire(known(code))


@router.get("/metadata")
async def metadata(_: Caller) -> Resource:
    """What can be read here, as a CapabilityStatement."""
    return capabilities()


@router.get("/{other:path}", include_in_schema=False)
async def other(other: str) -> Resource:
    """Whatever else is asked for is not there, said as everything here is said."""
    raise NotFound()


async def _read(session: AsyncSession, actor: Actor, case_id: UUID, act: str) -> None:
    case = await cases.case(session, actor, case_id)
    await audit.record(session, actor, act, case.case_id)


async def _told(
    session: AsyncSession, actor: Actor, act: str, found: tuple[UUID, Resource]
) -> Resource:
    case_id, resource = found
    await audit.record(session, actor, act, case_id)
    return resource


def _page(request: Request, kind: str, found: queries.Found) -> Resource:
    """A page with links to itself and the next one, as a caller of web reaches them."""
    base = f"{request.app.state.settings.web_url}/api/goals/v1/fhir"
    # What was passed over is not repeated: a reader learns from it by what was searched.
    query = {name: value for name, value in request.query_params.items() if name in USED}
    return searchset(base, kind, query, found.resources, found.total, found.following)
