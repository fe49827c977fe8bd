"""Checking, sending, thanks; the page of a link that is over, and of a part that is away."""

from fastapi import Request, Response

from services.web.problems import Refused
from services.web.respond.drawing import draw, drawn, show_crisis, to
from services.web.respond.views import crisis_of, questions
from services.web.respond.visitor import Over, Visitor, texts_of
from services.web.respond.words import LANGUAGES


async def check(visitor: Visitor, status: int = 200) -> Response:
    """All answers, each with a way to change it. `status` 422: some are missing."""
    if visitor.me["state"] == "used":
        return to("/respond/sent")
    await show_crisis(visitor)
    asked = questions(visitor)
    missing = [(one.place, visitor.say["missing"].format(n=one.place)) for one in asked]
    missing = [each for each, one in zip(missing, asked, strict=True) if one.chosen is None]
    last = "/respond/all" if visitor.kept.get("all") else f"/respond/question/{len(asked)}"
    named = missing if status == 422 else []
    return drawn(
        visitor, "respond/check.html", status=status, questions=asked, missing=named, back=last
    )


async def send(visitor: Visitor) -> Response:
    """Send, and on to the thanks; who sends a second time gets there too."""
    try:
        await visitor.act("/send")
    except Over as over:
        if over.state != "used":
            raise
    except Refused as refused:
        if refused.status != 422:
            raise
        return await check(visitor, 422)
    return to("/respond/sent")


async def sent(visitor: Visitor) -> Response:
    """Thanks, what happens next, and whom to call."""
    if visitor.me["state"] != "used":
        return to("/respond/check")
    await show_crisis(visitor)
    return drawn(visitor, "respond/sent.html")


async def over(request: Request, over: Over) -> Response:
    """One page for links that are used, expired, withdrawn or unknown, with whom to call."""
    texts = await texts_of(request, over.clinic_id) if over.clinic_id else None
    language = wished(request)
    context = {
        "say": LANGUAGES[language],
        "lang": language,
        "sender": texts.sender if texts else "",
        "crisis": crisis_of(texts, language),
        "raised": False,
        "wording": None,
    }
    return draw(request, "respond/over.html", 410, context)


def later(request: Request, status: int = 503) -> Response:
    """Something that the page needs is away: what was saved stays, and whom to call."""
    language = wished(request)
    context = {
        "say": LANGUAGES[language],
        "lang": language,
        "sender": "",
        "crisis": None,
        "raised": False,
        "wording": None,
    }
    return draw(request, "respond/later.html", status, context)


def wished(request: Request) -> str:
    """The first of our languages that the browser asks for."""
    for wish in request.headers.get("accept-language", "").split(","):
        plain = wish.partition(";")[0].strip().lower().partition("-")[0]
        if plain in LANGUAGES:
            return plain
    return "en"
