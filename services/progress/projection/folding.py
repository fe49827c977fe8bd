"""A batch's records made into facts, gathered by case and folded. No database here.

A record that fails takes only its own key with it: what comes behind it under that key, from the
same publisher, waits behind it.
"""

import re
from binascii import unhexlify
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol

from msgspec import Struct

from services.progress.domain.facts import AboutClinic, Fact, decoders
from services.progress.domain.fold import fold
from services.progress.domain.packed import stamp
from services.progress.domain.rules import DEFAULTS, Cause, House, Moment, Told, again, passed
from services.progress.domain.state import Case, Unreadable, decode, encode, readable
from services.progress.projection.store import Held
from shared import record as wire
from shared.bus import Record
from shared.headers import ID, TIME, TYPE
from shared.slim import Slim


BY_KIND = {kind.encode(): decoder for kind, decoder in decoders.items()}
LIMIT = 900_000  # bytes of a value
CASE_ID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class Coming(Cause, Protocol):
    """A fact as the fold takes it, with what makes it a cause."""

    @property
    def fact(self) -> Fact: ...


class Item(Struct, gc=False):
    """One fact on its way into a case."""

    record: Record
    fact: Fact
    event_id: bytes
    said_at: bytes  # as its header has it
    house: House = DEFAULTS  # the clinic's numbers, once they are loaded
    read_at: int | None = None

    @property
    def case_id(self) -> bytes:
        """Whose it is."""
        return bytes.fromhex(self.fact.case_id.replace("-", ""))

    @property
    def at(self) -> int:
        """When the event was recorded; read, once, only for facts that ask rules."""
        if self.read_at is None:
            self.read_at = stamp(datetime.fromisoformat(self.said_at.decode("ascii")))
        return self.read_at


@dataclass(slots=True)
class Failed:
    """A record that could not be handled, and why."""

    record: Record
    error: Exception


@dataclass(slots=True)
class Batch:
    """What a poll of one partition number comes to."""

    keys: dict[bytes, list[Item]] = field(default_factory=dict)  # a case's key is its id as text
    of_clinic: dict[int, list[Item]] = field(default_factory=dict)  # the same, by clinic's id
    about_clinics: list[AboutClinic] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)
    behind: list[Record] = field(default_factory=list)  # of keys that are blocked
    blocked: set[tuple[str, str]] = field(default_factory=set)

    def clinics(self) -> list[bytes]:
        """Whose cases the facts are about."""
        return [clinic.to_bytes(16) for clinic in self.of_clinic]

    def settle(self, houses: Mapping[bytes, House]) -> None:
        """Give every fact the numbers of its clinic."""
        for clinic, items in self.of_clinic.items():
            if house := houses.get(clinic.to_bytes(16)):
                for item in items:
                    item.house = house

    def cases(self) -> dict[bytes, list[Item]]:
        """The facts by case id."""
        return {unhexlify(key.replace(b"-", b"")): items for key, items in self.keys.items()}


@dataclass(slots=True)
class Folded:
    """What the facts made of the cases."""

    cases: dict[bytes, Case] = field(default_factory=dict)
    told: list[tuple[bytes, Case, Told]] = field(default_factory=list)


def gather(records: Iterable[Record], batch: Batch) -> None:
    """Decode records, in order, and put each fact to its case; what fails is kept aside."""
    blocked = batch.blocked
    for record in records:
        if blocked and (record.topic, wire.key(record)) in blocked:
            batch.behind.append(record)
            continue
        try:
            _take(record, batch)
        except wire.Bad as bad:
            set_aside(record, bad, batch)


def set_aside(record: Record, error: Exception, batch: Batch) -> None:
    """Let a record's key wait, beginning with this record."""
    batch.failed.append(Failed(record, error))
    batch.blocked.add((record.topic, wire.key(record)))


def _take(record: Record, batch: Batch) -> None:
    kind = record.type if type(record) is Slim else wire.header(record, TYPE)
    if not kind:
        raise wire.Bad("header")
    decoder = BY_KIND.get(kind)
    if decoder is None:
        return  # not one of ours: passed over
    value = record.value
    if value is None:
        raise wire.Bad("body")
    if len(value) > LIMIT:
        raise wire.Bad("too_large")
    try:
        fact = decoder(value)
    except (ValueError, RecursionError):  # msgspec's errors are ValueErrors
        raise wire.Bad("body") from None
    if isinstance(fact, AboutClinic):
        batch.about_clinics.append(fact)
        return
    _put(record, fact, batch)


