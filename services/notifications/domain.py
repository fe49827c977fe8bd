"""What is said to people, in which words, and what is not sent. Pure: no clock, no I/O."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared.events.words import Channel, Purpose, Role, SessionMode


# A booking may be heard of before its client's contact; so long it waits for that.
CONTACT_PATIENCE = timedelta(hours=1)
# A mail server that is away is asked again, until the message would come too late to be of use.
TRY_AGAIN = timedelta(seconds=30)
TRY_FOR = timedelta(hours=2)

PLACES = {
    SessionMode.IN_PERSON: "in person",
    SessionMode.VIDEO: "by video",
    SessionMode.PHONE: "by phone",
}
# Never the nature of the appointment: whoever else reads the message learns a date and a time.
SUBJECT = "Your appointment"
LINK = "[link]"  # where a sealed address stands until the moment of sending
SORRY = "If you cannot come, please tell us as soon as you can."


@dataclass(frozen=True)
class Words:
    """A message's subject and body."""

    subject: str
    body: str


@dataclass(frozen=True)
class Address:
    """One way to one person."""

    channel: Channel
    value: str


def booked(starts: datetime, ends: datetime, zone: str, mode: SessionMode) -> Words:
    """An appointment stands."""
    clock = "" if mode == SessionMode.IN_PERSON else clock_of(zone)
    when = f"{span(starts, ends)}{clock}, {PLACES[mode]}"
    return Words(SUBJECT, f"An appointment is booked for you:\n\n{when}\n\n{SORRY}\n")


def rescheduled(starts: datetime, ends: datetime, zone: str) -> Words:
    """An appointment has another time."""
    when = f"{span(starts, ends)}{clock_of(zone)}"
    return Words(SUBJECT, f"Your appointment has moved. It is now:\n\n{when}\n\n{SORRY}\n")


def cancelled(starts: datetime, zone: str) -> Words:
    """An appointment is off."""
    when = f"{starts:%H:%M} on {day(starts)}{clock_of(zone)}"
    return Words(SUBJECT, f"Your appointment at {when}, is cancelled.\n")


def page_of(case_id: UUID) -> str:
    """The address of a case for staff: it leads each to the page that they may open."""
    return f"/cases/{case_id}"


def flagged(case: str, case_id: UUID) -> Words:
    """A flag wants to be looked at; which one, and why, is told only after signing in."""
    return Words(
        f"A flag needs your look: case {case}",
        f"A flag was raised on case {case}. Please sign in and open\n\n{page_of(case_id)}\n",
    )


def given(case: str, case_id: UUID) -> Words:
    """A flag is somebody's to look into from now on."""
    return Words(
        f"A flag was given to you: case {case}",
        f"A flag on case {case} is yours to look into. Please sign in and open\n\n"
        f"{page_of(case_id)}\n",
    )


def asked() -> Words:
    """A questionnaire waits; neither what it asks nor what for."""
    return Words(
        "A few questions for you",
        f"Please answer a few questions:\n\n{LINK}\n\nThe link can be used once, and not for long: "
        "please do it as soon as you can. If you did not expect this, leave it.\n",
    )


def with_link(body: str, path: str) -> str:
    """A body with the address that it was queued without."""
    return body.replace(LINK, path)


def for_role(role: Role, purpose: Purpose, case: str, case_id: UUID, clinic_id: UUID) -> Words:
    """A flag, in the words of somebody's work: why is told only after signing in.

    Front desk is told of missed sessions alone; its address is the clinic's list of these.
    """
    if role is Role.FRONT_DESK:
        return Words(
            f"Case {case} needs the front desk",
            f"Please sign in and look at case {case}\n\n/desk/missed/{clinic_id}\n",
        )
    if purpose is Purpose.FLAG_ESCALATED:
        return Words(
            f"A flag has waited too long: case {case}",
            f"Nobody has dealt with a flag on case {case} in time. Please sign in and open\n\n"
            f"{page_of(case_id)}\n",
        )
    return flagged(case, case_id)


def concern(concern_id: UUID) -> Words:
    """A concern; of whom it is, and what, is told only after signing in."""
    return Words(
        "Something needs your look",
        f"Please sign in and open\n\n/safeguarding/concerns/{concern_id}\n",
    )


def concern_shared(concern_id: UUID) -> Words:
    """The same for a colleague who may see it: the address leads to a front end that they have."""
    return Words(
        "Something needs your look", f"Please sign in and open\n\n/concerns/{concern_id}\n"
    )


def no_safeguarding_lead() -> Words:
    """A concern waits, and nobody has the role that may see it: told to those who can give it."""
    return Words(
        "Your clinic has no safeguarding lead",
        "Something waits for your clinic's safeguarding lead, and nobody has that role. Give it to"
        " somebody today; they find it when they sign in and open\n\n/safeguarding\n",
    )


def whole(body: str, web_url: str, sender: str | None) -> str:
    """A body as it goes out: a page's path as an address one can open; who writes, at its end."""
    lines = [
        f"{web_url.rstrip('/')}{one}" if one.startswith("/") else one for one in body.split("\n")
    ]
    return "\n".join(lines) + (f"\n{sender}\n" if sender else "")


def span(starts: datetime, ends: datetime) -> str:
    """As people say it: 10:00 to 10:50 on Tuesday 1 December 2026."""
    return f"{starts:%H:%M} to {ends:%H:%M} on {day(starts)}"


def clock_of(zone: str) -> str:
    """Whose clock it is, for who may read it under another one: `, London time`."""
    return f", {zone.rpartition('/')[2].replace('_', ' ')} time"


def day(wall: datetime) -> str:
    """A date as people say it."""
    return f"{wall:%A} {wall.day} {wall:%B %Y}"


def why_not(
    caused_at: datetime, created_at: datetime, contact_known: bool, now: datetime, late: timedelta
) -> str | None:
    """The code of the reason for which a message must not be sent now or later, if there is one."""
    if now - caused_at > late:
        return "late_cause"
    if not contact_known and now - created_at > CONTACT_PATIENCE:
        return "no_contact"
    return None


def way_to_client(contacts: str) -> Address | None:
    """The first safe way to a client in their opened contacts: e-mail before mobile, or none."""
    safe = [each for each in json.loads(contacts)["contacts"] if each["safe"]]
    return _first(safe, "email", Channel.EMAIL) or _first(safe, "mobile", Channel.SMS)


def _first(safe: Iterable[dict[str, str]], kind: str, channel: Channel) -> Address | None:
    return next((Address(channel, each["value"]) for each in safe if each["kind"] == kind), None)


def way_to_staff(contact: str) -> Address:
    """The address of a member of staff in their opened contact."""
    return Address(Channel.EMAIL, json.loads(contact)["email"])
