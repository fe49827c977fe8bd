"""What a failure means: wait, set aside, or stop. There is no fourth."""

import time
from collections.abc import Sequence
from enum import Enum

import asyncpg
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared.bus import Away
from shared.consumer.sorting import Clash
from shared.db import LOST, cannot_now, sqlstate
from shared.errors import Unavailable
from shared.log import frames
from shared.record import Bad


class Meaning(Enum):
    """The three meanings."""

    WAIT = "wait"  # something is away or in the way: keep the partition, try again
    SET_ASIDE = "set aside"  # this record fails for itself: park it, block its key, go on
    STOP = "stop"  # the infrastructure is in a state that nobody knows: the process ends


_ROLLED_BACK = "40"  # by the server: a deadlock, or one order of transactions that there is not
_AWAY = (*LOST, Away, Unavailable, PoolTimeout)


def meaning(error: BaseException) -> Meaning:
    """What a failure while handling one record means."""
    if isinstance(error, Clash):
        return Meaning.STOP
    if isinstance(error, _AWAY):
        return Meaning.WAIT
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return Meaning.WAIT
    code = sqlstate(error)
    if cannot_now(code) or code[:2] == _ROLLED_BACK:
        return Meaning.WAIT
    return Meaning.SET_ASIDE


def is_database(error: BaseException) -> bool:
    """Whether the database or its library said it."""
    return isinstance(error, SQLAlchemyError | asyncpg.PostgresError)


def cause(error: BaseException) -> str:
    """The word that operators see: a part of the record, or the error's class. Never its text."""
    return error.cause if isinstance(error, Bad) else type(error).__name__


class Several(Exception):
    """Too many of one batch fail for one cause: in parts, as many of them as may be are set aside.

    If the whole batch waited, it would come again as a whole after every start, for ever.
    """


class TooMany:
    """More than five different keys failing for one cause within a minute are no bad records."""

    KEYS, SECONDS = 5, 60.0

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], dict[str, float]] = {}

    def check(self, failing: Sequence[tuple[BaseException, str]]) -> None:
        """Note the failing keys of a batch, each with its error, if it is to be set aside.

        Several when a part of it may be, and Unavailable for the one that has to wait; of a batch
        that is not set aside nothing is noted but that one.
        """
        before = {place: dict(keys) for place, keys in self._seen.items()}
        for error, key in failing:
            if self.failing(error, key):
                said = f"many cases fail with {cause(error)}"
                if len(failing) == 1:
                    raise Unavailable(said) from error
                self._seen = before
                raise Several(said) from error

    def failing(self, error: BaseException, key: str) -> bool:
        """Note one more failing key; whether its cause now means *wait*.

        A cause for which we wait stays one as long as what waits goes on failing.
        """
        now, place = time.monotonic(), (cause(error), "".join(frames(error)[-1:]))
        keys = {k: at for k, at in self._seen.get(place, {}).items() if now - at < self.SECONDS}
        keys[key] = now
        if len(keys) > self.KEYS:
            keys = dict.fromkeys(keys, now)
        self._seen[place] = keys
        return len(keys) > self.KEYS