def _put(record: Record, fact: Fact, batch: Batch) -> None:
    key = record.key
    if key is None or key != fact.case_id.encode():
        raise wire.Bad("key")  # it lies in a partition whose lock does not cover that case
    if type(record) is Slim:
        id_, at = record.id, record.time
    else:
        id_, at = wire.header(record, ID), wire.header(record, TIME)
    try:
        event_id = unhexlify((id_ or b"").replace(b"-", b""))
    except ValueError:
        raise wire.Bad("header") from None
    if len(event_id) != 16 or not at:
        raise wire.Bad("header")
    item = Item(record, fact, event_id, at)
    if items := batch.keys.get(key):
        items.append(item)
    else:
        batch.keys[_case_key(key)] = [item]
    clinic = fact.clinic_id.int
    if items := batch.of_clinic.get(clinic):
        items.append(item)
    else:
        batch.of_clinic[clinic] = [item]


def _case_key(key: bytes) -> bytes:
    """The key, which is the case's id as text. Bad when it is not: one case has one key."""
    if not CASE_ID.fullmatch(key):
        raise wire.Bad("key")
    return key


def fold_all(
    batch: Batch, cases: Mapping[bytes, list[Item]], held: Mapping[bytes, Held], now: int
) -> Folded:
    """Fold every case's facts into its state; those that cannot be are set aside in `batch`."""
    folded = Folded()
    for case_id, items in cases.items():
        state = held[case_id].state
        one: _Case | None
        try:
            one = fold_case(state, items, now)
        except Exception:  # whatever it is, it must not take other cases with it
            one = _without_the_bad(state, items, batch, now)
        if one is not None:
            folded.cases[case_id] = one.case
            folded.told += [(case_id, one.case, each) for each in one.told]
    return folded


class _Case(NamedTuple):
    """One case, folded."""

    case: Case
    told: list[Told]


def fold_case(state: bytes, items: Sequence[Coming], now: int) -> _Case:
    """What these facts make of a case, and what time does between them."""
    case = decode(state) if state else Case(items[0].fact.clinic_id.bytes)
    told: list[Told] = []
    for item in items:
        house = item.house
        due = case.due_at
        # A rebuild must come to what the sweeper did in its time.
        if due is not None and due <= now and due <= item.at:
            told += passed(case, item.at, item.case_id, house)
        told += fold(case, item.fact, item)
        if case.numbers != house.numbers:
            told += again(case, Moment(item.at, item.case_id, house))
        # Recorded by a clock that is ahead: what is due before that is still to come, for us.
        if due != case.due_at and due is not None and now < due <= item.at:
            case.due_at = due
    return _Case(case, told)


def _without_the_bad(state: bytes, items: list[Item], batch: Batch, now: int) -> _Case | None:
    """Fold again from the stored state, fact by fact, leaving out what fails.

    What failed may have changed half of a case: each goes on from the last one that was whole.
    """
    case: Case | None = None
    told: list[Told] = []
    spoilt = bool(state) and readable(state) is None
    topics: set[str] = set()  # in which one of these failed
    for item in items:
        if item.record.topic in topics:
            batch.behind.append(item.record)
            continue
        try:
            one = fold_case(state, [item], now)
        except Exception as error:
            topics.add(item.record.topic)
            _in_front(item.record, Unreadable() if spoilt else error, batch)
        else:
            case, state = one.case, encode(one.case)
            told += one.told
    batch.behind.sort(key=lambda record: (record.topic, record.offset))
    return _Case(case, told) if case else None


def _in_front(record: Record, error: Exception, batch: Batch) -> None:
    """As `set_aside`; what could not be decoded of its key comes later, and waits behind it."""
    name = (record.topic, wire.key(record))
    later = [each for each in batch.failed if (each.record.topic, wire.key(each.record)) == name]
    batch.failed = [each for each in batch.failed if each not in later]
    batch.behind += [each.record for each in later]
    set_aside(record, error, batch)
