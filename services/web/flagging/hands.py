"""Who is named to look into a flag, who saw it, and whom it may be given to. Pure."""

from datetime import datetime
from typing import Any

from services.web.cases import OVER, Flag
from services.web.directory import Clinic


def hands(flag: Flag, clinic: Clinic) -> str:
    """`Mara Ellis looks into it`; empty where it was given to nobody."""
    if not flag.assigned_to:
        return ""
    who = clinic.who(flag.assigned_to)
    if flag.to_acknowledge:
        return f"In the hands of {who}, who has not acknowledged it yet"
    return f"{who} looked into it" if flag.state in OVER else f"{who} looks into it"


def standing(flag: Flag, acts: list[dict[str, Any]], clinic: Clinic) -> str:
    """Who looks into it; where nobody is named, who acted on it last or saw it as well.

    To have seen a flag is not to have it: those are two things, and the page says both.
    """
    if named := hands(flag, clinic):
        return named
    over = flag.state in OVER
    nobody = f"nobody {'was' if over else 'is'} named to look into it"
    acted = [each for each in acts if each["act"] == "actioned"]
    if acted:
        last = max(acted, key=lambda each: datetime.fromisoformat(each["at"]))
        return f"{clinic.who(last['by'])} acted on it; {nobody}"
    seen = flag.acknowledged
    return f"{clinic.who(seen['by'])} has seen it; {nobody}" if seen else nobody


def colleagues(
    me: str, clinic: Clinic, holder: str | None, clinician: str | None
) -> list[tuple[str, str]]:
    """Who can be given a flag of a case: oneself first, then its clinician and the leads by name.

    Nobody else may open the case; the service refuses them.
    """
    may = {*clinic.leads, *(each for each in clinic.clinicians if each == clinician)}
    mine = [] if holder == me else [(me, "Me")]
    return mine + clinic.offered(each for each in may if each not in (me, holder))
