"""What the closing of a case does to its sessions: those that are still to come are called off."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.scheduling import queries
from services.scheduling.commands import copies, holds
from services.scheduling.commands.appointments import called_off
from services.scheduling.models import Status
from shared import outbox
from shared.events import derived_id
from shared.events.intake import CaseClosed
from shared.events.words import EndCode


REASON = "The case was closed."
# Nobody may get a message that the sessions of somebody who has died are off: that is for a person
# to tell. Of a couple or a family the code does not say who died, so none of them is written to.
AFTER_A_DEATH = frozenset({EndCode.DECEASED, EndCode.DECEASED_BEFORE_TREATMENT})


async def close(session: AsyncSession, event: CaseClosed, now: datetime) -> None:
    """No more sessions can be booked; everybody's time after the closing is free again.

    The reader holds the case's lock. Nobody else's is needed: time that is given back stands in
    nobody's way, and all that changes these sessions takes the case's lock first.
    """
    await copies.keep_case_closed(session, event.case_id, event.closed_at)
    tell = event.end_code not in AFTER_A_DEATH
    for coming in await queries.coming(session, event.case_id, event.closed_at):
        coming.status, coming.cancelled_by = Status.CANCELLED, "service"
        coming.cancel_reason = REASON
        await holds.free(session, coming)
        name = f"called off {coming.appointment_id}"
        told = called_off(coming, "service", now, tell, derived_id(event.event_id, name))
        await outbox.publish(session, told)
