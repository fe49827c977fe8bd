"""In each clinic somebody has already worked on some flags: each state of their life is there."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from deploy.demo import CLINICS
from deploy.seed import words
from deploy.seed.acts import Acts, actor
from deploy.seed.plan import Story
from deploy.seed.referrals import case_id
from deploy.seed.sessions import clinician
from services.progress import queries
from services.progress.commands import flags as commands
from services.progress.commands.acts import By
from services.progress.models.flags import FlagRead
from shared.errors import NotFound
from shared.events.progress import FlagAction
from shared.events.words import FlagState, Rule


# Which flag of the clinic's first cases that got worse, and how far its clinician has come with it.
LOOKS = (
    (0, Rule.SI_ITEM, FlagState.ACKNOWLEDGED),
    (0, Rule.NOT_ON_TRACK, FlagState.ACTIONED),
    (1, Rule.DETERIORATION, FlagState.IN_REVIEW),
)


async def look(acts: Acts, told: list[Story], now: datetime) -> None:
    """The first cases in each clinic that got worse: their clinicians have seen to them."""
    for clinic in CLINICS:
        worse = [one for one in told if one.clinic is clinic and one.thoughts]
        for place, rule, state in LOOKS:
            await _seen(acts, worse[place], rule, state, now)


async def _seen(acts: Acts, story: Story, rule: Rule, state: FlagState, now: datetime) -> None:
    person = actor(clinician(story))

    async def work(session: AsyncSession) -> None:
        about = {"case_id": case_id(story)}
        found, _ = await queries.flags(session, person, about, list(FlagState), 50, None)
        standing = (one for one in found.items if one.state is not FlagState.CLEARED)
        flag = next((one for one in standing if one.rule == rule), None)
        if flag is None:
            raise NotFound()  # not yet: the history has still to be read
        by = By(person, now, acts.settings.partitions)
        await _acted(session, by, flag, state)

    await acts.do("progress", story.clinic, work)


async def _acted(session: AsyncSession, by: By, flag: FlagRead, state: FlagState) -> None:
    """From raised on; what is further already stays as it is."""
    if flag.state is not FlagState.RAISED:
        return
    flag_id: UUID = flag.flag_id
    safety = flag.rule is Rule.SI_ITEM
    await commands.acknowledge(session, by, flag_id, words.SEEN if safety else None)
    if state is FlagState.IN_REVIEW:
        await commands.review(session, by, flag_id, None)
    if state is FlagState.ACTIONED:
        action = FlagAction.CLINICAL_SUPPORT_TOOL_USED
        await commands.act(session, by, flag_id, action, words.LOOKED_AT)
