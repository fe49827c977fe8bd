"""The respondents' addresses. None of them holds a token for longer than one redirect."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from services.web.problems import Away, Problem, Refused
from services.web.respond import answering, ending
from services.web.respond.drawing import to
from services.web.respond.visitor import Over, follow, visitor


HEADERS = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class Plain(APIRoute):
    """What goes wrong here has pages of its own: nothing of the staff's frame is ever shown."""

    def get_route_handler(self) -> Handler:
        """FastAPI's own handler, and what to show when it could not."""
        handler = super().get_route_handler()

        async def run(request: Request) -> Response:
            try:
                response = await handler(request)
            except Over as over:
                response = await ending.over(request, over)
            except RequestValidationError:
                response = to("/respond/check")
            except HTTPException as refused:  # a form that is larger than any of ours, or is none
                response = ending.later(request, refused.status_code)
            except (Problem, Refused) as problem:
                response = ending.later(request, 503 if isinstance(problem, Away) else 400)
            response.headers.update(HEADERS)
            return response

        return run


router = APIRouter(prefix="/respond", include_in_schema=False, route_class=Plain)


@router.get("")
async def start(request: Request) -> Response:
    """What is asked, how long it takes, who reads it."""
    return answering.start(await visitor(request))


@router.post("")
async def begin(request: Request) -> Response:
    """The client's choices, and on to the first question."""
    return await answering.begin(await visitor(request))


@router.get("/question/{place}")
async def question(request: Request, place: int) -> Response:
    """One question."""
    return await answering.question(await visitor(request), place)


@router.post("/question/{place}")
async def answer(request: Request, place: int) -> Response:
    """Save an answer."""
    return await answering.answer(await visitor(request), place)


@router.get("/all")
async def everything(request: Request) -> Response:
    """All questions on one page."""
    return await answering.everything(await visitor(request))


@router.post("/all")
async def answer_all(request: Request) -> Response:
    """Save all answers that were given."""
    return await answering.answer_all(await visitor(request))


@router.get("/check")
async def check(request: Request) -> Response:
    """All answers, to be changed or sent."""
    return await ending.check(await visitor(request))


@router.post("/send")
async def send(request: Request) -> Response:
    """Send them."""
    return await ending.send(await visitor(request))


@router.get("/send")
async def not_by_get(request: Request) -> Response:
    """Sending is a button; who opens its address looks at the answers."""
    return to("/respond/check")


@router.get("/sent")
async def sent(request: Request) -> Response:
    """Thanks."""
    return await ending.sent(await visitor(request))


@router.get("/{token}")
async def followed(request: Request, token: str) -> Response:
    """A link as it stands in the message."""
    return await follow(request, token)
