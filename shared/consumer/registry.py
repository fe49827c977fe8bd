"""Which events a service reacts to, and with what."""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from shared.events import Event


Handler = TypeVar("Handler", bound=Callable[[AsyncSession, Any], Awaitable[None]])


class Consumer:
    """Which events a service reacts to, and how. Types that it does not list are passed over.

        reader = Consumer("goals")

        @reader.on(CaseOpened, CaseClosed)
        async def remember_case(session: AsyncSession, event: CaseOpened | CaseClosed) -> None: ...

    A handler runs in the transaction in which the event counts as read, under the worker's role; it
    may publish. An exception that belongs to this one event sets the event aside and blocks its
    key; an exception that says that something is away (shared.errors.Unavailable, connections,
    deadlocks, time-outs) lets the partition wait.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._handlers: dict[str, list[Callable[[AsyncSession, Any], Awaitable[None]]]] = (
            defaultdict(list)
        )

    def on(self, *events: type[Event]) -> Callable[[Handler], Handler]:
        """Register a handler for these events; several for one run in the order of the file."""

        def register(handler: Handler) -> Handler:
            for event in events:
                self._handlers[event.model_fields["type"].default].append(handler)
            return handler

        return register

    def handlers(self, kind: str) -> list[Callable[[AsyncSession, Any], Awaitable[None]]]:
        """The handlers of one type of event."""
        return self._handlers.get(kind, [])

    def wants(self, kind: str) -> bool:
        """Whether this type is listed."""
        return kind in self._handlers

    @property
    def topics(self) -> list[str]:
        """The topics of the listed types: their first words."""
        return sorted({kind.partition(".")[0] for kind in self._handlers})
