"""`/api/<service>/…`: passed on with the caller's own token, or with the one in the cookie."""

from collections.abc import AsyncIterator, Mapping

import httpx
from fastapi import APIRouter, Request, Response
from starlette.responses import StreamingResponse

from services.web.clients import SERVICES, Services
from services.web.problems import Away, NotThere, SignedOut, TooMuch
from services.web.session import COOKIE, person


METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"]
STREAM = "/changes"  # how the path of a service's stream ends; every other call is answered
DRAINED = 16 << 20  # bytes read and thrown away so that a too large sender hears the answer
HOP_BY_HOP = frozenset(
    [
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ]
)
NOT_RETURNED = HOP_BY_HOP | {"date", "server"}  # our own server says these
NOT_SENT = HOP_BY_HOP | {"host", "cookie", "content-length", "authorization"}

router = APIRouter(include_in_schema=False)


@router.api_route("/api/{service}/{path:path}", methods=METHODS)
async def pass_on(service: str, path: str, request: Request) -> Response:
    """The service's own answer, byte for byte; 503 while it cannot be reached."""
    if service not in SERVICES:
        raise NotThere
    body = await limited_body(request, request.app.state.settings.body_limit)
    services: Services = request.app.state.services
    # What stays open must not use up the connections of pages, whatever it says that it accepts.
    http = services.streams if path.endswith(STREAM) else services.http
    outgoing = http.build_request(
        request.method,
        services.url(service, _address(path, request)),
        headers=await forwarded(request),
        content=body,
    )
    try:
        answer = await http.send(outgoing, stream=True)
    except httpx.TransportError as error:
        raise Away from error
    return StreamingResponse(
        _bytes(answer), status_code=answer.status_code, headers=_returned(answer.headers)
    )


def _address(path: str, request: Request) -> str:
    """Path and query as they came: decoding and encoding again would change them."""
    raw = request.scope.get("raw_path", b"").split(b"?")[0].decode("ascii")
    kept = raw.split("/", 3)[3] if raw.count("/") > 2 else path
    return f"/{kept}" + (f"?{request.url.query}" if request.url.query else "")


async def forwarded(request: Request) -> list[tuple[bytes, bytes]]:
    """The request's headers without those of the connection; a token, never the cookie.

    As bytes: what somebody wrote into one in another alphabet is the service's to refuse.
    """
    headers = [(k, v) for k, v in request.headers.raw if k.decode("latin-1") not in NOT_SENT]
    token = request.headers.get("authorization")
    if token is None and COOKIE in request.cookies:
        try:
            token = f"Bearer {(await person(request)).token}"
        except SignedOut:
            token = None  # the service's own 401 is the answer
    return headers + ([(b"authorization", token.encode("latin-1"))] if token else [])


async def limited_body(request: Request, limit: int) -> bytes:
    """The body, cut off while it is read: never more than `limit` bytes are kept."""
    kept, size = bytearray(), 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > DRAINED:
            break
        if size <= limit:
            kept += chunk
    if size > limit:
        raise TooMuch
    return bytes(kept)


def _returned(headers: httpx.Headers) -> Mapping[str, str]:
    """What the service said; nobody keeps it unless the service says that one may."""
    said = {k: v for k, v in headers.items() if k not in NOT_RETURNED}
    return {"cache-control": "no-store"} | said


async def _bytes(answer: httpx.Response) -> AsyncIterator[bytes]:
    try:
        async for chunk in answer.aiter_raw():
            yield chunk
    finally:
        await answer.aclose()
