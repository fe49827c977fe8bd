"""Who has followed a link: the cookie, what the services say about the link, which language."""

from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response

from services.web.clients import Caller, part
from services.web.problems import NotThere, Refused, SignedOut
from services.web.respond.words import LANGUAGES, spoken
from services.web.sealed import Kept, opened, seal
from shared.events.measures import Measure, definition
from shared.settings import Settings


COOKIE = "tidemark_respond"
PATH = "/respond"


class Over(Exception):
    """A link that takes nothing: used, expired, withdrawn or unknown; one page for all four."""

    def __init__(self, state: str = "unknown", clinic_id: str = "") -> None:
        super().__init__(state)
        self.state = state
        self.clinic_id = clinic_id

    @classmethod
    def of(cls, refused: Refused) -> "Over":
        """What a service said of a link that is over."""
        said = refused.problem
        return cls(str(said.get("state", "unknown")), str(said.get("clinic_id", "")))


@dataclass(frozen=True)
class Texts:
    """What the clinic shows to its clients; none of it while the clinics service is away."""

    sender: str
    crisis: dict[str, str]
    version: int

    def in_language(self, language: str) -> tuple[str, str]:
        """The crisis text and the language it is in: the wanted one, else English, else any."""
        wanted = (language, language.partition("-")[0], "en", *self.crisis)
        found = next(each for each in wanted if each in self.crisis)
        return found, self.crisis[found]


@dataclass(frozen=True)
class Visitor:
    """One client at one link."""

    request: Request
    api: Caller
    kept: Kept
    me: dict[str, Any]
    texts: Texts | None
    language: str

    @property
    def measure(self) -> Measure:
        """What is asked, in the version with which the link was opened."""
        return definition(self.me["measure"], self.me["version"])

    @property
    def say(self) -> dict[str, str]:
        """Our own words in the client's language."""
        return LANGUAGES[spoken(self.language)]

    @property
    def answers(self) -> dict[str, int]:
        """What was answered so far."""
        given: dict[str, int] = self.me["answers"]
        return given

    @property
    def languages(self) -> list[str]:
        """The languages that the clinic has."""
        return sorted(self.texts.crisis) if self.texts else [self.language]

    async def act(self, path: str, body: Any = None, method: str = "POST") -> dict[str, Any]:
        """An act at the link. Over when it takes nothing more."""
        try:
            done = await self.api.act("goals", f"/v1/respondents/me{path}", body, method=method)
        except Refused as refused:
            if refused.status == 409:
                raise Over.of(refused) from None
            raise
        except SignedOut:
            raise Over from None
        return done.answer


async def follow(request: Request, token: str) -> Response:
    """Swap the token for the cookie; the browser goes on to an address that holds nothing."""
    api = Caller(request.app.state.services, "")
    try:
        done = await api.act("goals", "/v1/respondents", {"token": token[:200]})
    except SignedOut:
        raise Over from None
    except Refused as refused:
        raise Over.of(refused) from None
    response = Response(status_code=303, headers={"Location": PATH})
    keep(request, response, {"secret": done.answer["secret"]})
    return response


def keep(request: Request, response: Response, kept: Kept) -> None:
    """Put the secret and the client's choices into a cookie that only these pages get.

    Lax and not strict: who comes from a mail must have it at the very next address.
    """
    settings: Settings = request.app.state.settings
    response.set_cookie(
        COOKIE,
        seal(settings.cookie_secret.get_secret_value(), COOKIE, kept),
        path=PATH,
        httponly=True,
        samesite="lax",
        secure=settings.web_url.startswith("https:"),
    )


async def visitor(request: Request) -> Visitor:
    """The client at the browser. Over when there is no link, or none that still counts."""
    settings: Settings = request.app.state.settings
    secret = settings.cookie_secret.get_secret_value()
    kept = opened(secret, COOKIE, request.cookies.get(COOKIE))
    if kept is None:
        raise Over
    api = Caller(request.app.state.services, kept["secret"])
    me = await _me(api, kept.get("language"))
    if me["state"] not in ("open", "used"):
        raise Over(me["state"], me["clinic_id"])
    texts = await texts_of(request, me["clinic_id"])
    return Visitor(request, api, kept, me, texts, _language(request, kept, texts))


async def _me(api: Caller, language: str | None) -> dict[str, Any]:
    try:
        me: dict[str, Any] = await api.get("goals", "/v1/respondents/me", language=language)
    except (SignedOut, NotThere):
        raise Over from None
    return me


async def texts_of(request: Request, clinic_id: str) -> Texts | None:
    """A clinic's public texts; None while they cannot be had."""
    api = Caller(request.app.state.services, "")
    found = await part(api.get("clinics", f"/v1/clinics/{clinic_id}/respondent-texts"))
    if not found.value:
        return None
    said = found.value
    return Texts(said["sender_name"], said["crisis_texts"], said["crisis_text_version"])


def _language(request: Request, kept: Kept, texts: Texts | None) -> str:
    """The one chosen, else the first that the browser asks for and the clinic has."""
    offered = sorted(texts.crisis) if texts else sorted(LANGUAGES)
    if kept.get("language") in offered:
        return str(kept["language"])
    for wish in request.headers.get("accept-language", "").split(","):
        plain = wish.partition(";")[0].strip().lower().partition("-")[0]
        if found := next((each for each in offered if each.partition("-")[0] == plain), None):
            return found
    return "en" if "en" in offered else offered[0]
