"""The same call again gets the same answer, kept in the work's own transaction."""

import hashlib
import json
from dataclasses import dataclass

from fastapi import Request, Response
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.auth import Actor
from shared.errors import Invalid


KEPT = ("content-type", "tidemark-event", "location")

_FIND = text("""
    select body_hash, status, headers, body from idempotency
    where (sub, route, key) = (:sub, :route, :key)
""")
_KEEP = text("""
    insert into idempotency (sub, route, key, body_hash, status, headers, body)
    values (:sub, :route, :key, :body_hash, :status, cast(:headers as jsonb), :body)
""")
_LOCK = text("select pg_advisory_xact_lock(hashtextextended(:name, 1))")


@dataclass
class Call:
    """One POST under a key; `answer` is the first one's, when there was a first."""

    sub: str
    route: str
    key: str
    body_hash: str
    answer: Response | None = None


async def begin(session: AsyncSession, request: Request, actor: Actor) -> Call | None:
    """Wait for a call under the same key that is under way, then find its answer.

    None when the request has no key. Invalid when the key was used with another body or with other
    rights, or is no key: whoever may no longer see something is not shown it again.
    The lock is the transaction's first, before every key's and row's.
    """
    key = request.headers.get("idempotency-key")
    if request.method != "POST" or key is None:
        return None
    if not (0 < len(key) <= 200 and all("!" <= letter <= "~" for letter in key)):
        raise Invalid.of("Idempotency-Key", "must be 1 to 200 visible ASCII characters")
    body = request._body if hasattr(request, "_body") else b""
    call = Call(actor.sub, str(request.url.path), key, _hash(actor, body))
    await session.execute(_LOCK, {"name": f"{call.sub} {call.route} {key}"})
    names = {"sub": call.sub, "route": call.route, "key": key}
    if (row := (await session.execute(_FIND, names)).one_or_none()) is None:
        return call
    if row.body_hash != call.body_hash:
        raise Invalid.of("Idempotency-Key", "was used before with another body or other rights")
    headers = row.headers | {"idempotency-replayed": "true"}
    call.answer = Response(row.body, row.status, headers)
    return call


def _hash(actor: Actor, body: bytes) -> str:
    rights = (sorted(actor.roles), sorted(map(str, actor.clinics)))
    return hashlib.sha256(json.dumps(rights).encode() + body).hexdigest()


async def keep(session: AsyncSession, call: Call, response: Response) -> None:
    """Keep a success; a failure is not kept, so the call can be repeated when it may succeed."""
    if not 200 <= response.status_code < 300:
        return
    headers = {name: response.headers[name] for name in KEPT if name in response.headers}
    await session.execute(
        _KEEP,
        {
            "sub": call.sub,
            "route": call.route,
            "key": call.key,
            "body_hash": call.body_hash,
            "status": response.status_code,
            "headers": json.dumps(headers),
            "body": bytes(response.body),
        },
    )
