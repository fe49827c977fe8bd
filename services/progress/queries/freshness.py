"""Up to which moment an answer holds."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.progress.models.shapes import Fresh
from services.progress.models.tables import CONSUMER
from shared import watermarks


async def fresh(session: AsyncSession, now: datetime) -> Fresh:
    """The moment up to which all that every publisher committed is in here, and its age.

    Ask before what it is told about is read: nobody is to hear that more is in it than is.
    """
    at = await watermarks.current_to(session, CONSUMER)
    lag = None if at is None else round(max(0.0, (now - at).total_seconds()), 3)
    return Fresh(current_to=at, lag_seconds=lag)
