"""THE CONTRACT: every event of every publisher, as one discriminated union."""

from datetime import datetime
from typing import Annotated, get_args
from uuid import UUID

from pydantic import Field, TypeAdapter
from pydantic_core import from_json

from shared.events import clinics, goals, intake, notifications, progress, scheduling
from shared.events.base import Event, derived_id


AnyEvent = Annotated[
    clinics.ClinicsEvent
    | intake.IntakeEvent
    | scheduling.SchedulingEvent
    | goals.GoalsEvent
    | progress.ProgressEvent
    | notifications.NotificationsEvent,
    Field(discriminator="type"),
]

adapter: TypeAdapter[Event] = TypeAdapter(AnyEvent)
classes: dict[str, type[Event]] = {
    event.model_fields["type"].default: event for event in get_args(get_args(AnyEvent)[0])
}
publishers = ("clinics", "intake", "scheduling", "goals", "progress", "notifications")

__all__ = ["AnyEvent", "Event", "adapter", "classes", "decode", "derived_id", "publishers"]


def decode(kind: str, value: bytes, event_id: UUID, occurred_at: datetime) -> Event:
    """The event that a record's headers and value make. ValueError (pydantic's) when they do not.

    Unknown fields are ignored: only additive change is allowed in this contract.
    """
    data = from_json(value)
    if not isinstance(data, dict):
        raise ValueError("the value is not a JSON object")
    return classes[kind].model_validate(
        data | {"type": kind, "event_id": event_id, "occurred_at": occurred_at}
    )
