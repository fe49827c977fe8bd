"""To which list a flag's page leads back: the one that it was opened from, view and filter kept."""

from urllib.parse import parse_qs, urlencode, urlsplit

from services.web.signin import safe_next
from services.web.visit import Form, Visit


def list_of(visit: Visit, form: Form | None) -> str:
    """The address of that list; the front end's own list of flags where none is named.

    It stands in the page's own address, and comes along with each act in the form's `back`: as that
    list itself, or as this page with its own. Only a list of flags is believed.
    """
    usual = lists_of(visit)
    sent = form.get("back", "") if form else ""
    within = parse_qs(urlsplit(sent).query).get("back", ())
    named = (visit.request.query_params.get("back", ""), sent, *within)
    known = (safe_next(each) for each in named if each)
    return next((each for each in known if urlsplit(each).path in usual), usual[0])


def lists_of(visit: Visit) -> tuple[str, ...]:
    """The addresses at which this front end has lists of flags; the usual one first."""
    home = visit.front.home
    return (home,) if visit.front.prefix == "lead" else (f"{home}/flags", home)


def page_of(visit: Visit, flag_id: str) -> str:
    """The address of a flag's own page."""
    return f"{visit.front.home}/flags/{flag_id}"


def is_page_of(visit: Visit, flag_id: str, address: str) -> bool:
    """Whether an address is a flag's own page, whichever list that leads back to."""
    return urlsplit(address).path == page_of(visit, flag_id)


def ways(visit: Visit, flag_id: str, form: Form | None) -> dict[str, str]:
    """Where a flag's page leads: `back` to its list, an act to `here`.

    That is the page again, or where a refused act came from. `kept` is what every other address of
    the page ends with, so that it leads back to the same list.
    """
    back, sent = list_of(visit, form), form.get("back") if form else None
    kept = "" if back == lists_of(visit)[0] else f"?{urlencode({'back': back})}"
    here = safe_next(sent) if sent else f"{page_of(visit, flag_id)}{kept}"
    return {"back": back, "here": here, "kept": kept}
