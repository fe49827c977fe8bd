"""The words that pages use for codes, times and counts. Plain British English, sentence case."""

from datetime import date, datetime

from services.web.charts.words import full_date


KINDS = {
    "symptom_relief": "Symptom relief",
    "insight": "Insight",
    "behaviour_change": "Behaviour change",
    "emotional_regulation": "Emotional regulation",
    "relationships": "Relationships",
    "personal_growth": "Personal growth",
    "resilience": "Resilience",
    "well_being": "Well-being",
}
SEVERITIES = {
    "urgent": "Urgent",
    "high": "High",
    "medium": "Medium",
    "low": "Low",
    "info": "Good to know",
}
RULES = {
    "SI_ITEM": "thoughts of suicide or self-harm",
    "DETERIORATION": "reliably worse",
    "NOT_ON_TRACK": "not on track",
    "GOAL_STALLED": "goal stuck",
    "RECOVERED_READY": "ready to end?",
    "DNA_1": "missed a session",
    "DNA_2": "missed sessions in a row",
    "DISENGAGED": "no contact for a long time",
    "LONG_GAP": "long gap after the first session",
    "WAIT_BREACH": "long wait",
    "LATE_NOT_SEEN": "came too late to be seen",
    "OUTCOME_MISSING": "no score near a session",
    "REPEAT_REFERRAL": "perhaps referred again soon",
}
FLAG_STATES = {
    "raised": "Raised",
    "acknowledged": "Acknowledged",
    "in_review": "In review",
    "actioned": "Actioned",
    "closed": "Closed",
    "cleared": "Cleared",
}
MODALITIES = {
    "individual": "individual counselling",
    "couple": "couple",
    "family": "family",
    "group": "group",
}
URGENCIES = {"routine": "Routine", "urgent": "Urgent"}
REFERRAL_STATES = {"received": "Received", "accepted": "Accepted", "rejected": "Rejected"}
ROLES = {
    "front_desk": "Front desk",
    "clinician": "Clinician",
    "clinical_lead": "Clinical lead",
    "safeguarding_lead": "Safeguarding lead",
    "operations": "Operations",
    "partner": "Partner",
}
OUTCOMES = {
    "attended": "Attended",
    "late_seen": "Came late, was seen",
    "late_not_seen": "Came late, could not be seen",
    "did_not_attend": "Did not attend",
    "cancelled_by_client": "Cancelled by the client",
    "cancelled_by_service": "Cancelled by us",
}
SESSION_KINDS = {"assessment": "Assessment", "treatment": "Treatment"}
SESSION_MODES = {"in_person": "In person", "video": "Video", "phone": "Phone"}
OWNERS = {
    "client": "The client’s own goal",
    "carer": "A carer’s goal",
    "clinician": "The clinician’s goal",
    "shared": "A shared goal",
}
GOAL_METHODS = {"gbo": "Rating from 0 to 10", "gas": "Five described levels"}
GOAL_STATUSES = {
    "proposed": "Proposed, not agreed yet",
    "active": "Worked on",
    "on_hold": "On hold",
    "achieved": "Achieved",
    "not_achieved": "Not achieved",
    "withdrawn": "Withdrawn",
    "open_at_closing": "Open when the case was closed",
    "declined": "Declined",
}
GOAL_ENDS = {
    "achieved": "It is achieved",
    "not_achieved": "It was not achieved",
    "withdrawn": "The client no longer wants it",
}
DECLINE_REASONS = {
    "dangerous": "It would put somebody in danger",
    "not_acceptable": "It is not acceptable",
    "outside_the_service": "This service cannot help with it",
}
DISCLOSURES = {
    "suicidal_thoughts": "Thoughts of ending their life",
    "suicide_plan": "A plan to end their life",
    "self_harm": "Harming themselves",
}
CORRECTIONS = {
    "entered_wrongly": "It was entered wrongly",
    "wrong_person": "It is another person’s",
    "wrong_time": "It was given at another time",
    "duplicate": "It is there twice",
    "client_corrected": "The client corrected it",
}
LEVELS = {
    -2: "Worse than now",
    -1: "As it is now",
    0: "The goal, realistically",
    1: "Somewhat better than the goal",
    2: "Much better than the goal",
}
ANSWERED_BY = {
    "client": "Answered by the client on a link",
    "staff": "Entered by staff",
    "sender": "Sent by another system",
}
RATED_BY = {"client": "The client", "clinician": "The clinician"}
MESSAGE_STATES = {
    "queued": "Waiting to be sent",
    "sending": "Being sent",
    "sent": "Sent",
    "failed": "Not delivered",
    "suppressed": "Held back",
    "unknown": "Not known whether it arrived",
}
PURPOSES = {
    "appointment_booked": "Booking confirmation",
    "appointment_rescheduled": "Session moved",
    "appointment_cancelled": "Session cancelled",
    "flag_raised": "Flag alert",
    "flag_escalated": "Flag that waited too long",
    "questionnaire": "Questionnaire to answer",
}
CONTACTS = {"email": "e-mail", "mobile": "mobile", "phone": "phone", "post": "post"}
CHANNELS = {"email": "e-mail", "sms": "text"}
MESSAGE_REASONS = {
    "no_safe_contact": "no safe way to reach them is known",
    "no_contact": "no contact is known",
    "late_cause": "it would have come too late to be of use",
    "refused": "the address was refused",
    "link_unreadable": "its link cannot be opened any more",
    "channel_away": "the mail server did not answer in time",
    "interrupted": "sending was interrupted",
}


