"""The reckoning: wait until all is level, then look for every fact, every flag, every message."""

import asyncio
import time
from collections.abc import Callable

import httpx

from shared.clock import utcnow
from shared.kafka import KafkaBus
from shared.settings import Settings
from tests.campaign import told
from tests.campaign.calls import asked, caller
from tests.campaign.ledger import Ledger
from tests.campaign.level import PUBLISHERS, healed
from tests.campaign.reading import Log, read
from tests.campaign.shown import wrong
from tests.campaign.strange import Strange


ABREAST = 8  # calls at a time when the cases are compared
SHOWN = 20
SWEPT_IN = 60.0  # seconds until the sweeper has said what time did to every case
AGAIN = 1.0


class Reckoning:
    """Everything that was certain against everything that is there."""

    def __init__(self, settings: Settings, ledger: Ledger, strange: Strange, token: str) -> None:
        self._settings = settings
        self._ledger = ledger
        self._strange = strange
        self._token = token
        self.checks = 0

    async def failures(self, say: Callable[[str], None]) -> list[str]:
        """All that is otherwise, in words."""
        ended, ledger = time.monotonic(), self._ledger
        say(f"{len(ledger)} events in the ledger of {len(ledger.cases)} cases")
        found = await healed(self._settings, self._strange)
        say(f"level {time.monotonic() - ended:.1f} s after the last event")
        found += (await self._cases())[:SHOWN]
        # By now everything that cases had to say is said: who was told can be looked at.
        found += await healed(self._settings, self._strange)
        before = await told.messages(self._settings)
        log = await read(KafkaBus(self._settings.kafka), PUBLISHERS, self._settings.partitions)
        say(f"the log holds {log.records} records, {log.strangers} strangers'")
        found += log.failures(ledger)
        # A clock may run out while the log is read: whoever it tells is told by now.
        found += await healed(self._settings, self._strange)
        found += await self._told(log, before, say)
        self.checks += len(ledger) + len(ledger.cases)
        return found

    async def _told(self, log: Log, before: told.Messages, say: Callable[[str], None]) -> list[str]:
        messages = await told.messages(self._settings)
        self.checks += len(messages.states)
        say(f"{len(messages.states)} messages: {told.counted(messages)}")
        return told.wrong(self._ledger, log.kept, before, messages)

    async def _cases(self) -> list[str]:
        """What each case shows against the ledger's own fold."""
        end = time.monotonic() + SWEPT_IN
        async with caller(self._settings, "progress", self._token) as http:
            found = await asyncio.gather(*(self._every(http, n, end) for n in range(ABREAST)))
        return [line for lines in found for line in lines]

    async def _every(self, http: httpx.AsyncClient, number: int, end: float) -> list[str]:
        """Every eighth case, until it is right; beyond `end` what time did has to be there."""
        failures = []
        for case_id, facts in list(self._ledger.cases.items())[number::ABREAST]:
            while said := wrong(facts, await asked(http, f"/v1/cases/{case_id}"), utcnow()):
                if time.monotonic() > end:
                    failures += [f"case {case_id}: {line}" for line in said]
                    break
                await asyncio.sleep(AGAIN)
        return failures
