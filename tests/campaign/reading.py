"""Reading the whole log afterwards: every event once, every number once, no number missing."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from shared import record as wire
from shared.bus import Bus, Partition, Record, scan
from shared.headers import INCARNATION, SEQUENCE, SOURCE, TYPE
from tests.campaign.ledger import Ledger


Number = tuple[bytes, int]  # incarnation and sequence
# What is kept whole: who was to be told of a flag, and what became of each message.
KEPT = ("progress.flag_raised", "progress.flag_escalated", "notifications.")


@dataclass
class Said:
    """An event that is kept, with its data."""

    event_id: UUID
    type: str
    data: dict[str, object]


@dataclass
class Log:
    """What stands in the topics."""

    numbers: dict[Partition, dict[Number, bytes]] = field(
        default_factory=lambda: defaultdict(dict)
    )  # → event id
    wrong: list[str] = field(default_factory=list)
    ratings: dict[str, set[bytes]] = field(default_factory=lambda: defaultdict(set))
    kept: dict[UUID, Said] = field(default_factory=dict)
    records: int = 0
    strangers: int = 0

    def add(self, record: Record) -> None:
        """Take one record into account."""
        self.records += 1
        sequence = wire.header(record, SEQUENCE) or b""
        ours = wire.header(record, SOURCE) == wire.source(record.topic)
        if not ours or not sequence.isdigit():
            self.strangers += 1
            return
        number = (wire.header(record, INCARNATION) or b"", int(sequence))
        if number[1] == 0:
            return  # the partition's genesis
        event_id = wire.id_of(record)
        part = Partition(record.topic, record.partition)
        known = self.numbers[part].setdefault(number, event_id.bytes)
        if known != event_id.bytes:
            self.wrong.append(f"{part} has two events under the number {number[1]}")
        self._keep(record, event_id)

    def _keep(self, record: Record, event_id: UUID) -> None:
        kind = (wire.header(record, TYPE) or b"").decode()
        if kind == "goals.goal_rated":
            rating = json.loads(record.value or b"{}").get("rating_id", "")
            self.ratings[rating].add(event_id.bytes)
        elif kind.startswith(KEPT):
            self.kept[event_id] = Said(event_id, kind, json.loads(record.value or b"{}"))

    def failures(self, ledger: Ledger) -> list[str]:
        """All in which the log differs from the ledger, in words."""
        times: dict[str, dict[bytes, int]] = defaultdict(lambda: defaultdict(int))
        for part, numbers in self.numbers.items():
            self._holes(part, numbers)
            for event_id in numbers.values():
                times[part.topic][event_id] += 1
        found = list(self.wrong)
        for publisher in sorted(ledger.committed.keys() | times.keys()):
            events = ledger.committed.get(publisher, set())
            found += _differences(publisher, events, times[publisher], ledger.rolled_back)
        for topic, counted in times.items():
            twice = sum(1 for number in counted.values() if number > 1)
            found += [f"{topic}: {twice} events under two numbers"] if twice else []
        lost = [rating for rating in ledger.answered if len(self.ratings[rating]) != 1]
        found += [f"{len(lost)} ratings answered 201 are not in the log once"] if lost else []
        return found

    def _holes(self, part: Partition, numbers: Iterable[Number]) -> None:
        """Under each incarnation the numbers are 1, 2, 3 …"""
        newest: dict[bytes, int] = defaultdict(int)
        counted: dict[bytes, int] = defaultdict(int)
        for incarnation, sequence in numbers:
            newest[incarnation] = max(newest[incarnation], sequence)
            counted[incarnation] += 1
        for incarnation, last in newest.items():
            if missing := last - counted[incarnation]:
                self.wrong.append(f"{part}: {missing} numbers are missing")


def _differences(
    publisher: str, committed: set[bytes], times: dict[bytes, int], rolled_back: set[bytes]
) -> list[str]:
    lost = [UUID(bytes=each) for each in committed if each not in times]
    phantoms = [each for each in times if each in rolled_back]
    found = [f"{publisher}: {len(lost)} committed events lost, {lost[0]} first"] if lost else []
    found += [f"{publisher}: {len(phantoms)} rolled-back events are there"] if phantoms else []
    return found


async def read(bus: Bus, topics: Iterable[str], partitions: int) -> Log:
    """Everything that the topics hold now."""
    log = Log()
    starts = {Partition(topic, number): 0 for topic in topics for number in range(partitions)}
    async for records in scan(bus, starts):
        for record in records:
            log.add(record)
    return log
