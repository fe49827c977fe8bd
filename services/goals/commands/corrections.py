"""Answers that were wrong are amended or voided; what they said before is kept."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.goals.commands.cases import case_to_correct
from services.goals.domain import answers, moments
from services.goals.models.answers import Replaced, Response, ResponseAmend, ResponseVoid
from services.goals.models.cases import CaseCopy
from services.goals.queries import answers as queries
from shared import audit, outbox
from shared.auth import Actor
from shared.errors import Conflict, Invalid
from shared.events.goals import MeasureAmended, MeasureVoided
from shared.events.measures import checksum_of, definition
from shared.events.words import CorrectionReason


# What an amendment may change, and the history therefore keeps.
KEPT = ("items", "total", "items_total", "usable", "band", "at_caseness", "by", "answered_at")


async def amend(
    session: AsyncSession, actor: Actor, response_id: UUID, new: ResponseAmend, now: datetime
) -> Response:
    """Let other answers, or another time, hold instead; scored by the same version as before.

    Also in a case that was closed. Conflict when somebody amended or voided it meanwhile.
    """
    case, response = await _to_correct(session, actor, response_id)
    _not_voided(response)
    if new.version != response.amendment:
        raise Conflict(
            "These answers were amended meanwhile. Look at them again.",
            extra={"version_number": response.amendment},
        )
    _needed(new)
    session.add(_replaced(response, actor.id, new.reason, now))
    if new.answered_at is not None:
        response.answered_at = _answered_at(new.answered_at, case, response, now)
    _rescore(response, new)
    response.amendment += 1
    response.entered_at, response.entered_by = now, actor.id
    await session.flush()
    await audit.record(session, actor, "measure_amended", case.case_id, new.reason)
    said = response.model_dump() | {"reason": new.reason}
    await outbox.publish(session, MeasureAmended(occurred_at=now, **said))
    return response


async def void(
    session: AsyncSession, actor: Actor, response_id: UUID, given: ResponseVoid, now: datetime
) -> Response:
    """Let answers count no more. The same again changes nothing; for another reason: Conflict."""
    case, response = await _to_correct(session, actor, response_id)
    if response.void_reason is given.reason:
        return response
    _not_voided(response)
    response.voided_at, response.voided_by = now, actor.id
    response.void_reason = given.reason
    await session.flush()
    await audit.record(session, actor, "measure_voided", case.case_id, given.reason)
    said = response.model_dump() | {"reason": given.reason}
    await outbox.publish(session, MeasureVoided(occurred_at=now, **said))
    return response


async def _to_correct(
    session: AsyncSession, actor: Actor, response_id: UUID
) -> tuple[CaseCopy, Response]:
    case_id = await queries.case_of_response(session, actor, response_id)
    case = await case_to_correct(session, actor, case_id)
    return case, await queries.response(session, response_id)


def _not_voided(response: Response) -> None:
    if response.voided_at is not None:
        raise Conflict("These answers were voided. Enter the right ones as new answers.")


def _needed(new: ResponseAmend) -> None:
    if not new.items and new.total is None and new.answered_at is None:
        raise Invalid.of("items", "are needed, or a total, or when it was answered")


def _answered_at(given: datetime, case: CaseCopy, response: Response, now: datetime) -> datetime:
    """When it was answered. Not after the case ended, but for its last measure: that was."""
    at = moments.moment(given, case.referred_at, now, "answered_at")
    last = max(case.closed_at, response.answered_at) if case.closed_at else None
    moments.before_closing(at, last, "answered_at")
    return at


def _rescore(response: Response, new: ResponseAmend) -> None:
    """Items and total are replaced together: what is not given is not known any more."""
    if not new.items and new.total is None:
        return
    measure = definition(response.measure, response.version)
    score = answers.score(measure, new.items, new.total)
    response.items = dict(new.items)
    response.total, response.items_total = score.total, score.items_total
    response.usable, response.band = score.usable, score.band
    response.at_caseness = score.at_caseness
    response.definition = checksum_of(measure.code, measure.version)


def _replaced(response: Response, by: UUID, reason: CorrectionReason, now: datetime) -> Replaced:
    return Replaced(
        response_id=response.response_id,
        clinic_id=response.clinic_id,
        amendment=response.amendment,
        entered_at=response.entered_at,
        entered_by=response.entered_by,
        replaced_at=now,
        replaced_by=by,
        reason=reason,
        **response.model_dump(include=set(KEPT)),
    )
