"""In each clinic somebody has already looked at a flag."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from deploy.demo import CLINICS
from deploy.seed import words
from deploy.seed.acts import Acts, actor
from deploy.seed.plan import Story
from deploy.seed.referrals import case_id
from deploy.seed.sessions import clinician
from services.progress import queries
from services.progress.commands import flags as commands
from shared.errors import NotFound
from shared.events.words import FlagState, Rule


async def look(acts: Acts, told: list[Story], now: datetime) -> None:
    """The first case in each clinic with a safety flag: its clinician has seen it."""
    for clinic in CLINICS:
        first = next(one for one in told if one.clinic is clinic and one.thoughts)
        await _seen(acts, first, now)


async def _seen(acts: Acts, story: Story, now: datetime) -> None:
    person = actor(clinician(story))

    async def work(session: AsyncSession) -> None:
        about = {"case_id": case_id(story)}
        found, _ = await queries.flags(session, person, about, list(FlagState), 50, None)
        flag = next((one for one in found if one.rule == Rule.SI_ITEM), None)
        if flag is None:
            raise NotFound()  # not yet: the history has still to be read
        if flag.state == FlagState.RAISED:
            by = commands.By(person, now, acts.settings.partitions)
            await commands.acknowledge(session, by, flag.flag_id, words.SEEN)

    await acts.do("progress", story.clinic, work)
