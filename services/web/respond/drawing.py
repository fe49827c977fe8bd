"""Drawing a respondent's page, and saying that the crisis text was on it."""

from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.web.problems import Problem, Refused
from services.web.respond.views import crisis_of, frame
from services.web.respond.visitor import Over, Visitor


def to(address: str) -> Response:
    """On to the next page, by GET."""
    return RedirectResponse(address, 303)


def draw(request: Request, template: str, status: int, context: dict[str, Any]) -> Response:
    """A page from a template; scripts and styles are the same files for all."""
    state = request.app.state
    page = state.templates.get_template(template).render(asset=state.assets.url, **context)
    return HTMLResponse(page, status_code=status)


def drawn(visitor: Visitor, template: str, status: int = 200, **context: Any) -> Response:
    """A page of a link."""
    return draw(visitor.request, template, status, frame(visitor) | context)


async def show_crisis(visitor: Visitor) -> None:
    """Before a page that raises the crisis text: write down that it was shown, once a link.

    A page is never held up by that: what matters is that the text stands there.
    """
    crisis = crisis_of(visitor.texts, visitor.language)
    if crisis is None or not visitor.me["safety"] or visitor.me["crisis_shown"]:
        return
    told = {"version": crisis.version, "language": crisis.language}
    try:
        await visitor.act("/crisis-text", told)
    except (Problem, Refused, Over):
        return
