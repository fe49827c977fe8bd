"""Is this the database, and is this the log, that belong together? If not, an operator decides."""

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from shared import genesis
from shared import record as wire
from shared.bus import Bus, Message, Partition, Reader, Sender
from shared.headers import GENESIS
from shared.relay.store import Store


_SERVER = """
select (select system_identifier::text from pg_control_system()) as system_identifier,
    (select timeline_id::bigint from pg_control_checkpoint()) as timeline
"""
_KNOWN = (
    "select generation, incarnation, system_identifier, timeline, partitions from relay_identity"
)
_BEGIN = """
insert into relay_identity (incarnation, system_identifier, timeline, partitions)
values ($1, $2, $3, $4)
"""


class Refused(Exception):
    """The relay does not start; the words are one sentence for the operator."""


@dataclass(frozen=True)
class Identity:
    """Which generation of the topic, and under which incarnation this database numbers."""

    generation: UUID
    incarnation: str
    system_identifier: str


async def check(store: Store, bus: Bus, publisher: str, partitions: int) -> Identity:
    """This database's identity, made at the very first turn. Refused when anything else changed."""
    server = await store.connection.fetchrow(_SERVER)
    assert server is not None
    now = (server["system_identifier"], server["timeline"], partitions)
    if not (known := await store.connection.fetchrow(_KNOWN)):
        incarnation = f"1-{secrets.token_hex(4)}"
        await store.connection.execute(_BEGIN, incarnation, *now)
        known = await store.connection.fetchrow(_KNOWN)
    assert known is not None
    then = (known["system_identifier"], known["timeline"], known["partitions"])
    names = ("server", "timeline", "number of partitions")
    if changed := [name for name, a, b in zip(names, then, now, strict=True) if a != b]:
        raise Refused(
            f"{publisher}: the {' and '.join(changed)} of this database changed: say whether it was"
            " restored, and begin a new incarnation before anything is published"
        )
    found = await bus.partitions(publisher)
    if found != partitions:
        raise Refused(
            f"{publisher}: the topic has {found} partitions instead of {partitions}: make it, or"
            " begin a new generation of it"
        )
    return Identity(known["generation"], known["incarnation"], known["system_identifier"])


async def begin_logs(
    bus: Bus, reader: Reader, sender: Sender, publisher: str, identity: Identity, partitions: int
) -> None:
    """See that every partition begins with our genesis; write it where the log is empty.

    Refused when a log was begun by somebody else.
    """
    parts = [Partition(publisher, number) for number in range(partitions)]
    ends = await reader.ends(parts)
    found = await genesis.read(bus, {part: end for part, end in ends.items() if end})
    for part, generation in found.items():
        if generation != identity.generation:
            raise Refused(
                f"{publisher}: partition {part.partition} of the topic was begun by another"
                " database: keep the topic or the database, and empty the other"
            )
    if missing := [part for part in parts if part not in found]:
        if crowded := [part.partition for part in missing if ends[part] > genesis.SEARCH]:
            raise Refused(f"{publisher}: partitions {crowded} have no genesis record")
        await sender.send(publisher, [_genesis(part, publisher, identity) for part in missing])


def _genesis(part: Partition, publisher: str, identity: Identity) -> Message:
    headers = wire.headers(
        publisher,
        identity.incarnation,
        0,
        identity.generation,
        GENESIS,
        datetime.now(UTC),
        key=publisher,
    )
    value = json.dumps({"system_identifier": identity.system_identifier}).encode()
    return Message(part.partition, publisher.encode(), value, headers)
