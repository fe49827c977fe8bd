"""Every publisher and every reader: Kafka's lag joined with the services' words."""

import asyncio
from dataclasses import asdict, dataclass
from typing import Any

from services.web.clients import Caller, Part, parts
from services.web.operations.log_ends import Known, LogEnds
from services.web.operations.readers import PUBLISHERS, READS, limit_of
from shared.kafka.lag import Behind


@dataclass(frozen=True)
class Reader:
    """One reader of one topic."""

    service: str
    consumer: str
    topic: str
    state: str  # running, restarting, paused, down
    since: str | None
    lag_events: int
    lag_seconds: float
    cases_waiting: int | None
    starts_lately: int = 0  # within ten minutes
    set_aside: int = 0  # keys of which an event could not be read

    @property
    def late(self) -> bool:
        """Whether people have to be told."""
        return self.state != "running" or self.lag_seconds > limit_of(self.service)


@dataclass(frozen=True)
class Publisher:
    """One service's outbox; `unsent` is None while nobody can say."""

    service: str
    topic: str
    unsent: int | None
    oldest_unsent_seconds: float | None


@dataclass(frozen=True)
class Streams:
    """The whole picture at one moment."""

    items: list[Reader]
    publishers: list[Publisher]

    @property
    def set_aside(self) -> int:
        """Events that could not be read and hold their case up."""
        return sum(reader.set_aside for reader in self.items)

    @property
    def counts(self) -> dict[str, int]:
        """What the navigation shows: services that are not current, events that are set aside."""
        late = {reader.service for reader in self.items if reader.late}
        return {"late": len(late), "parked": self.set_aside}

    def as_json(self) -> dict[str, Any]:
        """As the API gives it."""
        return {
            "items": [asdict(reader) for reader in self.items],
            "publishers": [asdict(publisher) for publisher in self.publishers],
        }


async def look(api: Caller, ends: LogEnds, known: dict[str, Any]) -> Streams:
    """Ask Kafka and all services at once; `known` keeps each service's last answer."""
    behind, told = await asyncio.gather(
        ends.behind(), parts(*(api.get(service, "/v1/streams") for service in PUBLISHERS))
    )
    answers = dict(zip(PUBLISHERS, told, strict=True))
    known.update({name: answer.value for name, answer in answers.items() if answer.value})
    return joined(behind, answers, known)


def joined(behind: Known, answers: dict[str, Part], known: dict[str, Any]) -> Streams:
    """Kafka's figures with the services' words."""
    readers = [
        _reader(service, topic, behind.get((service, topic)), answers[service], known)
        for service, topics in READS.items()
        for topic in topics
    ]
    publishers = [_publisher(service, known.get(service)) for service in PUBLISHERS]
    return Streams(readers, publishers)


def _reader(
    service: str, topic: str, found: Behind | None, answer: Part, known: dict[str, Any]
) -> Reader:
    told = _told(known.get(service), topic)
    behind = found or Behind(service, topic, cases_waiting=None)  # Kafka has not answered yet
    return Reader(
        service=service,
        consumer=told.get("consumer", service),
        topic=topic,
        state="down" if answer.away else told.get("state", "down"),
        since=told.get("since"),
        lag_events=behind.lag_events,
        lag_seconds=round(behind.lag_seconds, 1),
        cases_waiting=behind.cases_waiting,
        starts_lately=told.get("starts_lately", 0),
        set_aside=told.get("set_aside", 0),
    )


def _told(answer: dict[str, Any] | None, topic: str) -> dict[str, Any]:
    items = answer["items"] if answer else []
    found: dict[str, Any] = next((item for item in items if item["topic"] == topic), {})
    return found


def _publisher(service: str, answer: dict[str, Any] | None) -> Publisher:
    told = (answer or {}).get("publishers") or [{}]
    return Publisher(
        service=service,
        topic=service,
        unsent=told[0].get("unsent"),
        oldest_unsent_seconds=told[0].get("oldest_unsent_seconds"),
    )
