"""Who has really been told of a flag, and who has not and why: its rule's wish, and its messages.

Whom a rule names progress knows; what became of each message only notifications does.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from services.web import words
from services.web.cases import Case
from services.web.clients import Part
from services.web.directory import Clinic
from services.web.flagging.history import Entry, told_words, within
from services.web.flagging.words import TELLERS
from services.web.visit import Visit
from services.web.walltime import wall


AT_ONCE = timedelta(hours=1)  # a message made within it was made for something that had just been
AWAY = "Whether the messages went out cannot be shown just now. They were meant for:"
HIDDEN = "whether they were written to is not shown to you"
NOT_YET = "not heard of yet; reload the page in a moment"
NONE = "no message about this flag is known"
Told = Mapping[str, Any]


@dataclass(frozen=True)
class Informed:
    """Who has been told; who has not, with the reason; what the page says above both."""

    told: list[Entry] = field(default_factory=list)
    untold: list[Entry] = field(default_factory=list)
    says: str = ""


@dataclass(frozen=True)
class Looking:
    """Through whose eyes, and on whose clock."""

    clinic: Clinic
    now: datetime
    clinician: str | None  # the case's
    whole: bool  # whether this person may see all messages about the flag

    def moment(self, at: str) -> str:
        """Day and time in the clinic."""
        return words.moment(wall(at, self.clinic.zone), self.now)

    def within(self, at: str) -> str:
        """The same within a sentence."""
        return within(at, self.clinic, self.now)


async def messages_about(visit: Visit, told: Told) -> dict[str, Any]:
    """Every message about a flag that this person may see."""
    asked = {"clinic_id": told["clinic_id"], "flag_id": told["flag_id"]}
    return await visit.api.every("notifications", "/v1/messages", **asked)


def looking(visit: Visit, clinic: Clinic, now: datetime, case: Case | None) -> Looking:
    """A lead and the case's clinician see all messages; others those to themselves."""
    clinician = case.clinician_id if case else None
    whole = "clinical_lead" in visit.person.roles or clinician == visit.staff_id
    return Looking(clinic, now, clinician, whole)


def informed(told: Told, messages: Part, by: Looking) -> Informed:
    """Each message by whom it was for and what became of it; then who has none."""
    if messages.away:
        meant = told_words(told["told"], by.clinic, by.now)
        return Informed(meant, says=AWAY if meant else "")
    sent: list[Entry] = []
    not_sent: list[Entry] = []
    known: set[str] = set()
    for each in sorted(messages.items, key=lambda message: str(message["created_at"])):
        who = _who(each["recipient"]["id"], told["told"], by)
        if each["state"] == "sent":
            again = ", again" if who in known else ""
            sent.append(Entry(f"{who}{again}", by.moment(each["sent_at"] or each["created_at"])))
            known.add(who)
        else:
            not_sent.append(Entry(f"{who}: {why_not(each, by)}", ""))
    current = (messages.value or {}).get("current_to")
    return Informed(sent, not_sent + _without(told["told"], messages.items, current, by))


def why_not(message: Told, by: Looking) -> str:
    """`not sent: it tells of 12 Mar 10:03, and came to be sent only 26 Nov 09:00, too late …`."""
    state, reason = message["state"], message.get("reason")
    if state in ("queued", "sending"):
        return f"waits to be sent since {by.within(message['created_at'])}"
    if state == "unknown":
        return f"it is not known whether the message of {by.within(message['created_at'])} arrived"
    if reason == "late_cause":
        return _too_late(message, by)
    said = words.said(words.MESSAGE_REASONS, reason) or "the reason is not known"
    return f"{'not delivered' if state == 'failed' else 'not sent'}: {said}"


def _too_late(message: Told, by: Looking) -> str:
    caused, made = (datetime.fromisoformat(message[at]) for at in ("caused_at", "created_at"))
    of = by.within(message["caused_at"])
    if made - caused < AT_ONCE:
        return f"not sent: the message of {of} could not go out until it was too old to be of use"
    came = by.within(message["created_at"])
    return f"not sent: it was of {of}, too old to be of use when it came on {came}"


def _without(
    told: Iterable[Told], messages: list[dict[str, Any]], current: str | None, by: Looking
) -> list[Entry]:
    """Those who were to be told and for whom there is no message."""
    people = {each["recipient"]["id"] for each in messages}
    found: dict[str, Entry] = {}
    for each in told:
        said = words.said(TELLERS, each["role"])
        person = each.get("person_id")
        if person in people or (not person and any(_is(each["role"], p, by) for p in people)):
            continue
        late = current is None or datetime.fromisoformat(current) < datetime.fromisoformat(
            each["at"]
        )
        why = HIDDEN if not by.whole else NOT_YET if late else NONE
        name = f"{by.clinic.who(person)}, {said}" if person else said[:1].upper() + said[1:]
        found.setdefault(name, Entry(f"{name}: {why}", by.moment(each["at"])))
    return list(found.values())


def _is(role: str, person: str, by: Looking) -> bool:
    """Whether somebody who was written to has this role, as far as pages know."""
    leads, clinical = by.clinic.leads, by.clinic.clinical
    return {"clinical_lead": person in leads, "front_desk": person not in clinical}.get(role, False)


def _who(person: str, told: Iterable[Told], by: Looking) -> str:
    """`Mara Ellis, the clinician`."""
    named = next((each["role"] for each in told if each.get("person_id") == person), None)
    roles = [each["role"] for each in told if not each.get("person_id")]
    role = named or next((one for one in roles if _is(one, person, by)), None)
    role = role or ("clinician" if person == by.clinician else None)
    name = by.clinic.who(person)
    return f"{name}, {words.said(TELLERS, role)}" if role else name
