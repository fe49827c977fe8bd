"""In whose hands a flag is, and into whose it may be given. Pure."""

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


def colleagues(
    me: str, clinic: Clinic, holder: str | None, clinician: str | None
) -> list[tuple[str, str]]:
    """Who can be given a flag of a case: oneself first, then its clinician and the leads by name.

    Nobody else may open the case; the service refuses them.
    """
    may = {*clinic.leads, *(each for each in clinic.clinicians if each == clinician)}
    others = sorted((clinic.who(each), each) for each in may if each != me)
    mine = [] if holder == me else [(me, "Me")]
    return mine + [(each, name) for name, each in others if each != holder]
