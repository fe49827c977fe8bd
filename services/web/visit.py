"""A visit: one person at one front end, with what a page needs to ask, show and answer."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse
from starlette.types import Receive, Scope, Send

from services.web.clients import Caller
from services.web.counts import counts_of
from services.web.directory import Clinic, Directory
from services.web.problems import NoFrontEnd, Refused
from services.web.said import Undo, offer, say
from services.web.session import Person, person
from services.web.shell.fronts import Front
from services.web.templates import render
from services.web.walltime import wall
from shared.clock import utcnow


CLINIC_COOKIE = "tidemark_clinic"


@dataclass(frozen=True)
class Visit:
    """What every page function is given."""

    request: Request
    person: Person
    front: Front
    api: Caller
    now: datetime

    @property
    def after(self) -> str | None:
        """The event of the act that led here, to be waited for."""
        return self.request.query_params.get("after")

    @property
    def state(self) -> Any:
        """What the application keeps."""
        return self.request.app.state

    @property
    def staff_id(self) -> str:
        """Who is signed in."""
        return self.person.sub

    def clinic_id(self) -> str:
        """The clinic that the pages are about: the one chosen, or the person's first."""
        mine = self.person.clinics
        if not mine:
            raise NoFrontEnd
        wish = self.request.cookies.get(CLINIC_COOKIE)
        return wish if wish in mine else mine[0]

    async def clinic(self) -> Clinic:
        """The same with its facts."""
        return await self.clinic_of(self.clinic_id())

    async def clinic_of(self, clinic_id: str) -> Clinic:
        """The clinic of a record that a service showed to this person."""
        directory: Directory = self.request.app.state.directory
        return await directory.clinic(self.api, clinic_id)

    def who(self, clinic: Clinic, staff_id: str) -> str:
        """A colleague by name, at the beginning of a sentence; oneself as `You`."""
        return "You" if staff_id == self.staff_id else clinic.who(staff_id)

    def page(self, template: str, **context: Any) -> Response:
        """A page of this front end, with the counts that all its pages have."""
        clinic: Clinic | None = context.get("clinic")
        now = wall(self.now, clinic.zone) if clinic else self.now
        context = {"now": now, "front": self.front, "person": self.person, **context}

        async def drawn() -> Response:
            context["counts"] = await counts_of(self, context.get("counts", {}))
            return render(self.request, template, **context)

        return Drawn(drawn)

    def done(
        self,
        to: str,
        said: str,
        event: str | None = None,
        whom: str = "",
        undo: Undo | None = None,
        about: str = "",
    ) -> Response:
        """After an act: to a page that says so, naming `whom` or what it is `about`, and waits for
        the act's event.

        `undo`: how that page lets it be taken back for some seconds.
        """
        response = RedirectResponse(with_after(to, event), 303)
        say(self.request, response, said, whom, about)
        if undo is not None:
            offer(self.request, response, undo, self.person.sub, to)
        return response

    async def form(self) -> "Form":
        """What was typed, without surrounding blanks."""
        sent = await self.request.form()
        return Form({k: v.strip() for k, v in sent.multi_items() if isinstance(v, str)})


class Drawn(Response):
    """A page that is drawn when it is sent: what its frame needs may be asked for until then."""

    def __init__(self, drawn: Callable[[], Awaitable[Response]]) -> None:
        super().__init__()
        self.drawn = drawn

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Draw it and send it."""
        await (await self.drawn())(scope, receive, send)


class Form(dict[str, str]):
    """A sent form: its fields, and after checking what is wrong with them, under which heading."""

    def __init__(self, fields: dict[str, str] | None = None) -> None:
        super().__init__(fields or {})
        self.errors: list[tuple[str, str]] = []
        self.heading = "There is a problem"

    def __bool__(self) -> bool:
        """A form that was sent empty is a form too, with its errors."""
        return True

    @property
    def key(self) -> str | None:
        """The idempotency key that was made with the form."""
        return self.get("idempotency_key") or None

    def error(self, field: str) -> str | None:
        """What is wrong with a field."""
        return next((message for name, message in self.errors if name == field), None)

    def wrong(self, field: str, message: str) -> None:
        """Note what is wrong."""
        self.errors.append((field, message))

    def overtaken(self, own: bool = False) -> None:
        """Note that nothing is wrong with it: it was done a moment before; `own`: by oneself."""
        self.heading = "You did this already" if own else "Somebody else was first"

    def number(self, field: str) -> int | None:
        """A whole number that was typed or chosen."""
        text = self.get(field, "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None


Labels = dict[str, tuple[str, str]]


def refusals(refused: Refused, labels: Labels) -> list[tuple[str, str]]:
    """What a service refused, as a form shows it: `labels` gives each field its place and name."""
    told = []
    for field, message in refused.errors:
        place, name = labels.get(field, (field, field.replace("_", " ").capitalize()))
        told.append((place, f"{name} {message}"))
    return told or [("", refused.detail)]


def with_after(to: str, event: str | None) -> str:
    """The address with the event to wait for, instead of an earlier one."""
    if event is None:
        return to
    split = urlsplit(to)
    query = [(k, v) for k, v in parse_qsl(split.query) if k != "after"] + [("after", event)]
    return f"{split.path}?{urlencode(query)}"


def visiting(front: Front) -> Callable[..., Awaitable[Visit]]:
    """The dependency of a front end's pages: its role, or the page that says it is lacking."""

    async def visit(request: Request, who: Person = Depends(person)) -> Visit:
        if front.role not in who.roles:
            raise NoFrontEnd(front.name)
        caller = Caller(request.app.state.services, who.token)
        return Visit(request, who, front, caller, utcnow())

    return visit