PARKED_CAUSES = {
    "body": "The body is not what this type of event holds",
    "too_large": "The body is larger than an event may be",
    "key": "The key does not belong to this partition",
    "header": "A header is missing or not readable",
    "type": "Nobody knows this type of event",
    "foreign": "Not written by the publisher of this topic",
    "Unreadable": "What is known of its case cannot be read: repair that case, which takes it up",
}


def said(table: dict[str, str], code: str | None) -> str:
    """A code in words; one that this page does not know yet is shown as it is, in plain letters."""
    if code is None:
        return ""
    return table.get(code, code.replace("_", " ").lower())


def day(when: date, today: date) -> str:
    """Today and yesterday by name, else `24 Nov`, with the year when it is another."""
    near = {0: "Today", 1: "Tomorrow", -1: "Yesterday"}.get((when - today).days)
    if near:
        return near
    return f"{when.day} {when:%b}" if when.year == today.year else f"{when.day} {when:%b %Y}"


def iso_day(when: str | None, today: date) -> str:
    """A service's date as people say it."""
    return day(date.fromisoformat(when), today) if when else "not said"


def long_day(when: date) -> str:
    """`Tuesday 24 November 2026`."""
    return f"{when:%A} {full_date(when)}"


def moment(when: datetime, now: datetime) -> str:
    """Day and time of a wall time, seen from another wall time of the same zone."""
    return f"{day(when.date(), now.date())} {when:%H:%M}"


def lower(said: str) -> str:
    """The same within a sentence: names keep their capitals."""
    return said[:1].lower() + said[1:]


def within(when: datetime, now: datetime) -> str:
    """As `moment`, within a sentence."""
    return lower(moment(when, now))


def clock_time(when: datetime, now: datetime) -> str:
    """A wall time within a sentence: `at 09:12`, `at 09:12 yesterday`, `at 09:12 on 24 Nov`."""
    if when.date() == now.date():
        return f"at {when:%H:%M}"
    said = day(when.date(), now.date())
    return f"at {when:%H:%M} {f'on {said}' if said[0].isdigit() else lower(said)}"


def ago(seconds: float) -> str:
    """How long ago, in the largest unit that says enough: `4 s`, `12 min`, `3 h`, `2 days`."""
    whole = max(0, int(seconds))
    if whole < 100:
        return f"{whole} s"
    if whole < 5400:
        return f"{round(whole / 60)} min"
    if whole < 2 * 86400:
        return f"{round(whole / 3600)} h"
    return f"{whole // 86400} days"


def age(born: date, today: date) -> int:
    """Whole years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def names(clients: list[dict[str, str]]) -> str:
    """`Nadia Rahman`, `Hannah and Joe Pryce`, `Jo Bright and Sam Lee`."""
    whole = [(c["given_name"], c["family_name"]) for c in clients]
    if not whole:
        return "No client yet"
    family = whole[0][1]
    if len(whole) > 1 and all(name[1] == family for name in whole):
        return f"{listed([given for given, _ in whole])} {family}"
    return listed([f"{given} {last}" for given, last in whole])


def listed(items: list[str]) -> str:
    """`Mara Ellis, Room 1 and a client`."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
