"""Is everybody told once? Messages and letters against the ledger's bookings and the log's flags.

Each booking of the ledger tells its client; each flag that was raised tells whom its event names;
nobody else is told anything, nobody twice. A letter lies in the mailbox once when the message was
sent, at most once when nobody knows, never otherwise.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from deploy.demo import NORTHGATE, PEOPLE
from shared.clock import utcnow
from shared.events.clinics import StaffJoined
from shared.events.rules import Teller
from shared.events.words import Role
from shared.keyring import Keyring, seal
from shared.settings import Settings
from tests.campaign.ledger import Ledger
from tests.campaign.load import CLINICIAN, Load
from tests.campaign.reading import Said


# Of a role there is one person, so that it is certain who has to be told.
STAFF = {
    person.role: person
    for person in PEOPLE
    if person.clinic is NORTHGATE
    and (person is CLINICIAN or person.role in (Role.CLINICAL_LEAD, Role.FRONT_DESK))
    and (person.role is not Role.CLINICIAN or person is CLINICIAN)
}
BY_TELLER = {Teller.CLINICAL_LEAD: Role.CLINICAL_LEAD, Teller.FRONT_DESK: Role.FRONT_DESK}
LETTERS = {"sent": (1,), "unknown": (0, 1)}  # how many of a message may lie in the mailbox
ENDED = ("sent", "failed", "suppressed", "unknown")

_MESSAGES = "select message_id, cause, recipient_id, state from message"
_STAFF = "select count(*) from staff"

To = tuple[UUID, UUID]  # the event that is the cause, and who is told


@dataclass
class Messages:
    """What notifications holds, and what lies in the mailbox."""

    states: dict[UUID, str] = field(default_factory=dict)
    told: Counter[To] = field(default_factory=Counter)
    letters: Counter[UUID] = field(default_factory=Counter)


async def join(load: Load, settings: Settings) -> None:
    """The clinic's people, and how to reach them."""
    keyring = Keyring(settings, "api")
    try:
        events = []
        for person in STAFF.values():
            plain = f'{{"name": "{person.name}", "email": "{person.email}"}}'
            key = await keyring.create(person.staff_id)
            joined = StaffJoined(
                occurred_at=utcnow(),
                clinic_id=NORTHGATE.clinic_id,
                staff_id=person.staff_id,
                roles=(person.role,),
                contact=seal(key, person.staff_id, "contact", plain),
            )
            events.append(joined)
    finally:
        await keyring.close()
    await load.commit("clinics", events)


async def known(settings: Settings) -> bool:
    """Whether notifications has heard of all of them."""
    connection = await asyncpg.connect(settings.database("notifications", "owner"))
    try:
        return bool(await connection.fetchval(_STAFF) == len(STAFF))
    finally:
        await connection.close()


async def messages(settings: Settings) -> Messages:
    """Everything that was or was not sent."""
    found = Messages()
    connection = await asyncpg.connect(settings.database("notifications", "owner"))
    try:
        for row in await connection.fetch(_MESSAGES):
            found.states[row["message_id"]] = row["state"]
            found.told[row["cause"], row["recipient_id"]] += 1
    finally:
        await connection.close()
    mailbox: Path = settings.data_folder / "mailbox"
    found.letters.update(UUID(letter.stem[-36:]) for letter in mailbox.glob("*.eml"))
    return found


def wrong(
    ledger: Ledger, kept: Mapping[UUID, Said], before: Messages, found: Messages
) -> list[str]:
    """All in which people were told otherwise than once, in words.

    The log was read between `before` and now: whoever it names is told by now, and whoever was told
    before it names.
    """
    due = Counter((event, client) for event, client in ledger.bookings.items())
    due.update((said.event_id, person) for said in kept.values() for person in recipients(said))
    missing, more = due - found.told, before.told - due
    said = [f"{missing.total()} people were not told of something"] if missing else []
    said += [f"{more.total()} people were told twice, or of nothing"] if more else []
    states = {message: found.states.get(message, "gone") for message in before.states}
    return said + _letters(found) + _events(kept.values(), states)


def recipients(said: Said) -> set[UUID]:
    """Whom a flag's event wants to be told."""
    data: dict[str, Any] = said.data
    if said.type == "progress.flag_raised":
        tellers = {Teller(each) for each in data["tell"]}
        roles = {BY_TELLER[each] for each in tellers & BY_TELLER.keys()}
        people = {STAFF[role].staff_id for role in roles}
        # Not heard of yet, it is told once the case is: and every case here is the same person's.
        return people | ({CLINICIAN.staff_id} if Teller.CLINICIAN in tellers else set())
    if said.type == "progress.flag_escalated":
        role = BY_TELLER.get(Teller(data["to"]), Role.CLINICAL_LEAD)
        return {UUID(data["person_id"]) if data["person_id"] else STAFF[role].staff_id}
    return set()


def _letters(found: Messages) -> list[str]:
    wrongly = [
        f"{found.letters[message]} letters of a message that is {state}"
        for message, state in found.states.items()
        if found.letters[message] not in LETTERS.get(state, (0,))
    ]
    strange = len(found.letters.keys() - found.states.keys())
    return sorted(set(wrongly)) + ([f"{strange} letters of no message"] if strange else [])


def _events(kept: Iterable[Said], states: Mapping[UUID, str]) -> list[str]:
    """Every message was said to be queued, and then what became of it: one thing."""
    events: dict[UUID, list[str]] = defaultdict(list)
    for said in kept:
        if said.type.startswith("notifications."):
            events[UUID(str(said.data["message_id"]))].append(said.type.rpartition("_")[2])
    wrongly = [
        f"a message that is {state} was said to be {', '.join(sorted(events[message]))}"
        for message, state in states.items()
        if sorted(events[message]) != sorted(["queued", state]) or state not in ENDED
    ]
    return sorted(set(wrongly))[:5]


def counted(found: Messages) -> str:
    """How many messages there are in each state, and how many letters."""
    states = Counter(found.states.values())
    said = [f"{number} {state}" for state, number in sorted(states.items())]
    return ", ".join([*said, f"{found.letters.total()} letters"])
