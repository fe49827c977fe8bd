"""What comes in with a request, before anybody looks at its fields: its address and its body."""

from fastapi import Request

from shared import strict
from shared.errors import Invalid, TooLarge, Unsupported, field_path


def address_without_nul(request: Request) -> None:
    """No text of the database's can hold it, so nothing in an address means anything with it.

    Invalid, naming the part, where it does.
    """
    told = [*request.path_params.items(), *request.query_params.multi_items()]
    if wrong := [name for name, value in told if "\0" in f"{name}{value}"]:
        name = wrong[0] if field_path(wrong[:1]) == wrong[0] else "query"
        raise Invalid.of(name, "holds a NUL character, which no text may")


async def read_body(request: Request, limit: int, kinds: tuple[str, ...]) -> None:
    """Read the body, cut off at the limit while it comes in, and parse it once, strictly.

    TooLarge, Unsupported, or Malformed where it is not what it says.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise TooLarge(f"The body is larger than {limit} bytes.")
    request._body = bytes(body)
    if not body:
        return
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in kinds:
        raise Unsupported(f"Send {' or '.join(kinds)}.")
    request._json = strict.parse(request._body)
